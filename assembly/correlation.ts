// Pearson correlation of many series: the whole matrix of a window at once, and a window that slides by one
// row of all series at the price of two outer products. Source: the textbook's sums; the blocks of four
// rows by two keep their eight sums in registers and all arithmetic units of a core busy.
import {
  CORRELATION_COUNT,
  CORRELATION_HEADER_BYTES,
  CORRELATION_NEXT,
  CORRELATION_ROWS,
  CORRELATION_SERIES,
  CORRELATION_SINCE,
} from "../src/layout";

/** Rows that lie side by side: of each, two samples and then the next row's. */
const PANEL: i32 = 4;
/** Rows against which a panel is taken before the next one: they and the panel stay in the first-level cache. */
const TILE: i32 = 16;
/** Rows whose panels stay in the second-level cache while all tiles pass by. */
const CHUNK: i32 = 128;
/** Bytes of a panel's two samples. */
const STEP: usize = 64;

/**
 * Correlations of `series` rows of `samples` each, f64, `stride` bytes from row to row (a multiple of 16, at least
 * samples rounded up to even). `work` has as many bytes as the rows and eight rows more. `out` gets the whole
 * symmetric matrix, row by row. NaN for a row that does not vary or holds a NaN.
 */
export function correlationMatrix(rows: usize, series: i32, samples: i32, stride: i32, work: usize, out: usize): void {
  const panelBytes = usize((samples + 1) >> 1) * STEP;
  memory.fill(work + usize(series / PANEL) * panelBytes, 0, panelBytes);
  for (let i = 0; i < series; i++)
    standardise(rows + usize(i) * stride, samples, work + usize(i / PANEL) * panelBytes + (usize(i % PANEL) << 4));
  for (let chunk = 0; chunk < series; chunk += CHUNK)
    for (let tile = chunk; tile < series; tile += TILE) {
      const end = min(tile + TILE, series);
      const last = min(chunk + CHUNK, end);
      for (let i = chunk; i < last; i += PANEL)
        for (let j = max(i, tile); j < end; j += 2) {
          const a = work + usize(i / PANEL) * panelBytes;
          const b = work + usize(j / PANEL) * panelBytes + (usize(j % PANEL) << 4);
          block(a, b, a + panelBytes, i, j, series, out);
        }
    }
  for (let i = 0; i < series; i++) {
    const own = load<f64>(out + ((usize(i) * series + i) << 3));
    store<f64>(out + ((usize(i) * series + i) << 3), own == own ? 1 : NaN);
  }
}

/** The row less its mean, over the root of its sum of squares, into its place in a panel; a zero behind an odd end. */
function standardise(from: usize, samples: i32, to: usize): void {
  let sum = f64x2.splat(0);
  const pairs = samples & ~1;
  for (let k = 0; k < pairs; k += 2) sum = f64x2.add(sum, v128.load(from + (usize(k) << 3)));
  let total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  if (pairs < samples) total += load<f64>(from + (usize(pairs) << 3));
  const mean = total / f64(samples);
  const both = f64x2.splat(mean);
  let squares = f64x2.splat(0);
  let at = to;
  for (let k = 0; k < pairs; k += 2, at += STEP) {
    const away = f64x2.sub(v128.load(from + (usize(k) << 3)), both);
    v128.store(at, away);
    squares = f64x2.add(squares, f64x2.mul(away, away));
  }
  let square = f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1);
  if (pairs < samples) {
    const away = load<f64>(from + (usize(pairs) << 3)) - mean;
    store<f64>(at, away);
    store<f64>(at, 0, 8);
    square += away * away;
    at += STEP;
  }
  // What is left of a constant by rounding is no variation.
  const isFlat = !(square > mean * mean * f64(samples) * 1e-28);
  const scale = f64x2.splat(isFlat ? NaN : 1 / sqrt(square));
  for (let p = to; p < at; p += STEP) v128.store(p, f64x2.mul(v128.load(p), scale));
}

/**
 * Dot products of the 4 rows of a panel at `a` with 2 rows at `b`. All loads of a loop's body come before all else in
 * the machine code: eight sums, six loads and a product are what the fifteen registers hold, and one more of them
 * would put sums on the stack at every turn.
 */
