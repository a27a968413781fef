import { performance } from "node:perf_hooks";

/** Wall-clock time in µs, monotonic within the process: what live frames are stamped with. */
export function nowUs(): number {
  return Math.floor((performance.timeOrigin + performance.now()) * 1000);
}
