/** Paces and limits of the venue. */
export interface BackpackLimits extends Readonly<Record<string, number>> {
  /** Between two pings of the server, and how long it waits for a pong; ms. */
  pingMs: number;
  pongMs: number;
  /** Between two messages of open interest, ms of the model's clock. */
  openInterestMs: number;
  /** Changes by which a book over HTTP lags behind the stream. */
  restLag: number;
  /** Requests over HTTP in a minute. */
  requests: number;
}

/**
 * Sources: docs.backpack.exchange, "Keeping the connection alive" (60 s, 120 s) and "Open interest" (60 s).
 * That replies lag is what ccxt notes of this venue; how far, and the 2,000 requests, are no published numbers.
 */
export const BACKPACK_LIMITS: BackpackLimits = {
  pingMs: 60_000,
  pongMs: 120_000,
  openInterestMs: 60_000,
  restLag: 20,
  requests: 2000,
};
