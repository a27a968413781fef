import { basename, resolve } from "node:path";
import { CrosstickError, EXIT } from "../errors.js";
import * as L from "../layout.js";
import { cryptofeedMarket, tardisMarket } from "../market/recorders.js";
import { resolveUnified } from "../market/symbols.js";
import {
  type ProductName,
  parseVenue,
  parseVenueProduct,
  type VenueName,
  type VenueProduct,
} from "../market/venues.js";
import { isJournal, isRawLog } from "../record/is-journal.js";
import { rawMarkets } from "../record/raw-frames.js";
import type { BarSpan } from "../sources/recording/bars.js";
import { cryptofeedExchange } from "../sources/recording/cryptofeed.js";
import { findRecordings } from "../sources/recording/format.js";
import { tardisHeader } from "../sources/recording/tardis-csv.js";
import { venueNamed } from "../venues/index.js";
import type { BarBook } from "./bar-input.js";
import type { Relay } from "./lane.js";
import { type ReplayInputSpec, unknownExchange, unknownTardisExchange } from "./open-input.js";
import type { ReplayLaneSpec } from "./replay-worker.js";

/** An input of a replay as asked for: a file or directory, and what it holds where it does not say so itself. */
export interface ReplayInputOrder {
  path: string;
  market?: VenueProduct;
  /** The frames of a raw log that lies in the directory `path`. */
  raw?: boolean;
  /** The file holds bars of this instrument, `venue:symbol`, of which books are made so wide; all of them, or those of a span. */
  bars?: { instrument: string; book: BarBook; span?: BarSpan };
  /** The file holds funding rates of this instrument, `venue:symbol`, to go with its bars. */
  funding?: { instrument: string; span?: BarSpan };
}

interface Found {
  path: string;
  format: ReplayInputSpec["format"];
  venue: VenueName;
  products: readonly ProductName[];
  /** Whose words the frames are in, where not the venue's own. */
  relay?: Relay;
  bars?: { rawSymbol: string; book: BarBook; span: BarSpan };
  funding?: { rawSymbol: string; span: BarSpan };
}

/**
 * Sorts the inputs into lanes. Inputs that may hold the same venue and product share a lane, because
 * a book's continuity is checked over all of them; everything else may run on another thread. The
 * order does not depend on that of the command line. `damages`: recordings in a directory of which
 * nothing can be played, while the others are.
 * @throws INPUT_*, USAGE_*, VENUE_NOT_SUPPORTED
 */
export async function planLanes(
  orders: readonly ReplayInputOrder[],
): Promise<{ lanes: ReplayLaneSpec[]; damages: CrosstickError[] }> {
  const damages: CrosstickError[] = [];
  const found = (await Promise.all(orders.map((order) => find(order, damages)))).flat();
  if (found.length === 0 && damages.length > 0) throw damages[0];
  found.sort((a, b) => compare(keyOf(a), keyOf(b)));
  const lanes: { venue: VenueName; relay?: Relay; products: Set<ProductName>; inputs: ReplayInputSpec[] }[] = [];
  found.forEach(({ path, format, venue, products, relay, bars, funding }, source) => {
    venueNamed(venue);
    const [product] = products;
    const input: ReplayInputSpec =
      bars !== undefined
        ? { path, source, format: "bars", product, ...bars }
        : funding !== undefined
          ? { path, source, format: "funding", product, ...funding }
          : format === "cryptofeed" || format === "tardis-csv"
            ? { path, source, format }
            : { path, source, format: format as "lines" | "raw", venue, product };
    const sharing = lanes.filter((lane) => lane.venue === venue && products.some((name) => lane.products.has(name)));
    const lane = { venue, relay, products: new Set(products), inputs: [input] };
    for (const other of sharing) {
      if (other.relay !== relay) throw mixedFeeds(path, other.inputs[0].path);
      for (const name of other.products) lane.products.add(name);
      lane.inputs.push(...other.inputs);
      lanes.splice(lanes.indexOf(other), 1);
    }
    lanes.push(lane);
  });
  if (lanes.length > L.LANES_MAXIMUM)
    throw new CrosstickError(
      "USAGE_INPUTS",
      `${lanes.length} separate feeds, ${L.LANES_MAXIMUM} is the most: replay fewer at once`,
      {
        exitCode: EXIT.usage,
      },
    );
  for (const { inputs } of lanes) inputs.sort((a, b) => a.source - b.source);
  return { lanes: lanes.map(({ venue, relay, inputs }, index) => ({ index, venue, relay, inputs })), damages };
}

