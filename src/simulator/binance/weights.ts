import type { HttpReply } from "../venue.js";

/** Requests after a 429 that turn it into a ban of the address. */
const IGNORED_BEFORE_BAN = 5;
const BAN_MS = 120_000;

/**
 * The request weight of one minute. Above the limit: 429 with Retry-After; who goes on asking gets 418
 * for two minutes. Source: binance-spot-api-docs, rest-api.md, "IP Limits".
 */
export class Weights {
  private readonly limit: number;
  private minute = 0;
  private used = 0;
  private ignored = 0;
  private bannedUntilMs = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Takes the weight of a request; a reply when it is refused. */
  take(weight: number, nowMs: number): { used: number; refusal: HttpReply | null } {
    const minute = Math.floor(nowMs / 60_000);
    if (minute !== this.minute) {
      this.minute = minute;
      this.used = 0;
      this.ignored = 0;
    }
    this.used += weight;
    if (nowMs < this.bannedUntilMs) return { used: this.used, refusal: banned(this.bannedUntilMs, nowMs) };
    if (this.used <= this.limit) return { used: this.used, refusal: null };
    if (++this.ignored > IGNORED_BEFORE_BAN) {
      this.bannedUntilMs = nowMs + BAN_MS;
      return { used: this.used, refusal: banned(this.bannedUntilMs, nowMs) };
    }
    return { used: this.used, refusal: refusal(429, Math.ceil(((minute + 1) * 60_000 - nowMs) / 1000)) };
  }
}

function banned(untilMs: number, nowMs: number): HttpReply {
  return refusal(418, Math.ceil((untilMs - nowMs) / 1000));
}

/** What the venue answers with a status of refusal. */
export function refusal(status: number, retryAfterS: number): HttpReply {
  const retry: Record<string, string> = status === 429 || status === 418 ? { "Retry-After": String(retryAfterS) } : {};
  const body =
    status === 451
      ? { code: 0, msg: "Service unavailable from a restricted location." }
      : status >= 500
        ? { code: -1000, msg: "An unknown error occurred while processing the request." }
        : {
            code: -1003,
            msg: status === 418 ? "Way too much request weight used; IP banned." : "Too much request weight used.",
          };
  return { status, headers: retry, body: JSON.stringify(body) };
}
