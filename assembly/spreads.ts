// Many spreads at once, lists side by side: those of one instrument against their bounds at a change of its price, in
// units of the spread, so that a flag is two comparisons without root or division; and the z of all of them.

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

/**
 * Hot: the z that a next sample would have, of `count` spreads at the prices of now; 0 where that sample's window is
 * flat, NaN where a price is not known. How many moved by `least` or more since they were told, or were not known then.
 * `legs` holds two u32 addresses of f64 a spread: a - b, with `isRatio` a / b. `rest` are four f64[count], one behind
 * the other, as windowRest writes them; `scores` and `told` f64[count], `flags` a bit a spread in words of 32.
 * `count` is even.
 */
export function spreadScores(
  isRatio: bool,
  count: i32,
  legs: usize,
  rest: usize,
  scores: usize,
  told: usize,
  least: f64,
  flags: usize,
): i32 {
  const column = usize(count) << 3;
  const sums = rest + column;
  const squares = sums + column;
  const counts = squares + column;
  const leastMove = f64x2.splat(least);
  let moved: i32 = 0;
  for (let first = 0; first < count; first += 32) {
    const end = min(32, count - first);
    let word: u32 = 0;
    for (let bit = 0; bit < end; bit += 2) {
      const at = usize(first + bit) << 3;
      const a = pairAt(load<u32>(legs + at), load<u32>(legs + at, 8));
      const b = pairAt(load<u32>(legs + at, 4), load<u32>(legs + at, 12));
      const value = isRatio ? f64x2.div(a, b) : f64x2.sub(a, b);
      const score = nextScore(
        f64x2.sub(value, v128.load(rest + at)),
        v128.load(sums + at),
        v128.load(squares + at),
        v128.load(counts + at),
      );
      v128.store(scores + at, score);
      const move = f64x2.abs(f64x2.sub(score, v128.load(told + at)));
      const isMoved = v128.andnot(f64x2.eq(score, score), f64x2.lt(move, leastMove));
      word |= u32(i64x2.bitmask(isMoved)) << bit;
    }
    store<u32>(flags, word);
    flags += 4;
    moved += i32(popcnt<u32>(word));
  }
  return moved;
}

/** (n d - S) / sqrt(n Q - S^2) with the sample in sums and count; the others' are given. */
// @ts-ignore: decorator
@inline
function nextScore(away: v128, sum: v128, squares: v128, count: v128): v128 {
  const total = f64x2.add(sum, away);
  const larger = f64x2.add(squares, f64x2.mul(away, away));
  const scaled = f64x2.sub(f64x2.mul(count, larger), f64x2.mul(total, total));
  const score = f64x2.div(f64x2.sub(f64x2.mul(count, away), total), f64x2.sqrt(scaled));
  // Flat is 0, and all bits set, where nothing is known, are NaN.
  return v128.or(v128.and(score, f64x2.gt(scaled, f64x2.splat(0))), f64x2.ne(away, away));
}
