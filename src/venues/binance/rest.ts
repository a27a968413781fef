import type { ProductName } from "../../market/venues.js";
import type { ServerTime } from "../venue.js";

const prefixes: Partial<Record<ProductName, string>> = { spot: "/api/v3", usdm: "/fapi/v1", coinm: "/dapi/v1" };

/** Levels asked for: 1,000 a side cost weight 50 of 6,000 a minute on spot, 20 of 2,400 on futures. */
const SNAPSHOT_LEVELS = 1000;

export function snapshotPath(product: ProductName, symbol: string): string {
  return `${prefixes[product]}/depth?symbol=${encodeURIComponent(symbol)}&limit=${SNAPSHOT_LEVELS}`;
}

/** Spot tells microseconds when asked to, futures milliseconds. */
export function time(product: ProductName): ServerTime {
  const spot = product === "spot";
  return {
    path: `${prefixes[product]}/time`,
    headers: spot ? { "X-MBX-TIME-UNIT": "MICROSECOND" } : {},
    halfUnitUs: spot ? 1 : 500,
    read: (body) => {
      const value = Number((body as { serverTime?: unknown } | null)?.serverTime);
      return value > 1e15 ? value : value * 1000 + 500; // the middle of the millisecond
    },
  };
}
