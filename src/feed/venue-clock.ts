import type { ServerTime } from "../venues/venue.js";
import type { RestGate } from "./rest-gate.js";

/** Round trips kept: the shortest of them tells the offset. */
const SAMPLES = 16;

interface Sample {
  roundTripUs: number;
  offsetUs: number;
  uncertaintyUs: number;
}

/**
 * A venue's clock by round trips: offset of the shortest of the last ones, whose delay can hide the
 * least. Uncertainty is half that round trip plus half the unit of the venue's time.
 */
export class VenueClockProbe {
  private readonly gate: RestGate;
  private readonly time: ServerTime;
  private readonly samples: Sample[] = [];

  constructor(gate: RestGate, time: ServerTime) {
    this.gate = gate;
    this.time = time;
  }

  /** One round trip; the best known estimate in µs, null when the venue gave none. */
  async probe(): Promise<{ offsetUs: number; uncertaintyUs: number } | null> {
    const reply = await this.gate.get(this.time.path, this.time.headers);
    if (reply?.status !== 200) return null;
    const { body, sentMs, answeredMs } = reply;
    const serverUs = this.time.read(JSON.parse(Buffer.from(body).toString("utf8")));
    if (!Number.isFinite(serverUs)) return null;
    const roundTripUs = (answeredMs - sentMs) * 1000;
    const middleUs = (performance.timeOrigin + (sentMs + answeredMs) / 2) * 1000;
    this.samples.push({
      roundTripUs,
      offsetUs: serverUs - middleUs,
      uncertaintyUs: roundTripUs / 2 + this.time.halfUnitUs,
    });
    if (this.samples.length > SAMPLES) this.samples.shift();
    const { offsetUs, uncertaintyUs } = this.samples.reduce((a, b) => (b.roundTripUs < a.roundTripUs ? b : a));
    return { offsetUs, uncertaintyUs };
  }
}
