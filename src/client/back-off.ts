import type { CLOSE } from "../stream/protocol.js";
import { ClientError } from "./client-error.js";

/** When to try again. */
export interface BackOff {
  /** Bound of the first wait, ms; it doubles with each attempt. */
  baseMs: number;
  /** The bound grows no further, ms. */
  capMs: number;
  /** 0 to 1. */
  random: () => number;
}

const BAD_TOKEN = 4401 satisfies typeof CLOSE.badToken;
const SCOPE = 4403 satisfies typeof CLOSE.scope;
const UNSUPPORTED = 1003 satisfies typeof CLOSE.unsupported;
/** A server that asks for a longer wait is asked sooner: an hour. */
const LONGEST_WAIT_MS = 3_600_000;

/**
 * Wait before the next attempt, ms: anything between 0 and the bound, so that clients which lost the same server do
 * not come back together; after what a server that shuts down asks for.
 * @param attempt 0 for the first after a connection that held.
 */
export function waitMs(attempt: number, serverAsksMs: number, { baseMs, capMs, random }: BackOff): number {
  return Math.min(serverAsksMs, LONGEST_WAIT_MS) + random() * Math.min(capMs, baseMs * 2 ** attempt);
}

/** The error of a close code after which another attempt would end the same way; null: try again. */
export function finalError(code: number | null, reason: string): ClientError | null {
  const said = reason === "" ? "" : `: ${reason}`;
  if (code === BAD_TOKEN) return new ClientError("CLIENT_UNAUTHORIZED", `The server refuses the token${said}`);
  if (code === SCOPE) return new ClientError("CLIENT_SCOPE", `The token does not cover what was asked for${said}`);
  if (code === UNSUPPORTED) return new ClientError("CLIENT_ENCODING", `The server has no such encoding${said}`);
  return null;
}
