import { z } from "zod";
import type { Instrument } from "../../market/instrument.js";
import type { BarName, VenueQueries } from "../queries.js";
import { bookFigures, decimal, malformed, nativeLevel, pathOf, readReply, refused, timeIn, touch } from "../reply.js";
import { metadata } from "./rest.js";

/* Sources: docs.kraken.com/api/docs/rest-api, get-ticker-information, get-order-book, get-ohlc-data. */

const envelope = z.object({ error: z.array(z.string()), result: z.record(z.string(), z.unknown()).optional() });

/** Of today, and of the last 24 hours. */
const span = z.tuple([decimal, decimal], z.unknown());
/** Price, whole lots, and the size itself. */
const side = z.tuple([decimal, decimal, decimal], z.unknown());
const ticker = z.object({ a: side, b: side, c: z.tuple([decimal], z.unknown()), v: span, p: span, l: span, h: span });
const book = z.object({ bids: z.array(nativeLevel), asks: z.array(nativeLevel) });
/** Start, OHLC, VWAP, volume, trades. */
const candle = z.tuple([timeIn("s"), decimal, decimal, decimal, decimal, decimal, decimal, z.int()], z.unknown());

const DEEPEST = 500;
/** The last 720 bars of a width are all that the venue gives, whatever is asked for. */
const PAGE_BARS = 720;
/** Minutes. */
const bars: Partial<Record<BarName, string>> = {
  ...{ "1m": "1", "5m": "5", "15m": "15", "30m": "30", "1h": "60", "4h": "240", "1d": "1440" },
};
/** REST keeps the names of before the present WebSocket: docs.kraken.com/api/docs/guides/spot-ws-v2-faq. */
const OLDER_NAMES: Readonly<Record<string, string>> = { BTC: "XBT", DOGE: "XDG" };

export const queries: VenueQueries = {
  ticker(instrument) {
    return {
      paths: [pathOf("/0/public/Ticker", { pair: pairOf(instrument) })],
      read([body]) {
        const what = `${instrument.id} Ticker`;
        const { a, b, c, v, p, l, h } = readReply(what, ticker, onlyPair(what, body));
        return {
          // `o` is the price at midnight UTC, not that of 24 hours ago: what changed since is not told.
          ...{ price: c[0], change: null, changePercent: null, high: h[1], low: l[1] },
          // The venue's VWAP times its volume is, by what a VWAP is, the volume in quote currency.
          ...{ baseVolume: v[1], quoteVolume: v[1] * p[1] },
          ...{ bid: touch(instrument, b[0], b[2]), ask: touch(instrument, a[0], a[2]), timestamp: null },
        };
      },
    };
  },
  book(instrument, levels) {
    return {
      paths: [pathOf("/0/public/Depth", { pair: pairOf(instrument), count: Math.min(levels, DEEPEST) })],
      read([body]) {
        const what = `${instrument.id} Depth`;
        return bookFigures(what, instrument, readReply(what, book, onlyPair(what, body)), null);
      },
    };
  },
  instruments: metadata,
  candles: {
    pageBars: PAGE_BARS,
    kept: () => PAGE_BARS,
    bars: () => bars,
    page(instrument, { bar, fromMs }) {
      const since = Math.floor(fromMs / 1000) - 1;
      return {
        paths: [pathOf("/0/public/OHLC", { pair: pairOf(instrument), interval: bars[bar] ?? bar, since })],
        read([body]) {
          const what = `${instrument.id} OHLC`;
          return readReply(what, z.array(candle), onlyPair(what, body))
            .filter(([, , , , , , , trades]) => trades > 0) // the venue fills bars without a trade with the last price
            .map(([time, first, high, low, close, vwap, volume, trades]) => ({
              ...{ openMs: time.us / 1000, open: first, high, low, close, volume, quoteVolume: volume * vwap, trades },
            }));
        },
      };
    },
  },
};

/** `XBTUSD` of `BTC/USD`. */
function pairOf({ rawSymbol }: Instrument): string {
  return rawSymbol
    .split("/")
    .map((name) => OLDER_NAMES[name] ?? name)
    .join("");
}

/** The one pair of a reply, which bears the venue's own name for it (`XXBTZUSD`), beside where to go on. */
function onlyPair(what: string, body: unknown): unknown {
  const { error, result } = readReply(what, envelope, body);
  if (error.length > 0) throw refused(what, error[0], error.join(", "));
  const found = Object.entries(result ?? {}).filter(([name]) => name !== "last");
  if (found.length !== 1) throw malformed(what, `result has ${found.length} pairs, not one`);
  return found[0][1];
}
