import type { ProductName } from "../../market/venues.js";
import type { InstrumentMetadata, MetadataSource, Poll, ServerTime, Subscription, VenueLimits } from "../venue.js";
import { type Family, familyOf } from "./subscribe.js";

const apis: Readonly<Record<Family, { info: string; interest: string }>> = {
  spot: { info: "/v1/settings/common/market-symbols", interest: "" },
  linear: {
    info: "/linear-swap-api/v1/swap_contract_info?business_type=all",
    interest: "/linear-swap-api/v1/swap_open_interest?contract_code=",
  },
  "inverse-swap": {
    info: "/swap-api/v1/swap_contract_info",
    interest: "/swap-api/v1/swap_open_interest?contract_code=",
  },
  "inverse-futures": {
    info: "/api/v1/contract_contract_info",
    interest: "/api/v1/contract_open_interest?contract_code=",
  },
};

/** Open interest changes slowly, and every contract costs a request. */
const INTEREST_EVERY_MS = 15_000;

/** `{"status":"ok","data":1629715504949}`; on derivatives `{"status":"ok","ts":1629715504949}`. */
export function time(product: ProductName): ServerTime {
  const isSpot = product === "spot";
  return {
    path: isSpot ? "/v1/common/timestamp" : "/api/v1/timestamp",
    headers: {},
    halfUnitUs: 500,
    read: (body) => {
      const { data, ts } = (body ?? {}) as { data?: unknown; ts?: unknown };
      const ms = isSpot ? data : ts;
      return typeof ms === "number" && ms > 1e12 ? ms * 1000 + 500 : Number.NaN; // the middle of the millisecond
    },
  };
}

/** Two lists for derivatives: linear contracts first, then the inverse ones of the product. */
export function metadata(product: ProductName): MetadataSource {
  if (product === "spot") {
    return { path: apis.spot.info, read: (body) => ({ instruments: listOf(body).flatMap(pairOf), nextPaths: [] }) };
  }
  const inverse = apis[product === "swap" ? "inverse-swap" : "inverse-futures"].info;
  return {
    path: apis.linear.info,
    read: (body) => {
      const contracts = listOf(body);
      const isLinear = contracts.some(({ business_type }) => business_type !== undefined);
      return {
        instruments: contracts
          .filter(({ business_type }) => business_type === undefined || business_type === product)
          .flatMap((contract) => contractOf(contract, isLinear)),
        nextPaths: isLinear ? [inverse] : [],
      };
    },
  };
}

type Fields = Record<string, unknown>;

function listOf(body: unknown): Fields[] {
  const { data } = (body ?? {}) as { data?: unknown };
  return Array.isArray(data) ? data.filter((each): each is Fields => typeof each === "object" && each !== null) : [];
}

/** `{"symbol":"btcusdt","state":"online","pp":2,"ap":6,…}`: digits after the point of a price and of an amount. */
function pairOf({ symbol, state, pp, ap }: Fields): InstrumentMetadata[] {
  if (typeof symbol !== "string") return [];
  const step = (digits: unknown) => (typeof digits === "number" ? Number(`1e-${digits}`) : null);
  return [
    {
      ...{ rawSymbol: symbol, contractSize: null, unit: "base" },
      ...{ priceStep: step(pp), sizeStep: step(ap), active: state === "online" },
    },
  ];
}

/** `{"contract_code":"BTC-USDT","contract_size":0.001,"price_tick":0.1,"contract_status":1,…}`; sizes are whole contracts. */
function contractOf(fields: Fields, isLinear: boolean): InstrumentMetadata[] {
  const { contract_code, contract_size, price_tick, contract_status } = fields;
  if (typeof contract_code !== "string" || typeof contract_size !== "number" || !(contract_size > 0)) return [];
  return [
    {
      ...{ rawSymbol: contract_code, contractSize: contract_size, unit: isLinear ? "contract" : "inverse" },
      ...{ priceStep: typeof price_tick === "number" ? price_tick : null, sizeStep: 1, active: contract_status === 1 },
    },
  ];
}

/** Open interest is streamed nowhere; the reply names the contract. */
export function polls(product: ProductName, wanted: readonly Subscription[]): readonly Poll[] {
  return wanted
    .filter(({ channels }) => product !== "spot" && channels.includes("openInterest"))
    .map(({ symbol }) => ({
      path: apis[familyOf(product, symbol)].interest + encodeURIComponent(symbol),
      everyMs: INTEREST_EVERY_MS,
      symbol: null,
    }));
}

/**
 * Market data: 10 requests a second an address on spot, 800 on derivatives, which nobody needs; half of the
 * smaller one, for our second is not the venue's. Connections are not counted in public: a modest pace.
 * Source: htx.com API pages, "Rate limit", and hummingbot's constants of the venue.
 */
export function limits(): VenueLimits {
  return { requests: [{ points: 5, everyMs: 1000 }], connects: [{ points: 5, everyMs: 1000 }] };
}