/** What numbers the one's changes the other does not have, so one book cannot be made of both. */
function mixedFeeds(path: string, other: string): CrosstickError {
  return new CrosstickError(
    "USAGE_INPUTS",
    `${path} and ${other} may hold the same books, one as Tardis writes them and one as the venue does: replay them apart`,
    { exitCode: EXIT.usage },
  );
}

/** Venue and products first, then the file's name: the same wherever the files lie and however they are listed. */
function keyOf({ venue, products, path }: Found): string {
  return [venue, products.join("+"), basename(path), path].join("\u0000");
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

async function find(
  { path, market, raw, bars, funding }: ReplayInputOrder,
  damages: CrosstickError[],
): Promise<Found[]> {
  if (bars !== undefined) return [findBars(resolve(path), bars)];
  if (funding !== undefined) return [findFunding(resolve(path), funding)];
  if (raw || (isRawLog(path) && !isJournal(path))) return findRaw(resolve(path));
  const found: Found[] = [];
  for (const recording of findRecordings(path)) {
    const file = resolve(recording.path);
    if (recording.format === "cryptofeed" || recording.format === "tardis-csv")
      try {
        found.push(...(await (recording.format === "cryptofeed" ? findCryptofeed(file) : findTardis(file))));
      } catch (error) {
        // One file of a directory that is of no venue here does not keep the others from being played.
        if (recording.path === path || !(error instanceof CrosstickError)) throw error;
        damages.push(error);
      }
    else if (market !== undefined)
      found.push({ path: file, format: "lines", venue: market.venue, products: [market.product] });
    else if (recording.format === "lines")
      throw new CrosstickError(
        "USAGE_MARKET",
        `${recording.path} does not say which market it is of: write venue.product=${recording.path}, for example binance.spot=${recording.path}`,
        { exitCode: EXIT.usage },
      );
  }
  return found;
}

function findRaw(path: string): Found[] {
  const markets = rawMarkets(path);
  if (markets.length === 0)
    throw new CrosstickError("JOURNAL_EMPTY", `${path} holds no raw log (raw-*.ctr)`, { exitCode: EXIT.damagedInput });
  return markets.map(({ venue, product }) => {
    const market = parseVenueProduct(`${venue}.${product}`);
    return { path, format: "raw", venue: market.venue, products: [market.product] };
  });
}

/** @throws SYMBOL_UNKNOWN for what is no unified symbol of its venue */
function findBars(path: string, { instrument, book, span = {} }: NonNullable<ReplayInputOrder["bars"]>): Found {
  const { venue, product, rawSymbol } = marketOf(instrument);
  return { path, format: "bars", venue, products: [product], relay: "tardis", bars: { rawSymbol, book, span } };
}

/** @throws SYMBOL_UNKNOWN, also for spot, which has no funding */
function findFunding(path: string, { instrument, span = {} }: NonNullable<ReplayInputOrder["funding"]>): Found {
  const { venue, product, rawSymbol } = marketOf(instrument);
  if (product === "spot") throw noInstrument(instrument, "a perpetual");
  return { path, format: "funding", venue, products: [product], relay: "tardis", funding: { rawSymbol, span } };
}

function marketOf(instrument: string): { venue: VenueName; product: ProductName; rawSymbol: string } {
  const colon = instrument.indexOf(":");
  const venue = parseVenue(instrument.slice(0, colon));
  const found = resolveUnified(venue, instrument.slice(colon + 1));
  if (found === null) throw noInstrument(instrument, "an instrument");
  return { venue, product: found.product, rawSymbol: found.rawSymbol };
}

function noInstrument(instrument: string, what: string): CrosstickError {
  return new CrosstickError(
    "SYMBOL_UNKNOWN",
    `${instrument} is not ${what}: write venue:symbol, for example okx:BTC/USDT:USDT`,
    { exitCode: EXIT.usage },
  );
}

/** A file without rows holds nothing, which is no error. */
async function findTardis(path: string): Promise<Found[]> {
  const { exchange } = await tardisHeader(path);
  if (exchange === null) return [];
  const market = tardisMarket(exchange);
  if (market === null) throw unknownTardisExchange(path, exchange);
  return [{ path, format: "tardis-csv", relay: "tardis", ...market }];
}

async function findCryptofeed(path: string): Promise<Found[]> {
  const exchange = (await cryptofeedExchange(path)) ?? "an unnamed exchange";
  const market = cryptofeedMarket(exchange);
  if (market === null) throw unknownExchange(path, exchange);
  return [{ path, format: "cryptofeed", ...market }];
}
