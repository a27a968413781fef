/** Paces and limits of the venue. */
export interface BinanceLimits extends Readonly<Record<string, number>> {
  /** Between two pings of the server, and how long it waits for a pong; ms. */
  spotPingMs: number;
  spotPongMs: number;
  futuresPingMs: number;
  futuresPongMs: number;
  /** Messages of the client in a second. */
  spotInbound: number;
  futuresInbound: number;
  /** Streams a connection may carry. */
  streams: number;
  /** Request weight a minute. */
  spotWeight: number;
  usdmWeight: number;
  coinmWeight: number;
}

/**
 * Sources: binance-spot-api-docs web-socket-streams.md (20 s, 60 s, 5 messages, 1,024 streams) and
 * enums.md (6,000); developers.binance.com USD-M market streams (3 min, 10 min, 10 messages; 2,400).
 */
export const BINANCE_LIMITS: BinanceLimits = {
  spotPingMs: 20_000,
  spotPongMs: 60_000,
  futuresPingMs: 180_000,
  futuresPongMs: 600_000,
  spotInbound: 5,
  futuresInbound: 10,
  streams: 1024,
  spotWeight: 6000,
  usdmWeight: 2400,
  coinmWeight: 2400,
};
