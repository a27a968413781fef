import { backpackGrammar } from "./grammars/backpack.js";
import { binanceGrammar } from "./grammars/binance.js";
import { bybitGrammar } from "./grammars/bybit.js";
import { deribitGrammar } from "./grammars/deribit.js";
import type { SymbolGrammar } from "./grammars/grammar.js";
import { htxGrammar } from "./grammars/htx.js";
import { okxGrammar } from "./grammars/okx.js";
import { separatedGrammar } from "./grammars/separated.js";
import { type Instrument, unitCode } from "./instrument.js";
import { parseUnified, unifiedSymbol } from "./unified.js";
import type { ProductName, VenueName } from "./venues.js";

const grammars: Readonly<Record<VenueName, SymbolGrammar>> = {
  binance: binanceGrammar,
  bybit: bybitGrammar,
  okx: okxGrammar,
  deribit: deribitGrammar,
  htx: htxGrammar,
  kraken: separatedGrammar("/"),
  coinbase: separatedGrammar("-"),
  backpack: backpackGrammar,
};

/**
 * The instrument behind a venue's own symbol, without metadata: by the table of common instruments,
 * else by the list of quote assets (`inferred`). A symbol that cannot be decided keeps the name
 * `venue.product:RAW`. Two raw symbols of one venue and product never get the same id: a reading only
 * counts when it writes back as exactly the symbol it came from.
 */
export function resolveInstrument(venue: VenueName, product: ProductName, rawSymbol: string): Instrument {
  const grammar = grammars[venue];
  const found = grammar.read(product, rawSymbol);
  const reading = found !== null && grammar.write(product, found.parts) === rawSymbol ? found : null;
  const parts = reading?.parts ?? null;
  const quantity = grammar.quantity(product, parts);
  const symbol = parts === null ? rawSymbol : unifiedSymbol(parts);
  return {
    venue,
    product,
    rawSymbol,
    symbol,
    id: parts === null ? `${venue}.${product}:${rawSymbol}` : `${venue}:${symbol}`,
    base: parts?.base ?? null,
    quote: parts?.quote ?? null,
    settle: parts?.settle ?? null,
    expiry: parts?.expiry ?? null,
    strike: parts?.strike ?? null,
    optionType: parts?.optionType ?? null,
    unit: quantity.unit,
    unitCode: unitCode(quantity.unit),
    contractSize: quantity.contractSize,
    inferred: reading?.inferred ?? true,
  };
}

/**
 * The venue's own symbol of a unified one: `BTCUSDT_261225` of `BTC/USDT:USDT-261225` on binance.usdm.
 * null when the text is no unified symbol or that product has no such instrument.
 */
export function rawSymbolOf(venue: VenueName, product: ProductName, symbol: string): string | null {
  const parts = parseUnified(symbol);
  return parts === null ? null : grammars[venue].write(product, parts);
}

/** The product of a venue that trades a unified symbol: `usdm` for `BTC/USDT:USDT` on binance. null when none does. */
export function productOfSymbol(venue: VenueName, symbol: string): ProductName | null {
  const parts = parseUnified(symbol);
  return parts === null ? null : grammars[venue].productOf(parts);
}

/** The instrument of a unified symbol: `resolveUnified("binance", "BTC/USDT")`. null when no product of the venue has it. */
export function resolveUnified(venue: VenueName, symbol: string): Instrument | null {
  const product = productOfSymbol(venue, symbol);
  const rawSymbol = product === null ? null : rawSymbolOf(venue, product, symbol);
  if (product === null || rawSymbol === null) return null;
  const instrument = resolveInstrument(venue, product, rawSymbol);
  return instrument.symbol === symbol ? instrument : null;
}
