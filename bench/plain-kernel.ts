// What the kernel computes, as one would write it in JavaScript over typed arrays: the same formulas and
// the same complexity, so that the ratio shows what WebAssembly and SIMD bring and nothing else.

/** One side of a book, best level last. */
export class PlainSide {
  readonly prices: Float64Array;
  readonly sizes: Float64Array;
  count = 0;
  private readonly sign: number;

  constructor(isAsk: boolean, levels: number) {
    this.sign = isAsk ? -1 : 1;
    this.prices = new Float64Array(levels);
    this.sizes = new Float64Array(levels);
  }

  apply(price: number, size: number): void {
    const { prices, sizes, count, sign } = this;
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sign * prices[middle] < sign * price) low = middle + 1;
      else high = middle;
    }
    if (low < count && prices[low] === price) {
      if (size > 0) sizes[low] = size;
      else {
        prices.copyWithin(low, low + 1, count);
        sizes.copyWithin(low, low + 1, count);
        this.count--;
      }
    } else if (size > 0) {
      if (count === prices.length) {
        if (low === 0) return;
        prices.copyWithin(0, 1, low);
        sizes.copyWithin(0, 1, low);
        low--;
      } else {
        prices.copyWithin(low + 1, low, count);
        sizes.copyWithin(low + 1, low, count);
        this.count++;
      }
      prices[low] = price;
      sizes[low] = size;
    }
  }

  /** Starts to load levels that come best first: they are written from the top of the arrays downwards. */
  begin(): void {
    this.count = 0;
  }

  /** @throws RangeError when the level is no level or not worse than the last one. */
  level(price: number, size: number): void {
    const { prices, count, sign } = this;
    const at = prices.length - count;
    const isSound = price - price === 0 && size > 0 && size < Number.POSITIVE_INFINITY;
    if (!isSound || at === 0 || (count > 0 && sign * price >= sign * prices[at]))
      throw new RangeError(`no next level: ${price}`);
    prices[at - 1] = price;
    this.sizes[at - 1] = size;
    this.count = count + 1;
  }

  end(): void {
    this.prices.copyWithin(0, this.prices.length - this.count);
    this.sizes.copyWithin(0, this.sizes.length - this.count);
  }

  /** Volume-weighted price of a size; NaN when the depth does not suffice. */
  walk(size: number): number {
    let remaining = size;
    let notional = 0;
    for (let index = this.count - 1; index >= 0; index--) {
      const available = this.sizes[index];
      if (remaining <= available) return (notional + remaining * this.prices[index]) / size;
      notional += available * this.prices[index];
      remaining -= available;
    }
    return Number.NaN;
  }
}

/** What the rounded sum of a and b has lost. */
function roundoff(a: number, b: number, s: number): number {
  const part = s - a;
  return a - (s - part) + (b - part);
}

/** Rolling mean, deviation and z: shifted and compensated sums, computed afresh every n pushes. */
export class PlainWindow {
  private readonly samples: Float64Array;
  private count = 0;
  private next = 0;
  private since = 0;
  private shift = 0;
  private sum = 0;
  private sumLow = 0;
  private squares = 0;
  private squaresLow = 0;
  mean = Number.NaN;
  deviation = Number.NaN;
  z = Number.NaN;

  constructor(capacity: number) {
    this.samples = new Float64Array(capacity);
  }

  push(value: number): void {
    const { samples } = this;
    if (this.count === 0) this.shift = value;
    if (this.count === samples.length) {
      const gone = this.shift - samples[this.next];
      this.add(gone, -gone * gone);
    } else this.count++;
    const fresh = value - this.shift;
    this.add(fresh, fresh * fresh);
    samples[this.next] = value;
    this.next = this.next + 1 === samples.length ? 0 : this.next + 1;
    if (++this.since >= samples.length) this.recompute();
    const n = this.count;
    let sum = this.sum + this.sumLow;
    let scaled = n * (this.squares + this.squaresLow) - sum * sum;
    if (sum * sum > 64 * scaled) {
      this.recompute();
      sum = this.sum + this.sumLow;
      scaled = n * (this.squares + this.squaresLow) - sum * sum;
    }
    const root = Math.sqrt(scaled);
    this.mean = this.shift + sum / n;
    this.deviation = scaled > 0 ? root / n : 0;
    this.z = scaled > 0 ? (n * (value - this.shift) - sum) / root : 0;
  }

