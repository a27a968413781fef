/** Two ways to tell which pairs of many are beyond k deviations of their own window: the kernel's, and typed arrays. */
import { compileKernel, type EngineKernel, startKernel } from "../src/kernel/kernel.js";
import * as L from "../src/layout.js";

/** Takes one value a pair and fills `flags`: 1 above, -1 below, 0 neither. */
export type Tick = (values: Float64Array, flags: Int8Array) => void;

/** A window each pair as strategies have them: compensated, recomputed, with mean, deviation and z kept. */
export function kernelTick(pairs: number, window: number, k: number): Tick {
  const bytes = Math.ceil((L.WINDOW_HEADER_BYTES + window * 8) / L.LINE_BYTES) * L.LINE_BYTES;
  const pages = Math.ceil((L.REGIONS_AT + pairs * bytes) / L.PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const kernel = startKernel<EngineKernel>(compileKernel("engine"), memory);
  for (let pair = 0; pair < pairs; pair++) kernel.windowInit(L.REGIONS_AT + pair * bytes, window);
  return (values, flags) => {
    for (let pair = 0, at = L.REGIONS_AT; pair < pairs; pair++, at += bytes) {
      kernel.windowPush(at, values[pair]);
      flags[pair] = kernel.windowBeyond(at, k);
    }
  };
}

/** The formula of bench/limits/pairs.cc over typed arrays: shifted sums, neither compensated nor ever recomputed. */
export function plainTick(pairs: number, window: number, k: number): Tick {
  const ring = new Float64Array(pairs * window);
  const [shift, sum, squares] = [new Float64Array(pairs), new Float64Array(pairs), new Float64Array(pairs)];
  const kk = k * k;
  let count = 0;
  let next = 0;
  return (values, flags) => {
    const isFull = count === window;
    if (!isFull) count++;
    if (count === 1) shift.set(values);
    for (let pair = 0, slot = next * pairs; pair < pairs; pair++, slot++) {
      const old = isFull ? ring[slot] : 0;
      const d = values[pair] - shift[pair];
      const s = sum[pair] + (d - old);
      const q = squares[pair] + (d * d - old * old);
      ring[slot] = d;
      sum[pair] = s;
      squares[pair] = q;
      const away = count * d - s;
      flags[pair] = away * away > kk * (count * q - s * s) ? (away > 0 ? 1 : -1) : 0;
    }
    next = next + 1 === window ? 0 : next + 1;
  };
}
