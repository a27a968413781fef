import { CrosstickError } from "../../errors.js";
import type { ProductName } from "../../market/venues.js";
import type { InstrumentMetadata, ListPage, MetadataSource, ServerTime, VenueLimits } from "../venue.js";

/** `{"code":"0","data":[{"ts":"1597026383085"}]}` */
export function time(): ServerTime {
  return {
    path: "/api/v5/public/time",
    headers: {},
    halfUnitUs: 500,
    read: (body) => {
      const ts = rowsOf(body)[0]?.ts;
      return typeof ts === "string" && /^\d{13}$/.test(ts) ? Number(ts) * 1000 + 500 : Number.NaN; // the middle of the millisecond
    },
  };
}

/**
 * Each path has a budget of its own, of 10 requests in two seconds for the least of those used here; three
 * connections a second, of which one in each 400 ms never makes more. Source: www.okx.com/docs-v5,
 * "Rate Limits" and "Connect".
 */
export function limits(): VenueLimits {
  return { requests: [{ points: 5, everyMs: 2000 }], connects: [{ points: 1, everyMs: 400 }] };
}

const instrumentTypes: Partial<Record<ProductName, string>> = { spot: "SPOT", swap: "SWAP", futures: "FUTURES" };

/**
 * 20 requests in 2 s; all instruments of a product come at once. Options are listed an underlying at a time:
 * those are asked for first. Source: www.okx.com/docs-v5, public/instruments and public/underlying.
 */
export function metadata(product: ProductName): MetadataSource {
  if (product === "option") return { path: "/api/v5/public/underlying?instType=OPTION", read: readOptions };
  const path = `/api/v5/public/instruments?instType=${instrumentTypes[product]}`;
  return { path, read: (body) => ({ instruments: granted(body).map(instrument), nextPaths: [] }) };
}

/** `{"data":[["BTC-USD","ETH-USD"]]}` are the underlyings; rows of objects are the options of one. */
function readOptions(body: unknown): ListPage {
  const rows = granted(body);
  const [names] = rows;
  if (!Array.isArray(names)) return { instruments: rows.map(instrument), nextPaths: [] };
  const path = "/api/v5/public/instruments?instType=OPTION&uly=";
  return { instruments: [], nextPaths: names.map((name) => path + encodeURIComponent(String(name))) };
}

type Row = Record<string, unknown>;

/** @throws VENUE_REFUSED: an empty list would say that the venue has no such instruments */
function granted(body: unknown): Row[] {
  const { code, msg, data } = (body ?? {}) as { code?: unknown; msg?: unknown; data?: unknown };
  if (code === "0" && Array.isArray(data)) return rowsOf(body);
  throw new CrosstickError(
    "VENUE_REFUSED",
    `okx list of instruments is refused: ${String(msg ?? "no data")} (${String(code)})`,
  );
}

function rowsOf(body: unknown): Row[] {
  const { code, data } = (body ?? {}) as { code?: unknown; data?: unknown };
  return code === "0" && Array.isArray(data) ? data.filter((row) => typeof row === "object" && row !== null) : [];
}

/** `ctVal` in `ctValCcy`, times `ctMult`: the coin, or US dollars where `ctType` is inverse. Spot has none of them. */
function instrument(row: Row): InstrumentMetadata {
  const isSpot = row.instType === "SPOT";
  const product = (positive(row.ctVal) ?? Number.NaN) * (positive(row.ctMult) ?? Number.NaN);
  const size = Number(product.toPrecision(15)); // both are short decimals, and so is what they make
  const isKnown = size > 0;
  const unit = row.ctType === "inverse" ? "inverse" : "contract";
  return {
    rawSymbol: String(row.instId),
    contractSize: isKnown && !isSpot ? size : null,
    unit: isSpot ? "base" : isKnown ? unit : "unknown",
    priceStep: positive(row.tickSz),
    sizeStep: positive(row.lotSz),
    active: row.state === "live",
  };
}

function positive(value: unknown): number | null {
  const number = typeof value === "string" && value !== "" ? Number(value) : Number.NaN;
  return number > 0 && number < Number.POSITIVE_INFINITY ? number : null;
}