  private add(away: number, square: number): void {
    const sum = this.sum + away;
    this.sumLow += roundoff(this.sum, away, sum);
    this.sum = sum;
    const squares = this.squares + square;
    this.squaresLow += roundoff(this.squares, square, squares);
    this.squares = squares;
  }

  private recompute(): void {
    const { samples, count } = this;
    const anchor = samples[0];
    let sum = 0;
    for (let index = 0; index < count; index++) sum += samples[index] - anchor;
    this.shift = anchor + sum / count;
    this.sum = this.sumLow = this.squares = this.squaresLow = 0;
    for (let index = 0; index < count; index++) {
      const away = samples[index] - this.shift;
      this.add(away, away * away);
    }
    this.since = 0;
  }
}

/** VWAP of the last trades: compensated sums, computed afresh every `capacity` trades. */
export class PlainVwap {
  private readonly prices: Float64Array;
  private readonly sizes: Float64Array;
  private count = 0;
  private next = 0;
  private since = 0;
  private size = 0;
  private sizeLow = 0;
  private turnover = 0;
  private turnoverLow = 0;
  price = Number.NaN;

  constructor(capacity: number) {
    this.prices = new Float64Array(capacity);
    this.sizes = new Float64Array(capacity);
  }

  push(price: number, size: number): void {
    const { prices, sizes, next } = this;
    if (this.count === prices.length) this.add(-sizes[next], -(prices[next] * sizes[next]));
    else this.count++;
    this.add(size, price * size);
    prices[next] = price;
    sizes[next] = size;
    this.next = next + 1 === prices.length ? 0 : next + 1;
    if (++this.since >= this.count) {
      this.size = this.sizeLow = this.turnover = this.turnoverLow = 0;
      for (let index = 0; index < this.count; index++) this.add(sizes[index], prices[index] * sizes[index]);
      this.since = 0;
    }
    this.price = (this.turnover + this.turnoverLow) / (this.size + this.sizeLow);
  }

  private add(size: number, turnover: number): void {
    const sizes = this.size + size;
    this.sizeLow += roundoff(this.size, size, sizes);
    this.size = sizes;
    const turnovers = this.turnover + turnover;
    this.turnoverLow += roundoff(this.turnover, turnover, turnovers);
    this.turnover = turnovers;
  }
}

/** Minimum and median of the last delays: in order of arrival and sorted. */
export class PlainClock {
  private readonly arrived: Float64Array;
  private readonly sorted: Float64Array;
  private count = 0;
  private next = 0;
  offsetUs = Number.NaN;
  uncertaintyUs = Number.NaN;

  constructor(samples: number) {
    this.arrived = new Float64Array(samples);
    this.sorted = new Float64Array(samples);
  }

  sample(delayUs: number): void {
    const { arrived, sorted, next } = this;
    if (this.count === arrived.length) {
      const gone = this.below(arrived[next]);
      sorted.copyWithin(gone, gone + 1, this.count);
      this.count--;
    }
    const place = this.below(delayUs);
    sorted.copyWithin(place + 1, place, this.count);
    sorted[place] = delayUs;
    this.count++;
    arrived[next] = delayUs;
    this.next = next + 1 === arrived.length ? 0 : next + 1;
    const half = this.count >> 1;
    const median = this.count % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    this.offsetUs = -sorted[0];
    this.uncertaintyUs = median - sorted[0];
  }

  /** How many samples are below a delay. */
  private below(delayUs: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.sorted[middle] < delayUs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
