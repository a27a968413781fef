import { CrosstickError, EXIT } from "../errors.js";
import type { Instrument } from "./instrument.js";
import { nearest } from "./nearest.js";
import { parseVenue, parseVenueProduct, type VenueProduct } from "./venues.js";

/**
 * The one known instrument that a person means by `binance:BTC/USDT`, `binance:BTCUSDT` (the venue's own
 * symbol), `binance.usdm:BTCUSDT` or `binance.usdm:BTC/USDT:USDT`. Case only counts where it must decide.
 *
 * @throws SYMBOL_AMBIGUOUS when several fit, listing them; SYMBOL_UNKNOWN when none does, naming the
 * nearest; USAGE_VENUE, USAGE_PRODUCT for what stands before the colon.
 */
export function findInstrument(query: string, known: Iterable<Instrument>): Instrument {
  const { market, symbol } = parseQuery(query);
  const candidates = [...known].filter(
    ({ venue, product }) => venue === market.venue && (market.product === null || product === market.product),
  );
  const lower = symbol.toLowerCase();
  const readings: ((instrument: Instrument) => boolean)[] = [
    (instrument) => instrument.symbol === symbol,
    (instrument) => instrument.rawSymbol === symbol,
    (instrument) => instrument.symbol.toLowerCase() === lower || instrument.rawSymbol.toLowerCase() === lower,
  ];
  for (const fits of readings) {
    const found = candidates.filter(fits);
    if (found.length === 1) return found[0];
    if (found.length > 1) throw ambiguous(query, found);
  }
  throw unknown(query, symbol, candidates);
}

function parseQuery(query: string): { market: { venue: string; product: string | null }; symbol: string } {
  const colon = query.indexOf(":");
  if (colon <= 0 || colon === query.length - 1) {
    throw new CrosstickError(
      "SYMBOL_UNKNOWN",
      `Cannot read ${JSON.stringify(query)} as an instrument: expected venue:symbol, for example binance:BTC/USDT`,
      { exitCode: EXIT.usage },
    );
  }
  const name = query.slice(0, colon);
  const market: VenueProduct | { venue: string; product: null } = name.includes(".")
    ? parseVenueProduct(name)
    : { venue: parseVenue(name), product: null };
  return { market, symbol: query.slice(colon + 1) };
}

function ambiguous(query: string, found: readonly Instrument[]): CrosstickError {
  const list = found.map(({ id, venue, product, rawSymbol }) => `${id} (${venue}.${product}:${rawSymbol})`);
  return new CrosstickError("SYMBOL_AMBIGUOUS", `${query} is ambiguous, it may be ${list.join(" or ")}`, {
    exitCode: EXIT.usage,
  });
}

function unknown(query: string, symbol: string, candidates: readonly Instrument[]): CrosstickError {
  const byName = new Map<string, string>();
  for (const { id, symbol: unified, rawSymbol } of candidates) {
    byName.set(unified, id);
    if (!byName.has(rawSymbol)) byName.set(rawSymbol, id);
  }
  const name = nearest(symbol, byName.keys());
  const hint =
    name !== null
      ? `Did you mean ${byName.get(name)}?`
      : candidates.length === 0
        ? "No instrument of that market is known"
        : `${candidates.length} others of that market are known`;
  return new CrosstickError("SYMBOL_UNKNOWN", `Unknown instrument ${query}. ${hint}`, { exitCode: EXIT.usage });
}