function block(a: usize, b: usize, end: usize, i: i32, j: i32, series: i32, out: usize): void {
  let c00 = f64x2.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  while (a < end) {
    const x0 = v128.load(b);
    const x1 = v128.load(b, 16);
    const a0 = v128.load(a);
    const a1 = v128.load(a, 16);
    const a2 = v128.load(a, 32);
    const a3 = v128.load(a, 48);
    c00 = f64x2.add(c00, f64x2.mul(a0, x0));
    c01 = f64x2.add(c01, f64x2.mul(a0, x1));
    c10 = f64x2.add(c10, f64x2.mul(a1, x0));
    c11 = f64x2.add(c11, f64x2.mul(a1, x1));
    c20 = f64x2.add(c20, f64x2.mul(a2, x0));
    c21 = f64x2.add(c21, f64x2.mul(a2, x1));
    c30 = f64x2.add(c30, f64x2.mul(a3, x0));
    c31 = f64x2.add(c31, f64x2.mul(a3, x1));
    a += STEP;
    b += STEP;
  }
  put(out, series, i, j, c00);
  put(out, series, i, j + 1, c01);
  put(out, series, i + 1, j, c10);
  put(out, series, i + 1, j + 1, c11);
  put(out, series, i + 2, j, c20);
  put(out, series, i + 2, j + 1, c21);
  put(out, series, i + 3, j, c30);
  put(out, series, i + 3, j + 1, c31);
}

// @ts-ignore: decorator
@inline
function put(out: usize, series: i32, i: i32, j: i32, lanes: v128): void {
  if (i >= series || j >= series) return;
  const value = max<f64>(-1, min<f64>(1, f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1)));
  store<f64>(out + ((usize(i) * series + j) << 3), value);
  store<f64>(out + ((usize(j) * series + i) << 3), value);
}

/**
 * Begins a window of the last `rows` rows of `series` values each. Bytes: header, then f64[rows][even], f64[even] sums
 * and f64[series][even] sums of products, `even` being series rounded up to even.
 */
export function correlationInit(at: usize, series: i32, rows: i32): void {
  const even = usize((series + 1) & ~1);
  memory.fill(at, 0, usize(CORRELATION_HEADER_BYTES) + ((usize(rows) * even + even + usize(series) * even) << 3));
  store<i32>(at, series, CORRELATION_SERIES);
  store<i32>(at, rows, CORRELATION_ROWS);
}

/**
 * Hot: takes a row (f64[series], padded to even) in, the oldest leaves when the window is full. Returns the rows held, or -1
 * and changes nothing when a value is not finite. The sums are computed afresh every `rows` pushes.
 */
export function correlationPush(at: usize, row: usize): i32 {
  const series = load<i32>(at, CORRELATION_SERIES);
  const rows = load<i32>(at, CORRELATION_ROWS);
  const even = (series + 1) & ~1;
  // A value times 0 is 0, unless it is not finite.
  let zeros = f64x2.splat(0);
  for (let k = 0; k < even; k += 2) zeros = f64x2.add(zeros, f64x2.mul(v128.load(row + (usize(k) << 3)), f64x2.splat(0)));
  if (f64x2.extract_lane(zeros, 0) + f64x2.extract_lane(zeros, 1) != 0) return -1;
  const next = load<i32>(at, CORRELATION_NEXT);
  const slot = at + CORRELATION_HEADER_BYTES + ((usize(next) * even) << 3);
  const sums = at + CORRELATION_HEADER_BYTES + ((usize(rows) * even) << 3);
  slide(sums, row, slot, series, even);
  memory.copy(slot, row, usize(series) << 3);
  store<i32>(at, next + 1 == rows ? 0 : next + 1, CORRELATION_NEXT);
  const count = min(load<i32>(at, CORRELATION_COUNT) + 1, rows);
  store<i32>(at, count, CORRELATION_COUNT);
  const since = load<i32>(at, CORRELATION_SINCE) + 1;
  store<i32>(at, since, CORRELATION_SINCE);
  if (since >= rows) recompute(at, sums, series, rows, even);
  return count;
}

