import { get as getPlain, type IncomingMessage, type RequestOptions } from "node:http";
import { get as getSecure } from "node:https";
import { proxyAgent } from "./proxy.js";

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
const BODY_SILENCE_MS = 10_000;
const BODY_LIMIT_BYTES = 16 * 2 ** 20;

/**
 * One GET. Statuses are results, not errors. Node's own client, whose connections are kept for the next
 * request: every feed worker loads this at its start, and a client library takes it as long as all else.
 * `proxy`: address of an HTTP proxy that is to connect.
 * @throws Error when the server cannot be reached, is too slow, or answers more than 16 MiB.
 */
export async function get(url: string, headers: Record<string, string> = {}, proxy?: string): Promise<HttpReply> {
  const agent = await proxyAgent(proxy);
  const sentMs = performance.now();
  const reply = await answer(url, { headers, agent });
  const answeredMs = performance.now();
  const chunks: Uint8Array[] = [];
  let length = 0;
  reply.setTimeout(BODY_SILENCE_MS, () =>
    reply.destroy(new Error(`${url} fell silent for ${BODY_SILENCE_MS} ms in the middle of its answer`)),
  );
  for await (const chunk of reply as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > BODY_LIMIT_BYTES) throw new Error(`${url} answers more than ${BODY_LIMIT_BYTES} bytes`);
    chunks.push(chunk);
  }
  const retryAfterMs = waitMs(reply.headers["retry-after"], Date.now());
  return { status: reply.statusCode ?? 0, body: Buffer.concat(chunks, length), retryAfterMs, sentMs, answeredMs };
}

/** The head of the reply; its body is still to be read. */
function answer(url: string, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (url.startsWith("https:") ? getSecure : getPlain)(url, options);
    const late = setTimeout(
      () => request.destroy(new Error(`${url} has not answered within ${CONNECT_AND_HEAD_MS} ms`)),
      CONNECT_AND_HEAD_MS,
    );
    request.once("response", (reply) => {
      clearTimeout(late);
      resolve(reply);
    });
    request.on("error", (error) => {
      clearTimeout(late);
      reject(error);
    });
  });
}

/** Retry-After in ms: it is a number of seconds or a date (RFC 9110, 10.2.3); 0 where it is neither. */
export function waitMs(retryAfter: string | string[] | undefined, nowMs: number): number {
  if (typeof retryAfter !== "string") return 0;
  if (/^\d+$/.test(retryAfter.trim())) return Number(retryAfter) * 1000;
  const until = Date.parse(retryAfter);
  return Number.isNaN(until) ? 0 : Math.max(0, until - nowMs);
}
