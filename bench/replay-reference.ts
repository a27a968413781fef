// Is what the replay found true? Sums and books by JSON.parse and a Map, compared before anything is timed.
import type { ReplaySummary } from "../src/replay.js";
import { type PlainMessage, readByReadline } from "./replay-readline.js";
import type { RecordingFiles } from "./replay-recording.js";

/** Rounding of sums in another order. */
const TOLERANCE = 1e-9;
const LEVELS_SHOWN = 5;

/** @throws Error that names the first number in which the two differ. */
export async function compareWithPlain(files: RecordingFiles, summary: ReplaySummary): Promise<void> {
  let frames = 0;
  for (const [instrument, path] of [
    ["binance:BTC/USDT", files.spot],
    ["binance:BTC/USDT:USDT", files.usdm],
  ]) {
    const book = new PlainBook();
    const plain = await readByReadline(path, (message) => book.take(message));
    frames += plain.frames;
    const seen = summary.instruments[instrument];
    if (seen === undefined) throw new Error(`replay: no ${instrument} among ${Object.keys(summary.instruments)}`);
    same(`${instrument}: trades`, seen.trades, plain.trades);
    same(`${instrument}: volume`, seen.volume, plain.volume);
    same(`${instrument}: VWAP`, seen.vwap ?? Number.NaN, plain.turnover / plain.volume);
    same(`${instrument}: quotes`, seen.bboUpdates, plain.touches);
    same(`${instrument}: depth updates`, seen.depthUpdates, book.applied);
    const bids = book.best(book.bids, -1);
    const asks = book.best(book.asks, 1);
    same(`${instrument}: bid levels`, seen.levels[0], book.bids.size);
    same(`${instrument}: ask levels`, seen.levels[1], book.asks.size);
    same(`${instrument}: best levels`, JSON.stringify([seen.bids, seen.asks]), JSON.stringify([bids, asks]));
  }
  same("frames", summary.frames, frames);
  same("rejected frames", summary.rejected, 0);
}

/** A book of one Binance stream: the snapshot, and every delta that it does not hold yet. */
class PlainBook {
  readonly bids = new Map<number, number>();
  readonly asks = new Map<number, number>();
  /** Deltas applied. */
  applied = 0;
  private last = Number.NaN;
  private waiting: PlainMessage[] = [];

  take(message: PlainMessage): void {
    if (message.lastUpdateId !== undefined && Number.isNaN(this.last)) {
      this.last = message.lastUpdateId;
      this.put(message.bids, message.asks);
      for (const delta of this.waiting) this.apply(delta);
      this.waiting = [];
    } else if (message.e === "depthUpdate") {
      if (Number.isNaN(this.last)) this.waiting.push(message);
      else this.apply(message);
    }
  }

  /** The best levels, best first. `direction` is that in which prices get worse. */
  best(side: ReadonlyMap<number, number>, direction: number): [number, number][] {
    return [...side].sort(([a], [b]) => (a - b) * direction).slice(0, LEVELS_SHOWN);
  }

  private apply(delta: PlainMessage): void {
    if (delta.u <= this.last) return;
    this.put(delta.b, delta.a);
    this.applied++;
  }

  private put(bids: readonly [string, string][], asks: readonly [string, string][]): void {
    for (const [side, levels] of [
      [this.bids, bids],
      [this.asks, asks],
    ] as const)
      for (const [price, size] of levels)
        if (+size === 0) side.delete(+price);
        else side.set(+price, +size);
  }
}

function same(what: string, got: number | string, plain: number | string): void {
  if (got === plain) return;
  if (typeof got === "number" && typeof plain === "number" && Math.abs(got - plain) <= TOLERANCE * Math.abs(plain))
    return;
  throw new Error(`replay: ${what}: the engine has ${got}, JSON.parse gives ${plain}`);
}
