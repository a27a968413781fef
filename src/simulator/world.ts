import type { FaultDesk } from "./faults/desk.js";
import type { SimulatedVenue } from "./model/catalogue.js";
import type { Market } from "./model/market.js";

/** What the venues share. */
export interface World {
  readonly desk: FaultDesk;
  /** Markets of a venue; none when a recording is served. */
  marketsOf(venue: SimulatedVenue): readonly Market[];
  /** The machine's time, ms with fractions. */
  wallMs(): number;
  /** The venue's time, ms with fractions: the machine's, and the offset that a fault gave it. */
  venueMs(venue: SimulatedVenue): number;
}

/** Paces and limits that are the venues' own unless a test needs them quicker. */
export interface Limits {
  /** Between two pings of the server, and how long it waits for a pong; ms. */
  binanceSpot: { pingMs: number; pongMs: number; inboundPerSecond: number };
  binanceFutures: { pingMs: number; pongMs: number; inboundPerSecond: number };
  /** Streams a Binance connection may carry. */
  streams: number;
  /** Silence of the client after which Bybit closes, ms. */
  bybitIdleMs: number;
  /** Request weight a minute, by Binance product. */
  weight: { spot: number; usdm: number; coinm: number };
  /** Requests in 5 s to Bybit. */
  bybitRequests: number;
}

/**
 * Sources: binance-spot-api-docs web-socket-streams.md (20 s, 60 s, 5 messages, 1,024 streams) and
 * enums.md (6,000); developers.binance.com USD-M market streams (3 min, 10 min, 10 messages; 2,400);
 * bybit-exchange/docs v5 websocket connect (10 min) and rate limit (600 in 5 s).
 */
export const VENUE_LIMITS: Limits = {
  binanceSpot: { pingMs: 20_000, pongMs: 60_000, inboundPerSecond: 5 },
  binanceFutures: { pingMs: 180_000, pongMs: 600_000, inboundPerSecond: 10 },
  streams: 1024,
  bybitIdleMs: 600_000,
  weight: { spot: 6000, usdm: 2400, coinm: 2400 },
  bybitRequests: 600,
};
