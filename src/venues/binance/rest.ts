import type { ProductName } from "../../market/venues.js";
import type {
  InstrumentMetadata,
  MetadataSource,
  Poll,
  RateBudget,
  ServerTime,
  Subscription,
  VenueLimits,
} from "../venue.js";

const prefixes: Partial<Record<ProductName, string>> = { spot: "/api/v3", usdm: "/fapi/v1", coinm: "/dapi/v1" };

/** Base of a product's REST paths. */
export function restPrefix(product: ProductName): string {
  return prefixes[product] ?? "";
}

/** Levels asked for: 1,000 a side cost weight 50 of 6,000 a minute on spot, 20 of 2,400 on futures. */
const SNAPSHOT_LEVELS = 1000;

export function snapshotPath(product: ProductName, symbol: string): string {
  return `${restPrefix(product)}/depth?symbol=${encodeURIComponent(symbol)}&limit=${SNAPSHOT_LEVELS}`;
}

const OPEN_INTEREST_MS = 30_000;
const FUNDING_INFO_MS = 600_000;

/** What futures stream nowhere: open interest by symbol, and the hours between fundings in one list of all. */
export function polls(product: ProductName, wanted: readonly Subscription[]): Poll[] {
  if (product === "spot") return [];
  const prefix = prefixes[product];
  const list: Poll[] = wanted
    .filter(({ channels }) => channels.includes("openInterest"))
    .map(({ symbol }) => ({
      path: `${prefix}/openInterest?symbol=${encodeURIComponent(symbol)}`,
      everyMs: OPEN_INTEREST_MS,
      symbol,
    }));
  if (wanted.some(({ channels }) => channels.includes("funding")))
    list.unshift({ path: `${prefix}/fundingInfo`, everyMs: FUNDING_INFO_MS, symbol: null });
  return list;
}

/** Spot tells microseconds when asked to, futures milliseconds. */
export function time(product: ProductName): ServerTime {
  const spot = product === "spot";
  return {
    path: `${restPrefix(product)}/time`,
    headers: spot ? { "X-MBX-TIME-UNIT": "MICROSECOND" } : {},
    halfUnitUs: spot ? 1 : 500,
    read: (body) => {
      const value = Number((body as { serverTime?: unknown } | null)?.serverTime);
      return value > 1e15 ? value : value * 1000 + 500; // the middle of the millisecond
    },
  };
}

/** Request weight a minute and address. Sources: binance-spot-api-docs enums.md; developers.binance.com, futures. */
const WEIGHT: Partial<Record<ProductName, number>> = { spot: 6000, usdm: 2400, coinm: 2400 };

/** Half of it, for our minute is not the venue's, and no more than a sixth in one second. */
function budgetsOf(weight: number): RateBudget[] {
  return [
    { points: Math.floor(weight / 2), everyMs: 60_000 },
    { points: Math.floor(weight / 6), everyMs: 1000 },
  ];
}

/**
 * Weights: rest-api.md of spot; the endpoints' own pages of futures. Connections: 300 in five minutes an
 * address (web-socket-streams.md); half of them, as above.
 */
export function limits(product: ProductName): VenueLimits {
  return {
    requests: budgetsOf(WEIGHT[product] ?? 1200),
    cost: (path) => weightOf(product, path),
    connects: [
      { points: 150, everyMs: 300_000 },
      { points: 5, everyMs: 1000 },
    ],
    // With a symbol the reply of spot is short; futures always send the whole list.
    published: {
      path: `${restPrefix(product)}/exchangeInfo${product === "spot" ? "?symbol=BTCUSDT" : ""}`,
      read: (body) => {
        const weight = publishedWeight(body);
        return weight === null ? null : budgetsOf(weight);
      },
    },
  };
}

/** Weight of a request by its path. */
export function weightOf(product: ProductName, path: string): number {
  const { pathname, searchParams } = new URL(path, "http://venue");
  const endpoint = pathname.slice(pathname.indexOf("/v") + 4);
  const spot = product === "spot";
  if (endpoint === "depth") {
    const levels = Number(searchParams.get("limit") ?? (spot ? 100 : 500));
    const step = (spot ? [100, 500, 1000] : [50, 100, 500]).filter((bound) => levels > bound).length;
    return (spot ? [5, 25, 50, 250] : [2, 5, 10, 20])[step];
  }
  const one = searchParams.has("symbol");
  if (endpoint === "exchangeInfo") return spot ? 20 : 1;
  if (endpoint === "ticker/24hr") return one ? (spot ? 2 : 1) : spot ? 80 : 40;
  if (endpoint === "ticker/bookTicker") return one ? 2 : spot ? 4 : 5;
  if (endpoint === "premiumIndex") return product === "coinm" ? 10 : one ? 1 : 10;
  // Candles: 2 on spot; on futures by their number, 10 at most.
  if (endpoint === "klines") return spot ? 2 : 10;
  return 1;
}

/** `{"rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":6000},…]}` */
function publishedWeight(body: unknown): number | null {
  const rows = (body as { rateLimits?: unknown } | null)?.rateLimits;
  if (!Array.isArray(rows)) return null;
  const row = rows.find(
    (one) => one?.rateLimitType === "REQUEST_WEIGHT" && one.interval === "MINUTE" && one.intervalNum === 1,
  );
  const weight = Number(row?.limit);
  return Number.isInteger(weight) && weight > 0 ? weight : null;
}

/**
 * `exchangeInfo`: weight 20 on spot, 1 on futures. Without the permission sets, which are the larger part
 * of spot's reply. Source: binance-spot-api-docs rest-api.md, developers.binance.com "Exchange Information".
 */
export function metadata(product: ProductName): MetadataSource {
  const query = product === "spot" ? "?showPermissionSets=false" : "";
  return {
    path: `${restPrefix(product)}/exchangeInfo${query}`,
    read(body) {
      const { symbols } = body as { symbols: Row[] };
      return { instruments: symbols.map((row) => instrumentOf(product, row)), nextPaths: [] };
    },
  };
}

interface Row {
  symbol: string;
  baseAsset: string;
  quoteAsset: string;
  /** Absent on spot. */
  marginAsset?: string;
  status?: string;
  /** COIN-M's name for `status`. */
  contractStatus?: string;
  /** USD a contract; COIN-M only. */
  contractSize?: number;
  filters: { filterType: string; tickSize?: string; stepSize?: string }[];
}

function instrumentOf(product: ProductName, row: Row): InstrumentMetadata {
  const step = (type: string, key: "tickSize" | "stepSize"): number | null => {
    const value = Number(row.filters.find(({ filterType }) => filterType === type)?.[key]);
    return value > 0 ? value : null;
  };
  const inverse = product === "coinm";
  return {
    rawSymbol: row.symbol,
    ...{ base: row.baseAsset, quote: row.quoteAsset, settle: row.marginAsset },
    ...(inverse ? sizeOf(row.contractSize) : ({ unit: "base", contractSize: null } as const)),
    priceStep: step("PRICE_FILTER", "tickSize"),
    sizeStep: step("LOT_SIZE", "stepSize"),
    active: (row.status ?? row.contractStatus) === "TRADING",
  };
}

function sizeOf(contractSize: number | undefined): Pick<InstrumentMetadata, "unit" | "contractSize"> {
  return contractSize !== undefined && contractSize > 0
    ? { unit: "inverse", contractSize }
    : { unit: "unknown", contractSize: null };
}
