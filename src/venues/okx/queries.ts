import { z } from "zod";
import type { Instrument } from "../../market/instrument.js";
import type { BarName, VenueQueries } from "../queries.js";
import {
  bookFigures,
  changeFrom,
  decimal,
  decimalIfAny,
  malformed,
  nanoseconds,
  nativeLevel,
  pathOf,
  readReply,
  refused,
  timeIn,
  touch,
} from "../reply.js";
import { metadata } from "./rest.js";

/* Sources: www.okx.com/docs-v5, market/ticker, market/books, market/history-candles. */

const envelope = z.object({ code: z.string(), msg: z.string(), data: z.array(z.unknown()) });

const ticker = z.object({
  ...{ instId: z.string(), last: decimalIfAny, open24h: decimalIfAny, high24h: decimalIfAny, low24h: decimalIfAny },
  ...{ bidPx: decimalIfAny, bidSz: decimalIfAny, askPx: decimalIfAny, askSz: decimalIfAny },
  /** Spot: base coin and quote currency. All others: contracts and base coin. */
  ...{ vol24h: decimalIfAny, volCcy24h: decimalIfAny, ts: timeIn("ms") },
});
const book = z.object({ bids: z.array(nativeLevel), asks: z.array(nativeLevel), ts: timeIn("ms") });
/** Start, OHLC, volume as above, the same in quote currency, and whether the bar is over. */
const candle = z.tuple([timeIn("ms"), decimal, decimal, decimal, decimal, decimal, decimal, decimal], z.unknown());

const DEEPEST = 400;
const PAGE_BARS = 100;
/** From six hours on the plain names open at Hong Kong's hours. */
const bars: Partial<Record<BarName, string>> = {
  ...{ "1m": "1m", "3m": "3m", "5m": "5m", "15m": "15m", "30m": "30m", "1h": "1H", "2h": "2H", "4h": "4H" },
  ...{ "6h": "6Hutc", "12h": "12Hutc", "1d": "1Dutc" },
};

export const queries: VenueQueries = {
  ticker(instrument) {
    return {
      paths: [pathOf("/api/v5/market/ticker", { instId: instrument.rawSymbol })],
      read([body]) {
        const what = `${instrument.id} market/ticker`;
        const one = readReply(what, ticker, onlyRow(what, body));
        if (one.instId !== instrument.rawSymbol) throw malformed(what, `data is of ${one.instId}`);
        const isSpot = instrument.product === "spot";
        return {
          ...{ price: one.last, ...changeFrom(one.open24h, one.last), high: one.high24h, low: one.low24h },
          ...{ baseVolume: isSpot ? one.vol24h : one.volCcy24h, quoteVolume: isSpot ? one.volCcy24h : null },
          bid: touch(instrument, one.bidPx, one.bidSz),
          ask: touch(instrument, one.askPx, one.askSz),
          timestamp: nanoseconds(one.ts),
        };
      },
    };
  },
  book(instrument, levels) {
    return {
      paths: [pathOf("/api/v5/market/books", { instId: instrument.rawSymbol, sz: Math.min(levels, DEEPEST) })],
      read([body]) {
        const what = `${instrument.id} market/books`;
        const { bids, asks, ts } = readReply(what, book, onlyRow(what, body));
        return bookFigures(what, instrument, { bids, asks }, nanoseconds(ts));
      },
    };
  },
  instruments: metadata,
  candles: {
    pageBars: PAGE_BARS,
    bars: () => bars,
    page(instrument, { bar, fromMs, toMs }) {
      // Newer than `before`, older than `after`, neither included.
      const range = { bar: bars[bar] ?? bar, before: fromMs - 1, after: toMs, limit: PAGE_BARS };
      return {
        paths: [pathOf("/api/v5/market/history-candles", { instId: instrument.rawSymbol, ...range })],
        read([body]) {
          const what = `${instrument.id} market/history-candles`;
          return readReply(what, z.array(candle), open(what, body)).map((row) => readCandle(instrument, row));
        },
      };
    },
  },
};

function readCandle({ product }: Instrument, row: z.output<typeof candle>) {
  const [time, first, high, low, close, volume, volumeCoin, volumeQuote] = row;
  const coins = product === "spot" ? volume : volumeCoin;
  return {
    openMs: time.us / 1000,
    open: first,
    high,
    low,
    close,
    volume: coins,
    quoteVolume: volumeQuote,
    trades: null,
  };
}

function open(what: string, body: unknown): unknown[] {
  const { code, msg, data } = readReply(what, envelope, body);
  if (code !== "0") throw refused(what, code, msg);
  return data;
}

function onlyRow(what: string, body: unknown): unknown {
  const data = open(what, body);
  if (data.length !== 1) throw malformed(what, `data has ${data.length} rows, not one`);
  return data[0];
}
