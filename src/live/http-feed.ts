import { STATE_NAMES } from "../engine/summary.js";
import { nowUs } from "../feed/wall-clock.js";
import { findInstrument } from "../market/find-instrument.js";
import { usToNsText } from "../market/times.js";
import type { HttpSource } from "../stream/http-source.js";
import type { LiveEngine } from "./live-engine.js";
import { REASON_NAMES } from "./status.js";

export interface HttpFeedOptions {
  live: LiveEngine;
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
  const { live, kind, version, minVenues } = options;
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
    ticker(instrument) {
      const index = indexOf(instrument);
      if (index === null) return null;
      const q = live.reader.read(index);
      return {
        ...{ instrument: live.known()[index], state: STATE_NAMES[q.state], reason: REASON_NAMES[q.reason] ?? null },
        ...{ last: known(q.lastPrice), vwap: known(q.vwap), mark: known(q.mark), index: known(q.index) },
        bid: Number.isNaN(q.bid) ? null : { price: q.bid, qty: known(q.bidSize) },
        ask: Number.isNaN(q.ask) ? null : { price: q.ask, qty: known(q.askSize) },
        timestamp: q.receivedTimeUs > 0 ? usToNsText(q.receivedTimeUs) : null,
      };
    },
    orderbook(instrument, depth) {
      const index = indexOf(instrument);
      if (index === null) return null;
      const book = live.reader.book(index, depth);
      const { state } = live.reader.read(index);
      if (book === null) return null;
      const [bid] = book.bids;
      const [ask] = book.asks;
      const whole = bid !== undefined && ask !== undefined;
      return {
        ...{ instrument: live.known()[index], state: STATE_NAMES[state], sequence: Number(book.sequence) },
        ...{ bids: book.bids, asks: book.asks },
        bestBid: bid?.[0] ?? null,
        bestAsk: ask?.[0] ?? null,
        mid: whole ? (bid[0] + ask[0]) / 2 : null,
        spread: whole ? ask[0] - bid[0] : null,
        timestamp: usToNsText(nowUs()),
      };
    },
    page: options.page,
  };
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
