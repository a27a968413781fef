// All spreads of one instrument against their bounds, at a change of its price: lists side by side, two at a time.
// Bounds stand in units of the spread, so that a flag is two comparisons, without root or division.

/**
 * Hot: flags which of `count` spreads `value - other` lie outside [lower, upper]; how many do. A spread that is NaN
 * (a price is not known) lies nowhere. `lower` and `upper` are f64[count], `others` u32[count] addresses of f64,
 * `flags` a bit for each spread in words of 32. `count` is even.
 */
export function spreadsBeyond(
  value: f64,
  count: i32,
  lower: usize,
  upper: usize,
  others: usize,
  flags: usize,
): i32 {
  const both = f64x2.splat(value);
  let found: i32 = 0;
  for (let first = 0; first < count; first += 32) {
    const end = min(32, count - first);
    let word: u32 = 0;
    for (let bit = 0; bit < end; bit += 2) {
      const other = v128.load64_lane(load<u32>(others, 4), v128.load64_splat(load<u32>(others)), 1);
      const spread = f64x2.sub(both, other);
      const beyond = v128.or(f64x2.lt(spread, v128.load(lower)), f64x2.gt(spread, v128.load(upper)));
      word |= u32(i64x2.bitmask(beyond)) << bit;
      lower += 16;
      upper += 16;
      others += 8;
    }
    store<u32>(flags, word);
    flags += 4;
    found += i32(popcnt<u32>(word));
  }
  return found;
}
