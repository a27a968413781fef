/** Paces and limits of the venue. */
export interface CoinbaseLimits extends Readonly<Record<string, number>> {
  /** Between two messages of a book and of a ticker, ms of the model's clock. */
  batchMs: number;
  /** Between two heartbeats, ms. */
  heartbeatMs: number;
  /** How long the fault `server-shutdown` keeps the products of a connection offline, ms. */
  maintenanceMs: number;
  /** A connection that has subscribed to nothing is cut after this, ms. */
  subscribeMs: number;
  /** Messages that a client may send in a second. */
  messages: number;
  /** Requests over HTTP in a second. */
  requests: number;
}

/**
 * Sources: a recording of 2026-08-09 (a book some 20 times a second), docs.cdp.coinbase.com/advanced-trade
 * "WebSocket overview" (5 s, 8 messages a second) and "REST rate limits" (10 a second without a key).
 */
export const COINBASE_LIMITS: CoinbaseLimits = {
  ...{ batchMs: 50, heartbeatMs: 1000, maintenanceMs: 2000, subscribeMs: 5000 },
  ...{ messages: 8, requests: 10 },
};
