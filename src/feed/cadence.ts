/** Gaps are counted by size: two buckets for each doubling, the last one from some ten minutes on. */
const BUCKETS = 40;
/** Samples beyond which old ones weigh half. */
const HALVED_AT = 512;
const QUANTILE = 0.99;
/** The quantile is looked at after so many; before the first time no cadence is known. */
const LOOKED_AT = 32;
/** What a lull loses with each message: it is remembered for some thousand of them. */
const FADE = 0.9995;
/** Silence is more than the usual gap by so much, or more than a lull that ended by itself, and never less than a floor, ms. */
const USUAL = 4;
const LULL = 1.5;
const FLOOR_MS = 300;

/** How often the messages of one channel of one instrument come: learned from the gaps between them. */
export class Cadence {
  /** Receive time of the last message, µs; NaN on a connection that has brought none. */
  lastUs = Number.NaN;
  /** Messages on the present connection. */
  messages = 0;
  private readonly counts = new Uint16Array(BUCKETS);
  private total = 0;
  private lullMs = 0;
  private quantileMs = Number.NaN;

  /** Hot: so many messages came, all at once. */
  seen(us: number, messages = 1): void {
    this.messages += messages;
    const gapMs = (us - this.lastUs) / 1000;
    this.lastUs = us;
    if (gapMs >= 0) {
      this.lullMs = gapMs > this.allowedMs ? gapMs : this.lullMs * FADE;
      this.count(bucketOf(gapMs), 1);
    }
    if (messages > 1) this.atOnce(messages - 1);
  }

  /** So many gaps of nothing. */
  private atOnce(gaps: number): void {
    for (let left = gaps; left > 0; ) {
      // Up to where the quantile is looked at, or old ones are halved, as one by one.
      const step = Math.min(left, LOOKED_AT - (this.total & (LOOKED_AT - 1)));
      if (this.lullMs > 0) this.lullMs *= FADE ** step;
      this.count(0, step);
      left -= step;
    }
  }

  private count(bucket: number, gaps: number): void {
    this.counts[bucket] += gaps;
    this.total += gaps;
    if (this.total >= HALVED_AT) this.halve();
    if ((this.total & (LOOKED_AT - 1)) === 0) this.quantileMs = this.quantile();
  }

  /** Its last silence was ended from outside: it says nothing of the channel. */
  forgetLull(): void {
    this.lullMs = 0;
  }

  /** Another connection: the time between the two is no gap of the channel. What was learned stays. */
  begin(): void {
    this.lastUs = Number.NaN;
    this.messages = 0;
  }

  /** Silence that is still usual, ms; NaN while too little is known. */
  get allowedMs(): number {
    return Math.max(FLOOR_MS, USUAL * this.quantileMs, LULL * this.lullMs);
  }

  private quantile(): number {
    let left = Math.ceil(this.total * QUANTILE);
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.counts[bucket];
      if (left <= 0) return boundOf(bucket);
    }
    return boundOf(BUCKETS - 1);
  }

  private halve(): void {
    this.total = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      this.counts[bucket] >>= 1;
      this.total += this.counts[bucket];
    }
  }
}

/** Hot. */
function bucketOf(gapMs: number): number {
  const whole = Math.min(gapMs | 0, 1 << 19) | 1;
  const power = 31 - Math.clz32(whole);
  const half = power === 0 ? 0 : (whole >> (power - 1)) & 1;
  return power * 2 + half;
}

/** The gap below which all of a bucket lie, ms. */
function boundOf(bucket: number): number {
  const low = 2 ** (bucket >> 1);
  return (bucket & 1) === 0 ? low * 1.5 : low * 2;
}
