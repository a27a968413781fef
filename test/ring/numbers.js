// Shared by both threads of the ring tests: a seeded generator, and the contents a record must have.

/** Mulberry32: uniform in [0, 1). */
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x = (x + Math.imul(x ^ (x >>> 7), x | 61)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What payload slot `i` of record number `n` holds. */
export function payloadOf(n, i) {
  return n * 4 + i + 0.5;
}
