// All spreads of one instrument against their bounds, at a change of its price: lists side by side, four at a time.
// Bounds stand in units of the spread, so that a flag is two comparisons, without root or division.

/**
 * Hot: flags which of `count` spreads `value - other` lie outside [lower, upper]; how many do. A spread that is NaN
 * (a price is not known) lies nowhere. `lower` and `upper` are f64[count], `others` u32[count] addresses of f64,
 * `flags` a bit for each spread in words of 32. `count` is a multiple of four.
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
    for (let bit = 0; bit < end; bit += 4) {
      const first = f64x2.sub(both, pairAt(load<u32>(others), load<u32>(others, 4)));
      const second = f64x2.sub(both, pairAt(load<u32>(others, 8), load<u32>(others, 12)));
      const firstBeyond = v128.or(f64x2.lt(first, v128.load(lower)), f64x2.gt(first, v128.load(upper)));
      const secondBeyond = v128.or(f64x2.lt(second, v128.load(lower, 16)), f64x2.gt(second, v128.load(upper, 16)));
      word |= u32(i32x4.bitmask(v128.shuffle<u32>(firstBeyond, secondBeyond, 0, 2, 4, 6))) << bit;
      lower += 32;
      upper += 32;
      others += 16;
    }
    store<u32>(flags, word);
    flags += 4;
    found += i32(popcnt<u32>(word));
  }
  return found;
}

// @ts-ignore: decorator
@inline
function pairAt(a: usize, b: usize): v128 {
  return v128.load64_lane(b, v128.load64_splat(a), 1);
}
