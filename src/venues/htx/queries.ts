import { z } from "zod";
import type { Instrument } from "../../market/instrument.js";
import { baseQuantity } from "../../market/quantity.js";
import type { BarName, VenueQueries } from "../queries.js";
import {
  bookFigures,
  changeFrom,
  decimal,
  decimalIfAny,
  known,
  nanoseconds,
  nativeLevel,
  pathOf,
  readReply,
  refused,
  timeIn,
  touch,
} from "../reply.js";
import { metadata } from "./rest.js";
import { type Family, familyOf } from "./subscribe.js";

/*
 * Sources: huobiapi.github.io docs of spot ("Get Latest Aggregated Ticker", "Get Market Depth", "Get Klines"), of
 * USDT-margined contracts, coin-margined swaps and futures ("Get Market Data Overview", "Get Market Depth",
 * "Get KLine Data").
 */

const envelope = z.object({
  status: z.string(),
  ts: timeIn("ms").optional(),
  "err-code": z.unknown().optional(),
  "err-msg": z.unknown().optional(),
});
const side = nativeLevel.nullish();
const tick = z.object({
  ...{ open: decimal, close: decimal, high: decimal, low: decimal },
  /** Base coin everywhere; `vol` is quote currency on spot and contracts elsewhere. */
  ...{ amount: decimal, vol: decimal, trade_turnover: decimalIfAny },
  ...{ bid: side, ask: side },
});
const book = z.object({ bids: z.array(nativeLevel), asks: z.array(nativeLevel) });
const candle = z.object({
  ...{ id: timeIn("s"), open: decimal, close: decimal, high: decimal, low: decimal },
  ...{ amount: decimal, vol: decimal, trade_turnover: decimalIfAny, count: z.int() },
});

/** Where a family is asked, and how its instrument is named there. */
const apis: Readonly<Record<Family, { base: string; name: string }>> = {
  spot: { base: "/market", name: "symbol" },
  linear: { base: "/linear-swap-ex/market", name: "contract_code" },
  "inverse-swap": { base: "/swap-ex/market", name: "contract_code" },
  "inverse-futures": { base: "/market", name: "symbol" },
};

const PAGE_BARS = 2000;
const bars: Partial<Record<BarName, string>> = {
  ...{ "1m": "1min", "5m": "5min", "15m": "15min", "30m": "30min", "1h": "60min", "4h": "4hour", "1d": "1day" },
};

export const queries: VenueQueries = {
  ticker(instrument) {
    return {
      paths: [path(instrument, "detail/merged")],
      read([body]) {
        const what = `${instrument.id} detail/merged`;
        const { ts } = open(what, body);
        const one = readReply(what, z.object({ tick }), body).tick;
        return {
          ...{ price: one.close, ...changeFrom(one.open, one.close), high: one.high, low: one.low },
          ...{ baseVolume: one.amount, quoteVolume: quoteVolume(instrument, one) },
          bid: touch(instrument, one.bid?.[0] ?? null, one.bid?.[1] ?? null),
          ask: touch(instrument, one.ask?.[0] ?? null, one.ask?.[1] ?? null),
          timestamp: ts === undefined ? null : nanoseconds(ts),
        };
      },
    };
  },
  book(instrument) {
    return {
      // step0: not grouped; 150 levels a side on every product.
      paths: [path(instrument, "depth", { type: "step0" })],
      read([body]) {
        const what = `${instrument.id} depth`;
        const { ts } = open(what, body);
        const { bids, asks } = readReply(what, z.object({ tick: book }), body).tick;
        return bookFigures(what, instrument, { bids, asks }, ts === undefined ? null : nanoseconds(ts));
      },
    };
  },
  instruments: metadata,
  candles: {
    pageBars: PAGE_BARS,
    kept: (product) => (product === "spot" ? PAGE_BARS : Number.POSITIVE_INFINITY),
    bars: () => bars,
    page(instrument, { bar, fromMs, toMs }) {
      // Spot knows no range: it gives the last 2,000 bars, of which those outside are left out.
      const range: Record<string, number> =
        instrument.product === "spot"
          ? { size: PAGE_BARS }
          : { from: fromMs / 1000, to: Math.floor((toMs - 1) / 1000) };
      return {
        paths: [path(instrument, "history/kline", { period: bars[bar] ?? bar, ...range })],
        read([body]) {
          const what = `${instrument.id} history/kline`;
          open(what, body);
          return readReply(what, z.object({ data: z.array(candle) }), body).data.map((one) => ({
            ...{ openMs: one.id.us / 1000, open: one.open, high: one.high, low: one.low, close: one.close },
            ...{ volume: one.amount, quoteVolume: quoteVolume(instrument, one), trades: one.count },
          }));
        },
      };
    },
  },
};

/** Spot says it as `vol`, linear contracts as their turnover; inverse contracts are dollars themselves. */
function quoteVolume(
  instrument: Instrument,
  { vol, trade_turnover }: { vol: number; trade_turnover: number | null },
): number | null {
  const family = familyOf(instrument.product, instrument.rawSymbol);
  if (family === "spot") return vol;
  return family === "linear" ? trade_turnover : known(baseQuantity(instrument, vol, 1));
}

function open(what: string, body: unknown): z.output<typeof envelope> {
  const reply = readReply(what, envelope, body);
  if (reply.status !== "ok") throw refused(what, reply["err-code"] ?? reply.status, reply["err-msg"] ?? "");
  return reply;
}

function path(
  { product, rawSymbol }: Instrument,
  endpoint: string,
  more: Record<string, string | number> = {},
): string {
  const { base, name } = apis[familyOf(product, rawSymbol)];
  return pathOf(`${base}/${endpoint}`, { [name]: rawSymbol, ...more });
}
