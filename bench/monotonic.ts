// The clock of the C++ programs, told by this one.

/** What performance.now() is behind CLOCK_MONOTONIC, µs: the closest of some looks at both. */
export function monotonicOffsetUs(): number {
  let [best, offset] = [Number.POSITIVE_INFINITY, 0];
  for (let i = 0; i < 100; i++) {
    const before = performance.now();
    const at = Number(process.hrtime.bigint()) / 1000;
    const after = performance.now();
    if (after - before < best) [best, offset] = [after - before, at - ((before + after) / 2) * 1000];
  }
  return offset;
}
