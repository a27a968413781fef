/** Paces and limits of the venue. */
export interface OkxLimits extends Readonly<Record<string, number>> {
  /** Silence of the client after which the connection is closed, ms. */
  idleMs: number;
  /** Requests to subscribe and to unsubscribe on one connection in an hour. */
  requests: number;
  /** Connections opened in a second. */
  connects: number;
  /** Requests over HTTP to one path in 2 s; to the venue's time half as many. */
  http: number;
  /** 1: books carry the checksum that they had until June 2026; 0: it is 0. */
  checksums: number;
}

/** Source: www.okx.com/docs-v5, "Connect", "Subscribe", "Rate Limits" and the order book channel. */
export const OKX_LIMITS: OkxLimits = { idleMs: 30_000, requests: 480, connects: 3, http: 20, checksums: 0 };
