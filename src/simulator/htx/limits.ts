/** Paces and limits of the venue. */
export interface HtxLimits extends Readonly<Record<string, number>> {
  /** Between two pings of the server, ms. */
  pingMs: number;
  /** Pings without an answer at which the connection is closed. */
  missedPongs: number;
  /** Requests over HTTP in a second. */
  requests: number;
}

/** Source: htx.com API pages, "Heartbeat and connection": every 5 s, closed after two without a pong; 10 requests a second. */
export const HTX_LIMITS: HtxLimits = { pingMs: 5000, missedPongs: 2, requests: 10 };
