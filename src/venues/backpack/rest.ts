import type { InstrumentMetadata, MetadataSource, Poll, ServerTime, Subscription, VenueLimits } from "../venue.js";

const HOUR_MS = 3_600_000;

/** 1,000 levels a side, which is also what the venue gives unasked. Source: docs.backpack.exchange, "Get depth". */
export function snapshotPath(_product: unknown, symbol: string): string {
  return `/api/v1/depth?symbol=${encodeURIComponent(symbol)}&limit=1000`;
}

/** `1753131712992`: a bare number, ms. */
export function time(): ServerTime {
  return {
    path: "/api/v1/time",
    headers: {},
    halfUnitUs: 500,
    read: (body) => (typeof body === "number" ? body * 1000 + 500 : Number.NaN), // the middle of the millisecond
  };
}

/** The venue publishes none; half of the 2,000 requests a minute that hummingbot counts on. */
export function limits(): VenueLimits {
  return {
    requests: [{ points: 1000, everyMs: 60_000 }],
    connects: [{ points: 5, everyMs: 1000 }],
  };
}

/** The interval between fundings stands in the venue's list alone, and may change: looked up by market. */
export function polls(product: string, wanted: readonly Subscription[]): Poll[] {
  if (product !== "swap") return [];
  return wanted
    .filter(({ channels }) => channels.includes("funding"))
    .map(({ symbol }) => ({
      path: `/api/v1/market?symbol=${encodeURIComponent(symbol)}`,
      everyMs: HOUR_MS,
      symbol,
    }));
}

interface Market {
  symbol: string;
  marketType: string;
  orderBookState: string;
  filters: { price: { tickSize: string }; quantity: { stepSize: string } };
}

const marketTypes: Readonly<Record<string, string>> = { spot: "SPOT", swap: "PERP" };

/** Source: docs.backpack.exchange, "Get markets". */
export function metadata(product: string): MetadataSource {
  return {
    path: "/api/v1/markets",
    read: (body) => ({ instruments: (body as Market[]).filter(isOf(product)).map(instrument), nextPaths: [] }),
  };
}

function isOf(product: string): (market: Market) => boolean {
  return ({ marketType }) => marketType === marketTypes[product];
}

function instrument({ symbol, orderBookState, filters }: Market): InstrumentMetadata {
  return {
    rawSymbol: symbol,
    contractSize: null,
    unit: "base",
    priceStep: Number(filters.price.tickSize),
    sizeStep: Number(filters.quantity.stepSize),
    active: orderBookState === "Open",
  };
}
