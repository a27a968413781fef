import type { ServerTime, SocketTime } from "../venues/venue.js";
import type { LiveConnection } from "./live-connection.js";
import type { RestGate } from "./rest-gate.js";
import type { ClockSample } from "./venue-clock.js";

/** An answer later than this tells nothing. */
const ANSWER_MS = 5000;

/** One round trip by HTTP; null when the venue does not tell. @throws as RestGate.get() */
export async function probeByHttp(gate: RestGate, time: ServerTime): Promise<ClockSample | null> {
  const reply = await gate.get(time.path, time.headers);
  if (reply?.status !== 200) return null;
  const { body, sentMs, answeredMs } = reply;
  const serverUs = time.read(JSON.parse(Buffer.from(body).toString("utf8")));
  return sampleOf(sentMs, answeredMs, serverUs, serverUs, time.halfUnitUs);
}

/** Round trips on a venue's own connection, where its answers tell when it took and answered a request (Deribit, Kraken). */
export class SocketProbe {
  private readonly time: SocketTime;
  private count = 0;
  private asked: { id: string; sentMs: number; resolve: (sample: ClockSample | null) => void } | null = null;

  constructor(time: SocketTime) {
    this.time = time;
  }

  /** Null when no connection stands, or none answers in time. */
  probe(connections: readonly LiveConnection[]): Promise<ClockSample | null> {
    const connection = connections.find(({ ready }) => ready);
    if (connection === undefined || this.asked !== null) return Promise.resolve(null);
    const { id, text } = this.time.request(this.count++);
    return new Promise((resolve) => {
      this.asked = { id, sentMs: performance.now(), resolve };
      setTimeout(() => this.answered(id, null), ANSWER_MS).unref();
      connection.say(text);
    });
  }

  /** A message without market data. */
  heard(message: unknown): void {
    const answeredMs = performance.now();
    const times = this.asked === null ? null : this.time.read(message);
    if (times === null || this.asked === null || times.id !== this.asked.id) return;
    const { takenUs, answeredUs } = times;
    this.answered(times.id, sampleOf(this.asked.sentMs, answeredMs, takenUs, answeredUs, this.time.halfUnitUs));
  }

  private answered(id: string, sample: ClockSample | null): void {
    if (this.asked?.id !== id) return;
    const { resolve } = this.asked;
    this.asked = null;
    resolve(sample);
  }
}

/** The venue took the request at `takenUs` and answered at `answeredUs`, in its own time; null where it did not say. */
function sampleOf(
  sentMs: number,
  answeredMs: number,
  takenUs: number,
  answeredUs: number,
  halfUnitUs: number,
): ClockSample | null {
  if (!Number.isFinite(takenUs) || !Number.isFinite(answeredUs)) return null;
  const travelUs = Math.max(0, (answeredMs - sentMs) * 1000 - (answeredUs - takenUs));
  const localUs = (performance.timeOrigin + (sentMs + answeredMs) / 2) * 1000;
  return {
    atMs: answeredMs,
    offsetUs: (takenUs + answeredUs) / 2 - localUs,
    uncertaintyUs: travelUs / 2 + halfUnitUs,
  };
}
