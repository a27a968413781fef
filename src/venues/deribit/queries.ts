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
  pathOf,
  readReply,
  refused,
  timeIn,
  touch,
} from "../reply.js";
import { metadata } from "./rest.js";

/* Sources: docs.deribit.com, public/ticker, public/get_order_book, public/get_tradingview_chart_data. */

const envelope = z.object({
  result: z.unknown().optional(),
  error: z.object({ code: z.unknown(), message: z.unknown() }).optional(),
});

const ticker = z.object({
  ...{ instrument_name: z.string(), last_price: decimalIfAny, timestamp: timeIn("ms") },
  ...{ best_bid_price: decimalIfAny, best_bid_amount: decimalIfAny },
  ...{ best_ask_price: decimalIfAny, best_ask_amount: decimalIfAny },
  stats: z.object({
    /** Base coin; dollars; quote currency of linear contracts and spot. */
    ...{ volume: decimalIfAny, volume_usd: decimalIfAny, volume_notional: decimalIfAny },
    /** Per cent. */
    ...{ price_change: decimalIfAny, high: decimalIfAny, low: decimalIfAny },
  }),
});
const book = z.object({
  ...{ instrument_name: z.string(), timestamp: timeIn("ms"), bids: z.array(nativeLevel), asks: z.array(nativeLevel) },
});
const column = z.array(decimal);
const chart = z.object({
  status: z.string(),
  ...{
    ticks: z.array(timeIn("ms")),
    open: column,
    high: column,
    low: column,
    close: column,
    volume: column,
    cost: column,
  },
});

/** Levels that may be asked for. */
const DEPTHS = [1, 5, 10, 20, 50, 100, 1000, 10_000];
/** The venue gives 5,000. */
const PAGE_BARS = 1000;
const bars: Partial<Record<BarName, string>> = {
  ...{ "1m": "1", "3m": "3", "5m": "5", "15m": "15", "30m": "30", "1h": "60", "2h": "120", "6h": "360", "12h": "720" },
  "1d": "1D",
};

export const queries: VenueQueries = {
  ticker(instrument) {
    return {
      paths: [path("ticker", { instrument_name: instrument.rawSymbol })],
      read([body]) {
        const what = `${instrument.id} public/ticker`;
        const one = open(what, ticker, body);
        demandName(what, instrument, one.instrument_name);
        const { stats } = one;
        return {
          // Per cent is told with two digits: the change in money would be made up.
          ...{ price: one.last_price, change: null, changePercent: stats.price_change },
          ...{ high: stats.high, low: stats.low, baseVolume: stats.volume },
          quoteVolume: instrument.quote === "USD" ? inverseVolume(instrument, stats.volume_usd) : stats.volume_notional,
          bid: touch(instrument, one.best_bid_price, one.best_bid_amount),
          ask: touch(instrument, one.best_ask_price, one.best_ask_amount),
          timestamp: nanoseconds(one.timestamp),
        };
      },
    };
  },
  book(instrument, levels) {
    const depth = DEPTHS.find((one) => one >= levels) ?? DEPTHS[DEPTHS.length - 1];
    return {
      paths: [path("get_order_book", { instrument_name: instrument.rawSymbol, depth })],
      read([body]) {
        const what = `${instrument.id} public/get_order_book`;
        const { instrument_name, bids, asks, timestamp } = open(what, book, body);
        demandName(what, instrument, instrument_name);
        return bookFigures(what, instrument, { bids, asks }, nanoseconds(timestamp));
      },
    };
  },
  instruments: metadata,
  candles: {
    pageBars: PAGE_BARS,
    bars: () => bars,
    page(instrument, { bar, fromMs, toMs }) {
      const range = { start_timestamp: fromMs, end_timestamp: toMs - 1, resolution: bars[bar] ?? bar };
      return {
        paths: [path("get_tradingview_chart_data", { instrument_name: instrument.rawSymbol, ...range })],
        read([body]) {
          const what = `${instrument.id} public/get_tradingview_chart_data`;
          const { ticks, ...columns } = open(what, chart, body);
          const { open: opens, high, low, close, volume, cost } = columns;
          if ([opens, high, low, close, volume, cost].some(({ length }) => length !== ticks.length))
            throw malformed(what, "its columns are not equally long");
          return ticks
            .map((time, row) => ({
              ...{ openMs: time.us / 1000, open: opens[row], high: high[row], low: low[row], close: close[row] },
              ...{ volume: volume[row], quoteVolume: cost[row], trades: null },
            }))
            .filter((one) => one.volume > 0); // the venue fills bars without a trade with the last price
        },
      };
    },
  },
};

/** Dollars are the quote of perpetuals and futures; an option's premium is counted in coin. */
function inverseVolume({ product }: Instrument, dollars: number | null): number | null {
  return product === "option" ? null : dollars;
}

function open<T extends z.ZodType>(what: string, schema: T, body: unknown): z.output<T> {
  const { result, error } = readReply(what, envelope, body);
  if (error !== undefined) throw refused(what, error.code, error.message);
  return readReply(what, schema, result);
}

function demandName(what: string, { rawSymbol }: Instrument, name: string): void {
  if (name !== rawSymbol) throw malformed(what, `it is of ${name}`);
}

function path(method: string, parameters: Record<string, string | number>): string {
  return pathOf(`/api/v2/public/${method}`, parameters);
}
