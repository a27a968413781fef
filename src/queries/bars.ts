import { CrosstickError, EXIT } from "../errors.js";
import type { Instrument } from "../market/instrument.js";
import { BARS, type BarName, type BarRange, type Candle, type VenueQueries } from "../venues/queries.js";
import type { QueryDesk } from "./desk.js";

/** A stretch of bars, oldest first. */
export interface BarPage {
  bars: Candle[];
  /** Up to where everything has been asked for, epoch ms. */
  doneMs: number;
}

/** The range as whole bars: those that open inside it, are over at `nowMs`, and are among the last `kept`. */
export function wholeBars({ bar, fromMs, toMs }: BarRange, nowMs: number, kept = Number.POSITIVE_INFINITY): BarRange {
  const width = BARS[bar];
  const oldestMs = Math.floor(nowMs / width - kept) * width;
  return {
    bar,
    fromMs: Math.max(Math.ceil(fromMs / width) * width, oldestMs),
    toMs: Math.floor(Math.min(Math.ceil(toMs / width) * width, nowMs) / width) * width,
  };
}

/**
 * Bars of a range page by page, in order, each once; a venue's holes stay holes.
 * @throws BARS_UNKNOWN for a width or a product without candles, VENUE_REPLY for a bar that is none of the width
 */
export async function* barPages(
  desk: QueryDesk,
  queries: VenueQueries,
  instrument: Instrument,
  range: BarRange,
): AsyncGenerator<BarPage> {
  demandWidth(queries, instrument, range.bar);
  const width = BARS[range.bar];
  const stepMs = queries.candles.pageBars * width;
  for (let fromMs = range.fromMs; fromMs < range.toMs; fromMs += stepMs) {
    const toMs = Math.min(fromMs + stepMs, range.toMs);
    const page = queries.candles.page(instrument, { bar: range.bar, fromMs, toMs });
    const bars = await desk.ask(instrument.venue, instrument.product, page);
    yield { bars: inOrder(bars, instrument, { bar: range.bar, fromMs, toMs }), doneMs: toMs };
  }
}

function inOrder(bars: readonly Candle[], { id }: Instrument, { bar, fromMs, toMs }: BarRange): Candle[] {
  const byTime = new Map<number, Candle>();
  for (const one of bars) {
    if (one.openMs % BARS[bar] !== 0)
      throw new CrosstickError("VENUE_REPLY", `${id} answers a bar at ${one.openMs} ms, which opens no bar of ${bar}`);
    if (one.openMs >= fromMs && one.openMs < toMs) byTime.set(one.openMs, one);
  }
  return [...byTime.values()].sort((a, b) => a.openMs - b.openMs);
}

function demandWidth({ candles }: VenueQueries, { venue, product, id }: Instrument, bar: BarName): void {
  const known = candles.bars(product);
  if (known === null) throw unknown(`${venue}.${product} has no candles: ${id}`);
  if (known[bar] === undefined)
    throw unknown(`${venue}.${product} has no bars of ${bar}; there are ${Object.keys(known).join(", ")}`);
}

function unknown(message: string): CrosstickError {
  return new CrosstickError("BARS_UNKNOWN", message, { exitCode: EXIT.usage });
}
