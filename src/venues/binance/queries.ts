import { z } from "zod";
import type { Instrument } from "../../market/instrument.js";
import type { ProductName } from "../../market/venues.js";
import { BARS, type VenueQueries } from "../queries.js";
import { bookFigures, decimal, nanoseconds, nativeLevel, readReply, timeIn, touch } from "../reply.js";
import { metadata, restPrefix } from "./rest.js";

/*
 * Sources: binance-spot-api-docs rest-api.md (ticker/24hr, depth, klines) and developers.binance.com,
 * USD-M and COIN-M "Market Data Endpoints": the same paths under /fapi/v1 and /dapi/v1.
 */

const day = z.object({
  ...{ lastPrice: decimal, priceChange: decimal, priceChangePercent: decimal, highPrice: decimal, lowPrice: decimal },
  volume: decimal,
  closeTime: timeIn("ms"),
});
/** Spot says the touch with the day's figures; futures in another reply. COIN-M gives lists of one. */
const touches = z.object({ bidPrice: decimal, bidQty: decimal, askPrice: decimal, askQty: decimal });
const spotTicker = day.extend({ quoteVolume: decimal, ...touches.shape });
const usdmTicker = day.extend({ quoteVolume: decimal });
/** `volume` counts contracts, `baseVolume` coins; there is no volume in quote currency. */
const coinmTicker = z.tuple([day.extend({ baseVolume: decimal })]);
const coinmTouches = z.tuple([touches]);

const depth = z.object({
  bids: z.array(nativeLevel),
  asks: z.array(nativeLevel),
  /** Transaction time; absent on spot. */
  T: timeIn("ms").optional(),
});

/** Open time, OHLC, volume, close time, volume in the other unit, trades, and what is not used. */
const candles = z.array(
  z.tuple([timeIn("ms"), decimal, decimal, decimal, decimal, decimal, z.unknown(), decimal, z.int()], z.unknown()),
);

/** Depths that futures take; spot takes any up to 5,000. */
const FUTURES_DEPTHS = [5, 10, 20, 50, 100, 500, 1000];
const SPOT_DEEPEST = 5000;

const bars = Object.fromEntries(Object.keys(BARS).map((bar) => [bar, bar]));

export const queries: VenueQueries = {
  ticker(instrument) {
    const at = (endpoint: string): string => path(instrument, endpoint);
    const paths = [at("ticker/24hr"), ...(instrument.product === "spot" ? [] : [at("ticker/bookTicker")])];
    return { paths, read: (bodies) => readTicker(instrument, bodies) };
  },
  book(instrument, levels) {
    const limit =
      instrument.product === "spot"
        ? Math.min(levels, SPOT_DEEPEST)
        : (FUTURES_DEPTHS.find((one) => one >= levels) ?? FUTURES_DEPTHS[FUTURES_DEPTHS.length - 1]);
    return {
      paths: [path(instrument, "depth", { limit })],
      read([body]) {
        const what = `${instrument.id} depth`;
        const { bids, asks, T } = readReply(what, depth, body);
        return bookFigures(what, instrument, { bids, asks }, T === undefined ? null : nanoseconds(T));
      },
    };
  },
  instruments: metadata,
  candles: {
    pageBars: 1000,
    bars: () => bars,
    page(instrument, { bar, fromMs, toMs }) {
      const range = { interval: bar, startTime: fromMs, endTime: toMs - 1, limit: 1000 };
      return {
        paths: [path(instrument, "klines", range)],
        read: ([body]) =>
          readReply(`${instrument.id} klines`, candles, body).map(
            ([time, open, high, low, close, volume, , other, trades]) => ({
              ...{ openMs: time.us / 1000, open, high, low, close, trades },
              // COIN-M counts contracts in the first and coins in the second.
              ...(instrument.product === "coinm"
                ? { volume: other, quoteVolume: null }
                : { volume, quoteVolume: other }),
            }),
          ),
      };
    },
  },
};

function readTicker(instrument: Instrument, bodies: readonly unknown[]) {
  const what = `${instrument.id} ticker/24hr`;
  const read = parts(instrument.product, what, bodies);
  const { lastPrice, priceChange, priceChangePercent, highPrice, lowPrice, closeTime } = read.day;
  return {
    ...{ price: lastPrice, change: priceChange, changePercent: priceChangePercent, high: highPrice, low: lowPrice },
    ...{ baseVolume: read.baseVolume, quoteVolume: read.quoteVolume },
    bid: touch(instrument, read.touch.bidPrice, read.touch.bidQty),
    ask: touch(instrument, read.touch.askPrice, read.touch.askQty),
    timestamp: nanoseconds(closeTime),
  };
}

function parts(product: ProductName, what: string, [first, second]: readonly unknown[]) {
  const touchWhat = what.replace("24hr", "bookTicker");
  if (product === "coinm") {
    const [one] = readReply(what, coinmTicker, first);
    const [best] = readReply(touchWhat, coinmTouches, second);
    return { day: one, touch: best, baseVolume: one.baseVolume, quoteVolume: null };
  }
  if (product === "spot") {
    const one = readReply(what, spotTicker, first);
    return { day: one, touch: one, baseVolume: one.volume, quoteVolume: one.quoteVolume };
  }
  const one = readReply(what, usdmTicker, first);
  const best = readReply(touchWhat, touches, second);
  return { day: one, touch: best, baseVolume: one.volume, quoteVolume: one.quoteVolume };
}

function path(
  { product, rawSymbol }: Instrument,
  endpoint: string,
  more: Record<string, string | number> = {},
): string {
  const query = new URLSearchParams({ symbol: rawSymbol });
  for (const [name, value] of Object.entries(more)) query.set(name, String(value));
  return `${restPrefix(product)}/${endpoint}?${query}`;
}
