import { z } from "zod";
import type { Instrument } from "../../market/instrument.js";
import type { BarName, VenueQueries } from "../queries.js";
import {
  bookFigures,
  decimal,
  decimalIfAny,
  malformed,
  nanoseconds,
  pathOf,
  readReply,
  timeIn,
  touch,
} from "../reply.js";
import { metadata } from "./rest.js";

/* Source: docs.cdp.coinbase.com, Advanced Trade REST, "Get Public Product", "… Product Book", "… Product Candles". */

/** High, low and what changed in money the venue does not say here. */
const product = z.object({
  product_id: z.string(),
  ...{ price: decimalIfAny, price_percentage_change_24h: decimalIfAny, volume_24h: decimalIfAny },
});
const level = z
  .object({ price: decimal, size: decimal })
  .transform(({ price, size }): [number, number] => [price, size]);
const book = z.object({
  pricebook: z.object({
    ...{ product_id: z.string(), bids: z.array(level), asks: z.array(level) },
    time: timeIn().nullish().catch(null),
  }),
});
const candles = z.object({
  candles: z.array(
    z.object({ start: timeIn("s"), low: decimal, high: decimal, open: decimal, close: decimal, volume: decimal }),
  ),
});

/** The venue gives 350. */
const PAGE_BARS = 300;
const bars: Partial<Record<BarName, string>> = {
  ...{ "1m": "ONE_MINUTE", "5m": "FIVE_MINUTE", "15m": "FIFTEEN_MINUTE", "30m": "THIRTY_MINUTE", "1h": "ONE_HOUR" },
  ...{ "2h": "TWO_HOUR", "6h": "SIX_HOUR", "1d": "ONE_DAY" },
};

export const queries: VenueQueries = {
  ticker(instrument) {
    return {
      paths: [productPath(instrument, ""), bookPath(instrument, 1)],
      read([first, second]) {
        const what = `${instrument.id} product`;
        const day = readReply(what, product, first);
        if (day.product_id !== instrument.rawSymbol) throw malformed(what, `it is of ${day.product_id}`);
        const { bids, asks, timestamp } = readBook(instrument, second);
        return {
          ...{ price: day.price, change: null, changePercent: day.price_percentage_change_24h, high: null, low: null },
          ...{ baseVolume: day.volume_24h, quoteVolume: null, timestamp },
          bid: touch(instrument, bids[0]?.[0] ?? null, bids[0]?.[1] ?? null),
          ask: touch(instrument, asks[0]?.[0] ?? null, asks[0]?.[1] ?? null),
        };
      },
    };
  },
  book(instrument, levels) {
    return { paths: [bookPath(instrument, levels)], read: ([body]) => readBook(instrument, body) };
  },
  instruments: metadata,
  candles: {
    pageBars: PAGE_BARS,
    bars: () => bars,
    page(instrument, { bar, fromMs, toMs }) {
      // Seconds, the end included.
      const range = { start: Math.floor(fromMs / 1000), end: Math.floor((toMs - 1) / 1000), limit: PAGE_BARS };
      return {
        paths: [pathOf(productPath(instrument, "/candles"), { granularity: bars[bar] ?? bar, ...range })],
        read: ([body]) =>
          readReply(`${instrument.id} candles`, candles, body).candles.map(
            ({ start, open, high, low, close, volume }) => ({
              ...{ openMs: start.us / 1000, open, high, low, close, volume, quoteVolume: null, trades: null },
            }),
          ),
      };
    },
  },
};

function productPath({ rawSymbol }: Instrument, endpoint: string): string {
  return `/api/v3/brokerage/market/products/${encodeURIComponent(rawSymbol)}${endpoint}`;
}

function bookPath({ rawSymbol }: Instrument, limit: number): string {
  return pathOf("/api/v3/brokerage/market/product_book", { product_id: rawSymbol, limit });
}

function readBook(instrument: Instrument, body: unknown) {
  const what = `${instrument.id} product_book`;
  const { product_id, bids, asks, time } = readReply(what, book, body).pricebook;
  if (product_id !== instrument.rawSymbol) throw malformed(what, `it is of ${product_id}`);
  return bookFigures(what, instrument, { bids, asks }, time === null || time === undefined ? null : nanoseconds(time));
}
