import { ExponentialBackoff, handleAll, retry } from "cockatiel";
import type { Alert } from "./alert.js";

const TIMEOUT_MS = 10_000;
const ATTEMPTS = 4;
/** Alerts that wait for a webhook that does not answer; further ones are left out, and the next that arrives says how many. */
const WAITING = 100;

/**
 * Posts alerts to a webhook, one after the other: `{"text", "state", "level", "key", …}` as JSON, which chat
 * systems show by its `text`. Its address is a secret and stands in no message.
 */
export class Webhook {
  private readonly url: string;
  private readonly note: (text: string) => void;
  private readonly queue: Alert[] = [];
  private readonly policy = retry(handleAll, {
    maxAttempts: ATTEMPTS - 1,
    backoff: new ExponentialBackoff({ initialDelay: 500, maxDelay: 10_000 }),
  });
  private readonly stop = new AbortController();
  private leftOut = 0;
  private posting: Promise<void> | null = null;

  /** `note`: worth a line in the log. */
  constructor(url: string, note: (text: string) => void) {
    this.url = url;
    this.note = note;
  }

  send(alert: Alert): void {
    if (this.queue.length >= WAITING) this.leftOut++;
    else this.queue.push(alert);
    this.posting ??= this.postAll().finally(() => {
      this.posting = null;
    });
  }

  /** Gives up what waits. */
  async close(): Promise<void> {
    this.stop.abort();
    this.queue.length = 0;
    await this.posting;
  }

  private async postAll(): Promise<void> {
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
      const leftOut = this.leftOut;
      this.leftOut = 0;
      const text = `crosstick: ${next.state === "event" ? "" : `${next.state}: `}${next.text}`;
      const body = JSON.stringify({ ...next, text, leftOut });
      try {
        await this.policy.execute(() => this.post(body), this.stop.signal);
      } catch (error) {
        if (this.stop.signal.aborted) return;
        this.leftOut += leftOut + 1;
        this.note(
          `alerts: the webhook did not take an alert: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
  }

  private async post(body: string): Promise<void> {
    const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), this.stop.signal]);
    const headers = { "content-type": "application/json" };
    const { request } = await import("undici"); // large, and read only where there is a webhook
    const reply = await request(this.url, { method: "POST", headers, body, signal });
    await reply.body.dump();
    if (reply.statusCode >= 300) throw new Error(`HTTP ${reply.statusCode}`);
  }
}
