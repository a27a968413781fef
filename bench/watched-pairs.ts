/** The engine's spread watches over pairs of one leg, as the benches of pairs between samples need them. */
import { SpreadWatches } from "../src/engine/spread-watches.js";
import { compileKernel, type EngineKernel, startKernel } from "../src/kernel/kernel.js";
import { type Views, viewsOf } from "../src/kernel/memory.js";
import * as L from "../src/layout.js";

export interface WatchedPairs {
  kernel: EngineKernel;
  views: Views;
  spreads: SpreadWatches;
  /** Bytes from the memory's end. */
  reserve: (bytes: number) => number;
}

/** What the watches take of each pair, at most. */
const PAIR_BYTES = 640;

/** Instruments are the pairs' other legs, and behind them the one they share. `bytesEach` more a pair lie from REGIONS_AT on. */
export function watchedPairs(pairs: number, bytesEach: number): WatchedPairs {
  const pages = Math.ceil((L.REGIONS_AT + pairs * (bytesEach + PAIR_BYTES) + 65_536) / L.PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const kernel = startKernel<EngineKernel>(compileKernel("engine"), memory);
  const views = viewsOf(memory);
  let end = pages * L.PAGE_BYTES;
  const reserve = (bytes: number) => (end -= Math.ceil(bytes / L.LINE_BYTES) * L.LINE_BYTES);
  const spreads = new SpreadWatches({ views, kernel, instruments: pairs + 1, reserve });
  return { kernel, views, spreads, reserve };
}

/** Nanoseconds a tick. */
export function timeTicks(tick: (value: number) => unknown, values: Float64Array, seconds: number): number {
  const started = performance.now();
  let done = 0;
  let elapsedMs = 0;
  for (; elapsedMs < seconds * 1000; elapsedMs = performance.now() - started)
    for (const value of values) {
      tick(value);
      done++;
    }
  return (elapsedMs * 1e6) / done;
}
