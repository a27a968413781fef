import { nowUs } from "../feed/wall-clock.js";
import { findInstrument } from "../market/find-instrument.js";
import type { HttpSource } from "../stream/http-source.js";
import { followedBook, followedTicker } from "./followed-market.js";
import { liveQueries, type QuerySources } from "./http-queries.js";
import type { LiveEngine } from "./live-engine.js";
import type { Recent } from "./recent.js";
import { isUnknown, type RestMarket } from "./rest-market.js";

export interface HttpFeedOptions {
  live: LiveEngine;
  sources: QuerySources;
  recent: Recent;
  /** Answers for instruments that are not followed. */
  rest: RestMarket;
  /** LIVE or SIMULATED. */
  kind: string;
  version: string;
  /** Venues with at least one live book that /ready wants. */
  minVenues: number;
  metrics: () => Promise<string>;
  page: HttpSource["page"];
}

/** What the HTTP routes show of a live engine. */
export function httpFeed(options: HttpFeedOptions): HttpSource {
  const { live, recent, rest, kind, version, minVenues } = options;
  /** What memory has of an instrument; null for one that is not followed. @throws SYMBOL_AMBIGUOUS, USAGE_* */
  const followed = <T>(name: string, read: (index: number) => T): T | null => {
    try {
      const index = indexOf(name);
      return index === null ? null : read(index);
    } catch (error) {
      if (isUnknown(error)) return null;
      throw error;
    }
  };
  const indexOf = (name: string): number | null => {
    const { id } = findInstrument(name, live.instruments);
    const index = live.known().indexOf(id);
    return index < 0 ? null : index;
  };
  return {
    health: () => ({ status: "ok", name: "crosstick", version, kind, uptimeMs: live.status().uptimeMs }),
    ready() {
      const { venues, instruments, recording } = live.status();
      const up = venues.filter(({ state }) => state !== "down").length;
      const reasons = instruments
        .filter(({ state }) => state !== "live")
        .map(({ instrument, state, reason }) => `${instrument} is ${state} (${reason})`);
      if (live.recorder !== null && recording?.state !== "recording")
        reasons.push(`recording stopped (${recording?.reason ?? "the recorder does not answer"})`);
      if (recording?.raw?.state === "stopped") reasons.push(`the raw log stopped (${recording.raw.reason})`);
      if (up < minVenues)
        return {
          status: 503,
          body: { status: "not-ready", venues: up, minVenues, reasons: [...reasons, ...live.leftOut] },
        };
      const status = reasons.length === 0 ? "ready" : "degraded";
      return { status: 200, body: { status, venues: up, minVenues, reasons: [...reasons, ...live.leftOut] } };
    },
    metrics: options.metrics,
    venues: () => ({ venues: live.status().venues, connections: live.status().connections }),
    instruments: () => ({
      instruments: live.instruments.map(
        ({ id, venue, product, rawSymbol, symbol, base, quote, settle, expiry, inferred }) => ({
          ...{ instrument: id, venue, product, rawSymbol, symbol, base, quote, settle, expiry, inferred },
        }),
      ),
    }),
    ticker: (instrument) => followed(instrument, (index) => followedTicker(live, index)) ?? rest.ticker(instrument),
    orderbook: (instrument, depth) =>
      followed(instrument, (index) => followedBook(live, index, depth, nowUs())) ?? rest.book(instrument, depth),
    queries: liveQueries(live, recent, options.sources, indexOf),
    page: options.page,
  };
}