/** Adds the fresh row's products and takes the old one's away (zeros while the window fills): the upper triangle. */
function slide(sums: usize, fresh: usize, old: usize, series: i32, even: i32): void {
  for (let k = 0; k < even; k += 2) {
    const o = usize(k) << 3;
    v128.store(sums + o, f64x2.add(v128.load(sums + o), f64x2.sub(v128.load(fresh + o), v128.load(old + o))));
  }
  const bytes = usize(even) << 3;
  let products = sums + bytes;
  for (let i = 0; i < series; i++, products += bytes) {
    const x = f64x2.splat(load<f64>(fresh + (usize(i) << 3)));
    const y = f64x2.splat(load<f64>(old + (usize(i) << 3)));
    const begin = usize(i & ~1) << 3;
    let to = products + begin;
    let f = fresh + begin;
    let o = old + begin;
    const end = products + bytes;
    const turns = to + ((bytes - begin) & ~31);
    for (; to < turns; to += 32, f += 32, o += 32) {
      const change = f64x2.sub(f64x2.mul(x, v128.load(f)), f64x2.mul(y, v128.load(o)));
      const other = f64x2.sub(f64x2.mul(x, v128.load(f, 16)), f64x2.mul(y, v128.load(o, 16)));
      v128.store(to, f64x2.add(v128.load(to), change));
      v128.store(to, f64x2.add(v128.load(to, 16), other), 16);
    }
    if (to < end)
      v128.store(to, f64x2.add(v128.load(to), f64x2.sub(f64x2.mul(x, v128.load(f)), f64x2.mul(y, v128.load(o)))));
  }
}

/** Sums of all rows held: what sliding has rounded is gone. */
function recompute(at: usize, sums: usize, series: i32, rows: i32, even: i32): void {
  const zeros = sums + ((usize(even) + usize(series) * even) << 3);
  memory.fill(sums, 0, zeros - sums);
  const count = load<i32>(at, CORRELATION_COUNT);
  for (let r = 0; r < count; r++) {
    const row = at + CORRELATION_HEADER_BYTES + ((usize(r) * even) << 3);
    for (let k = 0; k < even; k += 2) {
      const o = usize(k) << 3;
      v128.store(sums + o, f64x2.add(v128.load(sums + o), v128.load(row + o)));
    }
    let products = sums + (usize(even) << 3);
    for (let i = 0; i < series; i++, products += usize(even) << 3) {
      const x = f64x2.splat(load<f64>(row + (usize(i) << 3)));
      for (let k = i & ~1; k < even; k += 2) {
        const o = usize(k) << 3;
        v128.store(products + o, f64x2.add(v128.load(products + o), f64x2.mul(x, v128.load(row + o))));
      }
    }
  }
  store<i32>(at, 0, CORRELATION_SINCE);
}

/** Correlation of two series of the window; NaN with fewer than two rows, or where one does not vary. */
export function correlationOf(at: usize, a: i32, b: i32): f64 {
  const series = load<i32>(at, CORRELATION_SERIES);
  const rows = load<i32>(at, CORRELATION_ROWS);
  const even = (series + 1) & ~1;
  const n = f64(load<i32>(at, CORRELATION_COUNT));
  const sums = at + CORRELATION_HEADER_BYTES + ((usize(rows) * even) << 3);
  const products = sums + (usize(even) << 3);
  const i = min(a, b);
  const j = max(a, b);
  const sumI = load<f64>(sums + (usize(i) << 3));
  const sumJ = load<f64>(sums + (usize(j) << 3));
  const both = n * load<f64>(products + ((usize(i) * even + j) << 3)) - sumI * sumJ;
  const squareI = n * load<f64>(products + ((usize(i) * even + i) << 3)) - sumI * sumI;
  const squareJ = n * load<f64>(products + ((usize(j) * even + j) << 3)) - sumJ * sumJ;
  const flatI = n * load<f64>(products + ((usize(i) * even + i) << 3));
  const flatJ = n * load<f64>(products + ((usize(j) * even + j) << 3));
  if (!(squareI > flatI * 1e-14 && squareJ > flatJ * 1e-14)) return NaN;
  return max<f64>(-1, min<f64>(1, both / sqrt(squareI * squareJ)));
}
