/** One round trip to a venue's clock. µs. */
export interface ClockSample {
  /** Monotonic local time of it, ms. */
  atMs: number;
  /** Venue clock minus local clock. */
  offsetUs: number;
  /** Half the round trip, which may hide the delay on either way, plus half the unit of the venue's time. */
  uncertaintyUs: number;
}

/** A venue's clock as far as it is known. */
export interface ClockStatus {
  offsetUs: number | null;
  uncertaintyUs: number | null;
  /** Growth of the offset, µs a second; null while the samples do not tell. */
  driftPpm: number | null;
  samples: number;
}

/** Round trips kept: the most certain of them tells the offset. */
const SAMPLES = 16;
/** The most certain offset of each half minute, for ten minutes: their slope is the drift. */
const SPAN_MS = 30_000;
const SPANS = 20;
/** Spans before a drift is told. */
const SPANS_NEEDED = 3;

/**
 * A venue's clock by round trips: the offset of the most certain of the last ones, whose delay can hide
 * the least. A sample that contradicts those before it means that the venue's clock was set: they are forgotten.
 */
export class VenueClock {
  private samples: ClockSample[] = [];
  private spans: ClockSample[] = [];
  private count = 0;

  add(sample: ClockSample): void {
    this.count++;
    const best = this.best();
    const apartUs = best === null ? 0 : Math.abs(sample.offsetUs - best.offsetUs);
    if (best !== null && apartUs > sample.uncertaintyUs + best.uncertaintyUs) {
      this.samples = [];
      this.spans = [];
    }
    this.samples.push(sample);
    if (this.samples.length > SAMPLES) this.samples.shift();
    const span = this.spans.at(-1);
    if (span === undefined || Math.floor(span.atMs / SPAN_MS) !== Math.floor(sample.atMs / SPAN_MS)) {
      this.spans.push(sample);
      if (this.spans.length > SPANS) this.spans.shift();
    } else if (sample.uncertaintyUs < span.uncertaintyUs) this.spans[this.spans.length - 1] = sample;
  }

  /** Null before any sample. */
  best(): ClockSample | null {
    if (this.samples.length === 0) return null;
    return this.samples.reduce((a, b) => (b.uncertaintyUs < a.uncertaintyUs ? b : a));
  }

  status(): ClockStatus {
    const best = this.best();
    const drift = this.driftPpm();
    return {
      offsetUs: best === null ? null : best.offsetUs,
      uncertaintyUs: best === null ? null : best.uncertaintyUs,
      driftPpm: Number.isNaN(drift) ? null : drift,
      samples: this.count,
    };
  }

  /** Least-squares slope of the best offsets over time, µs a second; NaN while there are too few. */
  driftPpm(): number {
    const { spans } = this;
    if (spans.length < SPANS_NEEDED) return Number.NaN;
    const meanMs = spans.reduce((sum, { atMs }) => sum + atMs, 0) / spans.length;
    const meanUs = spans.reduce((sum, { offsetUs }) => sum + offsetUs, 0) / spans.length;
    let product = 0;
    let square = 0;
    for (const { atMs, offsetUs } of spans) {
      product += (atMs - meanMs) * (offsetUs - meanUs);
      square += (atMs - meanMs) ** 2;
    }
    return (product / square) * 1000;
  }
}
