import { get, type HttpReply } from "../sources/http.js";

/** What a venue's HTTP host may be asked, and when it may not: shared by all who ask it. */
const RATE_LIMIT_MS = 10_000;
const REFUSED_MS = 600_000;

export type Refusal = "rate-limit" | "refused";

/** One HTTP host: obeys its waits, so that a limit never grows into a ban. */
export class RestGate {
  readonly base: string;
  private blockedUntilMs = 0;
  private readonly onRefusal: (kind: Refusal, status: number, waitMs: number) => void;

  constructor(base: string, onRefusal: (kind: Refusal, status: number, waitMs: number) => void) {
    this.base = base;
    this.onRefusal = onRefusal;
  }

  /** False while the host has asked not to be asked. */
  get open(): boolean {
    return performance.now() >= this.blockedUntilMs;
  }

  /** The reply; null when the host is closed, or closes itself by this reply. @throws as get() */
  async get(path: string, headers: Record<string, string> = {}): Promise<HttpReply | null> {
    if (!this.open) return null;
    const reply = await get(`${this.base}${path}`, headers);
    const { status, retryAfterMs } = reply;
    // 429 and 418 say how long; 403 and 451 are no matter of seconds, whatever the reply says.
    if (status === 429 || status === 418) this.close("rate-limit", status, retryAfterMs || RATE_LIMIT_MS);
    else if (status === 403 || status === 451) this.close("refused", status, Math.max(retryAfterMs, REFUSED_MS));
    else return reply;
    return null;
  }

  private close(kind: Refusal, status: number, waitMs: number): void {
    this.blockedUntilMs = performance.now() + waitMs;
    this.onRefusal(kind, status, waitMs);
  }
}
