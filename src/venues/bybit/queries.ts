import { z } from "zod";
import type { Instrument } from "../../market/instrument.js";
import type { BarName, VenueQueries } from "../queries.js";
import {
  bookFigures,
  decimal,
  decimalIfAny,
  malformed,
  nanoseconds,
  nativeLevel,
  percentOf,
  readReply,
  refused,
  timeIn,
  touch,
} from "../reply.js";
import { metadata } from "./rest.js";

/* Sources: bybit-exchange/docs v5 market/tickers, market/orderbook, market/kline. */

const envelope = z.object({ retCode: z.int(), retMsg: z.string(), result: z.unknown().optional(), time: timeIn("ms") });

/** Derivatives and spot; `price24hPcnt` is a fraction. */
const ticker = z.object({
  ...{ lastPrice: decimalIfAny, highPrice24h: decimalIfAny, lowPrice24h: decimalIfAny },
  ...{ prevPrice24h: decimalIfAny, price24hPcnt: decimalIfAny, volume24h: decimalIfAny, turnover24h: decimalIfAny },
  ...{ bid1Price: decimalIfAny, bid1Size: decimalIfAny, ask1Price: decimalIfAny, ask1Size: decimalIfAny },
});
const optionTicker = z.object({
  ...{ lastPrice: decimalIfAny, highPrice24h: decimalIfAny, lowPrice24h: decimalIfAny, change24h: decimalIfAny },
  ...{ volume24h: decimalIfAny, turnover24h: decimalIfAny },
  ...{ bid1Price: decimalIfAny, bid1Size: decimalIfAny, ask1Price: decimalIfAny, ask1Size: decimalIfAny },
});
const book = z.object({ b: z.array(nativeLevel), a: z.array(nativeLevel), ts: timeIn("ms") });
/** Start, OHLC, volume, turnover. */
const candles = z.object({
  list: z.array(z.tuple([timeIn("ms"), decimal, decimal, decimal, decimal, decimal, decimal], z.unknown())),
});

/** Levels the venue gives at most, by category. */
const DEEPEST = { spot: 200, linear: 500, inverse: 500, option: 25 };
/** Minutes, or D. */
const bars: Partial<Record<BarName, string>> = {
  ...{ "1m": "1", "3m": "3", "5m": "5", "15m": "15", "30m": "30", "1h": "60", "2h": "120", "4h": "240", "6h": "360" },
  ...{ "12h": "720", "1d": "D" },
};

export const queries: VenueQueries = {
  ticker(instrument) {
    return {
      paths: [path(instrument, "tickers")],
      read([body]) {
        const what = `${instrument.id} tickers`;
        const { time, result } = open(what, body);
        const row = onlyRow(what, instrument, result);
        const figures = instrument.product === "option" ? readOption(what, row) : readTicker(what, instrument, row);
        return {
          ...figures.day,
          bid: touch(instrument, figures.touch.bid1Price, figures.touch.bid1Size),
          ask: touch(instrument, figures.touch.ask1Price, figures.touch.ask1Size),
          timestamp: nanoseconds(time),
        };
      },
    };
  },
  book(instrument, levels) {
    const deepest = DEEPEST[instrument.product as keyof typeof DEEPEST];
    return {
      paths: [path(instrument, "orderbook", { limit: Math.min(levels, deepest) })],
      read([body]) {
        const what = `${instrument.id} orderbook`;
        const { b, a, ts } = readReply(what, book, open(what, body).result);
        return bookFigures(what, instrument, { bids: b, asks: a }, nanoseconds(ts));
      },
    };
  },
  instruments: metadata,
  candles: {
    pageBars: 1000,
    bars: (product) => (product === "option" ? null : bars),
    page(instrument, { bar, fromMs, toMs }) {
      const range = { interval: bars[bar] ?? bar, start: fromMs, end: toMs - 1, limit: 1000 };
      return {
        paths: [path(instrument, "kline", range)],
        read([body]) {
          const what = `${instrument.id} kline`;
          const inverse = instrument.product === "inverse";
          return readReply(what, candles, open(what, body).result).list.map(
            ([time, first, high, low, close, volume, turnover]) => ({
              ...{ openMs: time.us / 1000, open: first, high, low, close, trades: null },
              // Inverse contracts: the volume is USD, the turnover coin.
              ...(inverse ? { volume: turnover, quoteVolume: volume } : { volume, quoteVolume: turnover }),
            }),
          );
        },
      };
    },
  },
};

function readTicker(what: string, instrument: Instrument, row: unknown) {
  const one = readReply(what, ticker, row);
  const { lastPrice, prevPrice24h, price24hPcnt } = one;
  const inverse = instrument.product === "inverse";
  const day = {
    ...{ price: lastPrice, high: one.highPrice24h, low: one.lowPrice24h },
    change: lastPrice === null || prevPrice24h === null ? null : lastPrice - prevPrice24h,
    changePercent: percentOf(price24hPcnt),
    baseVolume: inverse ? one.turnover24h : one.volume24h,
    quoteVolume: inverse ? one.volume24h : one.turnover24h,
  };
  return { day, touch: one };
}

/** `change24h` is a fraction; the price a day ago is not told. */
function readOption(what: string, row: unknown) {
  const one = readReply(what, optionTicker, row);
  const { lastPrice: price, change24h, highPrice24h: high, lowPrice24h: low, volume24h, turnover24h } = one;
  const changePercent = percentOf(change24h);
  const day = { price, change: null, changePercent, high, low, baseVolume: volume24h, quoteVolume: turnover24h };
  return { day, touch: one };
}

function open(what: string, body: unknown) {
  const { retCode, retMsg, result, time } = readReply(what, envelope, body);
  if (retCode !== 0) throw refused(what, retCode, retMsg);
  return { result, time };
}

function onlyRow(what: string, { rawSymbol }: Instrument, result: unknown): unknown {
  const { list } = readReply(what, z.object({ list: z.array(z.looseObject({ symbol: z.string() })) }), result);
  const row = list.find(({ symbol }) => symbol === rawSymbol);
  if (row === undefined) throw malformed(what, `result.list does not hold ${rawSymbol}`);
  return row;
}

function path(
  { product, rawSymbol }: Instrument,
  endpoint: string,
  more: Record<string, string | number> = {},
): string {
  const query = new URLSearchParams({ category: product, symbol: rawSymbol });
  for (const [name, value] of Object.entries(more)) query.set(name, String(value));
  return `/v5/market/${endpoint}?${query}`;
}
