import { CrosstickError } from "../../errors.js";
import type { ProductName } from "../../market/venues.js";
import type { InstrumentMetadata, MetadataSource, ServerTime, VenueLimits } from "../venue.js";

/** `{"retCode":0,"result":{"timeSecond":"…","timeNano":"…"}}` */
export function time(): ServerTime {
  return {
    path: "/v5/market/time",
    headers: {},
    halfUnitUs: 1,
    read: (body) => {
      const nano = (body as { result?: { timeNano?: unknown } } | null)?.result?.timeNano;
      return typeof nano === "string" && /^\d{19}$/.test(nano) ? Number(BigInt(nano) / 1000n) : Number.NaN;
    },
  };
}

/**
 * 600 requests in five seconds and 500 connections in five minutes an address; half of each, for our
 * windows are not the venue's. Source: bybit-exchange/docs v5/rate-limit and v5/ws/connect.
 */
export function limits(): VenueLimits {
  return {
    requests: [{ points: 300, everyMs: 5000 }],
    connects: [
      { points: 250, everyMs: 300_000 },
      { points: 10, everyMs: 1000 },
    ],
  };
}

/**
 * Up to 1,000 a page; spot has one page. The list of options is that of BTC unless a base coin is named,
 * and options are counted in base coin anyway. Source: bybit-exchange/docs v5 market/instrument.
 */
export function metadata(product: ProductName): MetadataSource {
  const path = `/v5/market/instruments-info?category=${product}&limit=1000`;
  return {
    path,
    read(body) {
      const { retCode, retMsg, result } = body as Reply;
      if (retCode !== 0)
        throw new CrosstickError("VENUE_REFUSED", `bybit.${product} instruments-info refuses: ${retMsg} (${retCode})`);
      const cursor = result.nextPageCursor ?? "";
      return {
        instruments: result.list.map((row) => instrumentOf(product, row)),
        nextPath: cursor === "" ? null : `${path}&cursor=${encodeURIComponent(decodeURIComponent(cursor))}`,
      };
    },
  };
}

interface Reply {
  retCode: number;
  retMsg: string;
  result: { list: Row[]; nextPageCursor?: string };
}

interface Row {
  symbol: string;
  baseCoin: string;
  quoteCoin: string;
  settleCoin?: string;
  status: string;
  priceFilter: { tickSize: string };
  /** `basePrecision` on spot, `qtyStep` elsewhere. */
  lotSizeFilter: { basePrecision?: string; qtyStep?: string };
}

function instrumentOf(product: ProductName, row: Row): InstrumentMetadata {
  const step = (text: string | undefined): number | null => (Number(text) > 0 ? Number(text) : null);
  return {
    rawSymbol: row.symbol,
    ...{ base: row.baseCoin, quote: row.quoteCoin, settle: row.settleCoin },
    // Sizes of inverse contracts are USD, of all others base coin.
    ...(product === "inverse" ? { unit: "inverse", contractSize: 1 } : { unit: "base", contractSize: null }),
    priceStep: step(row.priceFilter.tickSize),
    sizeStep: step(row.lotSizeFilter.basePrecision ?? row.lotSizeFilter.qtyStep),
    active: row.status === "Trading",
  };
}
