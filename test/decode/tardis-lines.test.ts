// Binance and Bybit as tardis-node recorded them since 2019: every line, and what becomes of it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rejectionName } from "crosstick/internal/feed/rejections";
import * as L from "crosstick/internal/layout";
import { productIndex } from "crosstick/internal/market/venues";
import { describe, expect, test } from "vitest";
import { expectSame } from "./comparison.js";
import { Decoder } from "./decoder.js";
import { hasRecordings, recordings } from "./recordings.js";

const kinds = new Map<number, string>([
  [L.KIND_BBO, "bbo"],
  [L.KIND_TRADE, "trade"],
  [L.KIND_DEPTH, "depth"],
  [L.KIND_SNAPSHOT, "snapshot"],
  [L.KIND_MARK, "mark"],
  [L.KIND_FUNDING, "funding"],
  [L.KIND_OPEN_INTEREST, "openInterest"],
  [L.KIND_LIQUIDATION, "liquidation"],
  [L.KIND_VOLATILITY, "volatility"],
  [L.KIND_GREEKS, "greeks"],
  [L.KIND_DAY, "day"],
]);

interface Line {
  stream?: string;
  topic?: string;
  op?: string;
  request?: unknown;
}

/** The channel a line is of, without symbols. */
function channelOf({ stream, topic, op, request }: Line): string {
  if (stream !== undefined) return stream.slice(stream.indexOf("@") + 1).replace(/@\d{6}$/, "");
  if (topic === undefined) return op ?? (request === undefined ? "answer" : "old answer");
  return topic.replace(/\.[A-Z0-9]+(-[\w.-]+)?$/, "");
}

/** Lines by their channel and what becomes of them. */
function fates(file: string, venue: number, product: string): Record<string, number> {
  const decoder = new Decoder(venue, productIndex(product));
  decoder.context.hint = 0;
  const counts: Record<string, number> = {};
  for (const text of readFileSync(join(recordings, `tardis_node_messages/${file}.jsonl`), "utf8")
    .trim()
    .split("\n")) {
    const { message } = JSON.parse(text) as { message: Line };
    const { result, records } = expectSame(decoder, venue, new TextEncoder().encode(JSON.stringify(message)));
    const fate =
      result > 0 ? [...new Set(records.map(({ kind }) => kinds.get(kind)))].join("+") : rejectionName(result);
    const key = `${channelOf(message)}: ${result === 0 ? "ignored" : fate}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

/** Linear and inverse contracts lie in one file. */
const bybitContracts = {
  "allLiquidation: liquidation": 2,
  // The topic before allLiquidation, of 2025 and older, told one liquidation a second.
  "liquidation: ignored": 7,
  "orderbook.1: bbo": 3,
  "orderbook.50: depth": 1,
  "orderbook.50: snapshot": 1,
  "publicTrade: trade": 2,
  "tickers: funding+openInterest": 1,
  "tickers: mark+funding+openInterest": 2,
  "tickers: mark+openInterest": 1,
  // A change of prices that are read elsewhere.
  "tickers: ignored": 1,
  // Other protocols: v2 and v3, retired in 2023.
  "old answer: ignored": 1,
  "instrument_info.100ms: unknown": 11,
  "orderBookL2_25: unknown": 13,
  "orderBook_200.100ms: unknown": 3,
  "trade: unknown": 5,
};

describe.skipIf(!hasRecordings)("every line that tardis-node recorded, and what becomes of it", () => {
  test.each([
    [
      "binance",
      L.VENUE_BINANCE,
      "spot",
      {
        "bookTicker: bbo": 1,
        "depth: depth": 4,
        "depthSnapshot: snapshot": 2,
        "ticker: ignored": 1,
        "trade: trade": 2,
      },
    ],
    [
      "binance-futures",
      L.VENUE_BINANCE,
      "usdm",
      {
        "aggTrade: trade": 1,
        "bookTicker: bbo": 1,
        "depth@100ms: depth": 2,
        "depthSnapshot: snapshot": 1,
        "forceOrder: liquidation": 1,
        "markPrice: mark+funding": 1,
        "markPrice@1s: mark+funding": 1,
        // A dated future has no funding.
        "markPrice@1s: mark": 1,
        "openInterest: openInterest": 1,
        "ticker: ignored": 2,
        "trade: trade": 3,
      },
    ],
    [
      "binance-delivery",
      L.VENUE_BINANCE,
      "coinm",
      {
        "answer: ignored": 1,
        "bookTicker: bbo": 1,
        "depth@0ms: depth": 2,
        "depthSnapshot: snapshot": 1,
        "forceOrder: liquidation": 1,
        "indexPrice@1s: ignored": 1,
        "markPrice@1s: mark": 1,
        "openInterest: openInterest": 1,
        "ticker: ignored": 1,
        "trade: trade": 2,
      },
    ],
    // No product of Binance's here: what is alike is read, the shapes of 2023 are refused.
    [
      "binance-european-options",
      L.VENUE_BINANCE,
      "option",
      {
        "bookTicker: bbo": 1,
        "depth100@100ms: unknown": 1,
        "depth20@100ms: ignored": 1,
        "index: ignored": 2,
        "markPrice: ignored": 1,
        "openInterest: ignored": 2,
        "optionMarkPrice: ignored": 2,
        "optionOpenInterest: ignored": 1,
        "optionTicker: ignored": 1,
        "optionTrade: trade": 2,
        "ticker: ignored": 2,
        "trade: missing-field": 2,
      },
    ],
    ["bybit", L.VENUE_BYBIT, "linear", bybitContracts],
    ["bybit", L.VENUE_BYBIT, "inverse", bybitContracts],
    [
      "bybit-spot",
      L.VENUE_BYBIT,
      "spot",
      {
        "orderbook.1: bbo": 2,
        "orderbook.50: depth": 1,
        "orderbook.50: snapshot": 1,
        "publicTrade: trade": 2,
        // Another protocol, retired in 2023.
        "bookTicker: unknown": 1,
        "depth: unknown": 3,
        "trade: unknown": 1,
      },
    ],
    [
      "bybit-options",
      L.VENUE_BYBIT,
      "option",
      {
        "orderbook.25: depth": 1,
        "orderbook.25: snapshot": 2,
        "publicTrade: trade": 1,
        "tickers: bbo+mark+volatility+greeks+openInterest+day": 2,
      },
    ],
  ])("%s of venue %d as %s", (file, venue, product, expected) => {
    expect(fates(file, venue, product)).toEqual(expected);
  });
});
