import { z } from "zod";
import { BARS, type VenueQueries } from "../queries.js";
import {
  bookFigures,
  decimal,
  known,
  nanoseconds,
  nativeLevel,
  pathOf,
  percentOf,
  readReply,
  timeIn,
  touch,
} from "../reply.js";
import { metadata } from "./rest.js";

/* Source: docs.backpack.exchange, "Get ticker", "Get depth", "Get K-lines". */

const ticker = z.object({
  ...{ lastPrice: decimal, priceChange: decimal, high: decimal, low: decimal, volume: decimal, quoteVolume: decimal },
  /** A fraction, or a word where there is none. */
  priceChangePercent: z.union([z.string(), z.number()]),
});
const book = z.object({ bids: z.array(nativeLevel), asks: z.array(nativeLevel), timestamp: timeIn("us") });
/** `start` is ISO text of UTC without a zone. */
const candle = z.object({
  ...{ start: timeIn(), open: decimal, high: decimal, low: decimal, close: decimal },
  ...{ volume: decimal, quoteVolume: decimal, trades: decimal },
});

/** Levels a depth request takes. */
const DEPTHS = [5, 10, 20, 50, 100, 500, 1000];
const PAGE_BARS = 1000;
const bars = Object.fromEntries(Object.keys(BARS).map((bar) => [bar, bar]));

export const queries: VenueQueries = {
  ticker(instrument) {
    const symbol = instrument.rawSymbol;
    return {
      paths: [pathOf("/api/v1/ticker", { symbol }), pathOf("/api/v1/depth", { symbol, limit: DEPTHS[0] })],
      read([first, second]) {
        const day = readReply(`${instrument.id} ticker`, ticker, first);
        const depth = readReply(`${instrument.id} depth`, book, second);
        const { bids, asks } = bookFigures(`${instrument.id} depth`, instrument, depth, null);
        return {
          ...{ price: day.lastPrice, change: day.priceChange, high: day.high, low: day.low },
          changePercent: percentOf(known(Number(day.priceChangePercent))),
          ...{ baseVolume: day.volume, quoteVolume: day.quoteVolume },
          bid: touch(instrument, bids[0]?.[0] ?? null, bids[0]?.[1] ?? null),
          ask: touch(instrument, asks[0]?.[0] ?? null, asks[0]?.[1] ?? null),
          timestamp: nanoseconds(depth.timestamp),
        };
      },
    };
  },
  book(instrument, levels) {
    const limit = DEPTHS.find((one) => one >= levels) ?? DEPTHS[DEPTHS.length - 1];
    return {
      paths: [pathOf("/api/v1/depth", { symbol: instrument.rawSymbol, limit })],
      read([body]) {
        const what = `${instrument.id} depth`;
        const depth = readReply(what, book, body);
        return bookFigures(what, instrument, depth, nanoseconds(depth.timestamp));
      },
    };
  },
  instruments: metadata,
  candles: {
    pageBars: PAGE_BARS,
    bars: () => bars,
    page(instrument, { bar, fromMs, toMs }) {
      // Seconds; the end is not sure to be left out, and what lies outside is.
      const range = { interval: bar, startTime: Math.floor(fromMs / 1000), endTime: Math.floor((toMs - 1) / 1000) };
      return {
        paths: [pathOf("/api/v1/klines", { symbol: instrument.rawSymbol, ...range })],
        read: ([body]) =>
          readReply(`${instrument.id} klines`, z.array(candle), body).map((one) => ({
            ...{ openMs: one.start.us / 1000, open: one.open, high: one.high, low: one.low, close: one.close },
            ...{ volume: one.volume, quoteVolume: one.quoteVolume, trades: one.trades },
          })),
      };
    },
  },
};
