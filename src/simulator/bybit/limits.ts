/** Paces and limits of the venue. */
export interface BybitLimits extends Readonly<Record<string, number>> {
  /** Silence of the client after which the connection is closed, ms. */
  idleMs: number;
  /** Requests over HTTP in 5 s. */
  requests: number;
}

/** Source: bybit-exchange/docs v5 websocket connect (10 min) and rate limit (600 in 5 s). */
export const BYBIT_LIMITS: BybitLimits = { idleMs: 600_000, requests: 600 };
