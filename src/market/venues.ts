import { CrosstickError, EXIT } from "../errors.js";
import * as L from "../layout.js";
import { nearest } from "./nearest.js";

/** Venue names; the position of a name is its VENUE_* index. */
export const VENUES = ["binance", "bybit", "okx", "deribit", "htx", "kraken", "coinbase", "backpack"] as const;
export type VenueName = (typeof VENUES)[number];

/** Product names; the position of a name is its PRODUCT_* index. */
export const PRODUCTS = ["spot", "usdm", "coinm", "linear", "inverse", "option", "swap", "futures"] as const;
export type ProductName = (typeof PRODUCTS)[number];

/** A market of one venue with its own symbols, endpoints and quantity unit: `binance.usdm`. */
export interface VenueProduct {
  venue: VenueName;
  product: ProductName;
}

/** What each venue trades. */
export const PRODUCTS_OF: Readonly<Record<VenueName, readonly ProductName[]>> = {
  binance: ["spot", "usdm", "coinm"],
  bybit: ["spot", "linear", "inverse", "option"],
  okx: ["spot", "swap", "futures", "option"],
  deribit: ["spot", "swap", "futures", "option"],
  htx: ["spot", "swap", "futures"],
  kraken: ["spot"],
  coinbase: ["spot"],
  backpack: ["spot", "swap", "futures"],
};

/** Where funding accrues every moment instead of being paid at times (docs.deribit.com, "Perpetual"). */
export const ACCRUING_VENUES: ReadonlySet<VenueName> = new Set(["deribit"]);

const venueIndexes: ReadonlyMap<string, number> = new Map([
  ["binance", L.VENUE_BINANCE],
  ["bybit", L.VENUE_BYBIT],
  ["okx", L.VENUE_OKX],
  ["deribit", L.VENUE_DERIBIT],
  ["htx", L.VENUE_HTX],
  ["kraken", L.VENUE_KRAKEN],
  ["coinbase", L.VENUE_COINBASE],
  ["backpack", L.VENUE_BACKPACK],
]);
const productIndexes: ReadonlyMap<string, number> = new Map([
  ["spot", L.PRODUCT_SPOT],
  ["usdm", L.PRODUCT_USDM],
  ["coinm", L.PRODUCT_COINM],
  ["linear", L.PRODUCT_LINEAR],
  ["inverse", L.PRODUCT_INVERSE],
  ["option", L.PRODUCT_OPTION],
  ["swap", L.PRODUCT_SWAP],
  ["futures", L.PRODUCT_FUTURES],
]);

export function isVenue(name: string): name is VenueName {
  return venueIndexes.has(name);
}

/** VENUE_* of a name. @throws USAGE_VENUE */
export function venueIndex(name: string): number {
  const index = venueIndexes.get(name);
  if (index === undefined) throw unknownVenue(name);
  return index;
}

/** Name of a VENUE_* index. @throws USAGE_VENUE */
export function venueName(index: number): VenueName {
  const name = VENUES[index];
  if (name === undefined) throw unknownVenue(String(index));
  return name;
}

/** PRODUCT_* of a name, whatever the venue. @throws USAGE_PRODUCT */
export function productIndex(name: string): number {
  const index = productIndexes.get(name);
  if (index === undefined) throw unknownProduct(name, PRODUCTS, "");
  return index;
}

/** Name of a PRODUCT_* index. @throws USAGE_PRODUCT */
export function productName(index: number): ProductName {
  const name = PRODUCTS[index];
  if (name === undefined) throw unknownProduct(String(index), PRODUCTS, "");
  return name;
}

/** @throws USAGE_VENUE */
export function parseVenue(name: string): VenueName {
  if (!isVenue(name)) throw unknownVenue(name);
  return name;
}

/**
 * `binance.usdm` in two parts. A venue with one product may be given alone: `coinbase`.
 * @throws USAGE_VENUE, USAGE_PRODUCT
 */
export function parseVenueProduct(text: string): VenueProduct {
  const dot = text.indexOf(".");
  const venue = parseVenue(dot < 0 ? text : text.slice(0, dot));
  const products = PRODUCTS_OF[venue];
  const wanted = dot < 0 && products.length === 1 ? products[0] : text.slice(dot < 0 ? text.length : dot + 1);
  const product = products.find((name) => name === wanted);
  if (product === undefined) throw unknownProduct(wanted, products, venue);
  return { venue, product };
}

function unknownVenue(got: string): CrosstickError {
  return new CrosstickError(
    "USAGE_VENUE",
    `Unknown venue ${JSON.stringify(got)}: known are ${VENUES.join(", ")}${suggestion(got, VENUES, "")}`,
    { exitCode: EXIT.usage },
  );
}

function unknownProduct(got: string, products: readonly string[], venue: string): CrosstickError {
  const prefix = venue === "" ? "" : `${venue}.`;
  const what = got === "" ? `Missing product of ${venue}` : `Unknown product ${JSON.stringify(prefix + got)}`;
  return new CrosstickError(
    "USAGE_PRODUCT",
    `${what}: known are ${products.map((name) => prefix + name).join(", ")}${suggestion(got, products, prefix)}`,
    { exitCode: EXIT.usage },
  );
}

function suggestion(got: string, candidates: readonly string[], prefix: string): string {
  const name = nearest(got, candidates);
  return name === null ? "" : `. Did you mean ${prefix}${name}?`;
}
