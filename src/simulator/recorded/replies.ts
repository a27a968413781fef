import type { HttpReply } from "../venue.js";

/** The recorded replies over HTTP: the latest up to now, or the first one that is still to come. */
export class RecordedReplies {
  private readonly latest = new Map<string, string>();
  private readonly waiting = new Map<string, ((reply: HttpReply) => void)[]>();
  private over = false;

  add(key: string, body: string): void {
    this.latest.set(key, body);
    for (const resolve of this.waiting.get(key) ?? []) resolve({ status: 200, body });
    this.waiting.delete(key);
  }

  /** What there is now: a list that clients ask for before they subscribe must not wait for their subscriptions. */
  answerNow(key: string): HttpReply {
    const body = this.latest.get(key);
    return body === undefined ? missing : { status: 200, body };
  }

  /** Waits for the recording's moment when there is none yet. */
  answer(key: string): HttpReply | Promise<HttpReply> {
    if (this.latest.has(key) || this.over) return this.answerNow(key);
    return new Promise((resolve) => {
      this.waiting.set(key, [...(this.waiting.get(key) ?? []), resolve]);
    });
  }

  /** The recording is over: what waits will not come. */
  ended(): void {
    this.over = true;
    for (const resolve of [...this.waiting.values()].flat()) resolve(missing);
    this.waiting.clear();
  }
}

const missing: HttpReply = { status: 404, body: '{"code":-5000,"msg":"The recording has no such reply"}' };
