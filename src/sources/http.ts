import { request } from "undici";

/** An HTTP reply, or why there is none. */
export interface HttpReply {
  status: number;
  body: Uint8Array;
  /** What the server asks to wait, ms; 0 when it does not say. */
  retryAfterMs: number;
  /** Monotonic times of sending and of the reply's head, ms. */
  sentMs: number;
  answeredMs: number;
}

const CONNECT_AND_HEAD_MS = 5000;
const BODY_MS = 10_000;
const BODY_LIMIT_BYTES = 16 * 2 ** 20;

/**
 * One GET. Statuses are results, not errors.
 * @throws Error when the server cannot be reached, is too slow, or answers more than 16 MiB.
 */
export async function get(url: string, headers: Record<string, string> = {}): Promise<HttpReply> {
  const sentMs = performance.now();
  const reply = await request(url, { headers, headersTimeout: CONNECT_AND_HEAD_MS, bodyTimeout: BODY_MS });
  const answeredMs = performance.now();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of reply.body) {
    length += chunk.length;
    if (length > BODY_LIMIT_BYTES) throw new Error(`${url} answers more than ${BODY_LIMIT_BYTES} bytes`);
    chunks.push(chunk);
  }
  const retryAfterMs = waitMs(reply.headers["retry-after"], Date.now());
  return { status: reply.statusCode, body: Buffer.concat(chunks, length), retryAfterMs, sentMs, answeredMs };
}

/** Retry-After in ms: it is a number of seconds or a date (RFC 9110, 10.2.3); 0 where it is neither. */
export function waitMs(retryAfter: string | string[] | undefined, nowMs: number): number {
  if (typeof retryAfter !== "string") return 0;
  if (/^\d+$/.test(retryAfter.trim())) return Number(retryAfter) * 1000;
  const until = Date.parse(retryAfter);
  return Number.isNaN(until) ? 0 : Math.max(0, until - nowMs);
}
