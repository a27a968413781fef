import type { Instrument, UnitName } from "../market/instrument.js";
import type { ProductName, VenueName } from "../market/venues.js";
import type { MetadataSource } from "./venue.js";

/** One side of a ticker: price in quote currency, quantity in base coin. */
export interface Touch {
  price: number;
  /** null where the venue does not say. */
  qty: number | null;
}

/** What a venue says of an instrument by HTTP. null: it does not say. */
export interface TickerFigures {
  /** Last trade, quote currency. */
  price: number | null;
  /** Against 24 hours ago: quote currency, and per cent. */
  change: number | null;
  changePercent: number | null;
  /** Of the last 24 hours, quote currency. */
  high: number | null;
  low: number | null;
  /** Of the last 24 hours: base coin, and quote currency. */
  baseVolume: number | null;
  quoteVolume: number | null;
  bid: Touch | null;
  ask: Touch | null;
  /** The venue's time, nanoseconds since 1970. */
  timestamp: string | null;
}

/** Price in quote currency, quantity in base coin. */
export type BookLevel = [price: number, qty: number];

/** A venue's order book by HTTP, best first. */
export interface BookFigures {
  bids: BookLevel[];
  asks: BookLevel[];
  /** The venue's time, nanoseconds since 1970; null where it does not say. */
  timestamp: string | null;
}

/** One bar of trades. Times are the bar's opening. */
export interface Candle {
  openMs: number;
  open: number;
  high: number;
  low: number;
  close: number;
  /** Base coin, and quote currency; null where the venue does not say. */
  volume: number | null;
  quoteVolume: number | null;
  trades: number | null;
}

/** Widths of a bar. */
export const BARS = {
  "1m": 60_000,
  "3m": 180_000,
  "5m": 300_000,
  "15m": 900_000,
  "30m": 1_800_000,
  "1h": 3_600_000,
  "2h": 7_200_000,
  "4h": 14_400_000,
  "6h": 21_600_000,
  "12h": 43_200_000,
  "1d": 86_400_000,
} as const;
export type BarName = keyof typeof BARS;

/** GET requests whose replies together answer one question. */
export interface VenueQuery<T> {
  paths: readonly string[];
  /**
   * The answer out of the replies' JSON, in the order of the paths.
   * @throws VENUE_REPLY naming what is wrong with a reply, VENUE_REFUSED when a reply is a refusal
   */
  read(bodies: readonly unknown[]): T;
}

/** A stretch of bars: those that open at `fromMs` or later and before `toMs`, epoch ms. */
export interface BarRange {
  bar: BarName;
  fromMs: number;
  toMs: number;
}

/** What one venue can be asked by HTTP. Pure: paths and readers. */
export interface VenueQueries {
  ticker(instrument: Instrument): VenueQuery<TickerFigures>;
  /** At least `depth` levels a side where the venue gives so many; the most it gives otherwise. */
  book(instrument: Instrument, depth: number): VenueQuery<BookFigures>;
  instruments(product: ProductName): MetadataSource;
  candles: {
    /** Bars that one request gives at most. */
    pageBars: number;
    /** Bars that the venue keeps, counted back from now; absent where it keeps all. */
    kept?(product: ProductName): number;
    /** The venue's name of each width it has, for a product; null: no candles there. */
    bars(product: ProductName): Readonly<Partial<Record<BarName, string>>> | null;
    /** The range holds at most `pageBars` bars. Bars in any order; those outside the range are left out. */
    page(instrument: Instrument, range: BarRange): VenueQuery<Candle[]>;
  };
}

/** A ticker in the one form of all venues. */
export interface UnifiedTicker extends TickerFigures {
  /** `binance:BTC/USDT` */
  instrument: string;
  exchange: VenueName;
  symbol: string;
}

/** A book in the one form of all venues. */
export interface UnifiedBook extends BookFigures {
  instrument: string;
  exchange: VenueName;
  symbol: string;
  /** Levels a side asked for. */
  depth: number;
  /** Prices, quote currency; null where a side is empty. */
  bestBid: number | null;
  bestAsk: number | null;
  mid: number | null;
  spread: number | null;
}

/** What a venue lists. */
export interface InstrumentListing {
  instrument: string;
  product: ProductName;
  rawSymbol: string;
  symbol: string;
  base: string | null;
  quote: string | null;
  settle: string | null;
  /** Day of delivery, `2026-12-25`. */
  expiry: string | null;
  strike: number | null;
  optionType: "call" | "put" | null;
  unit: UnitName;
  /** Base coin (unit contract) or quote currency (unit inverse) a contract; null otherwise. */
  contractSize: number | null;
  /** Smallest step of a price, quote currency, and of a native size. */
  priceStep: number | null;
  sizeStep: number | null;
  /** False for what is listed and not traded now. */
  active: boolean;
}
