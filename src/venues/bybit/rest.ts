import { CrosstickError } from "../../errors.js";
import type { ProductName } from "../../market/venues.js";
import type { InstrumentMetadata, ListPage, MetadataSource, ServerTime, VenueLimits } from "../venue.js";

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
 * Up to 1,000 a page; spot has one page. Options are listed a base coin at a time, that of BTC where none is
 * named: the coins are asked for first. Source: bybit-exchange/docs v5 market/instrument, market/option-base-coins.
 */
export function metadata(product: ProductName): MetadataSource {
  const path = `/v5/market/instruments-info?category=${product}&limit=1000`;
  const coinPath = (coin: string) => `${path}&baseCoin=${encodeURIComponent(coin)}`;
  if (product !== "option") return { path, read: (body) => page(product, body, path) };
  return {
    path: "/v5/market/option-base-coins",
    read(body) {
      const coins = (body as CoinReply).result?.list?.filter(isCoin) ?? [];
      if (coins.length > 0)
        return {
          instruments: [],
          nextPaths: coins.flatMap((row) => (row.hasSymbol === 1 ? [coinPath(row.baseCoin)] : [])),
        };
      const first = (body as Reply).result?.list?.[0]?.baseCoin;
      return page(product, body, first === undefined ? path : coinPath(first));
    },
  };
}

function page(product: ProductName, body: unknown, path: string): ListPage {
  const { retCode, retMsg, result } = body as Reply;
  if (retCode !== 0)
    throw new CrosstickError(
      "VENUE_REFUSED",
      `bybit.${product} list of instruments is refused: ${retMsg} (${retCode})`,
    );
  const cursor = result.nextPageCursor ?? "";
  return {
    instruments: result.list.map((row) => instrumentOf(product, row)),
    nextPaths: cursor === "" ? [] : [`${path}&cursor=${encodeURIComponent(decodeURIComponent(cursor))}`],
  };
}

interface Reply {
  retCode: number;
  retMsg: string;
  result: { list: Row[]; nextPageCursor?: string };
}

/** Of the base coins that have options; `hasSymbol` is 1 where some can be traded now. */
interface CoinReply {
  result?: { list?: { baseCoin: string; hasSymbol: number }[] };
}

function isCoin(row: object): boolean {
  return "hasSymbol" in row;
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
