import { deribitProductOf } from "../../market/grammars/deribit.js";
import { resolveInstrument } from "../../market/symbols.js";
import type { ProductName } from "../../market/venues.js";
import type { InstrumentMetadata, MetadataSource, ServerTime, VenueLimits } from "../venue.js";

/**
 * `{"jsonrpc":"2.0","result":1550147385946,"usIn":1550147385946210,"usOut":1550147385946211,…}`: every
 * reply tells when its request came in and when it went out, µs; the moment between belongs to the
 * middle of the round trip.
 */
export function time(): ServerTime {
  return {
    path: "/api/v2/public/get_time",
    headers: {},
    halfUnitUs: 1,
    read(body) {
      const { usIn, usOut } = (body ?? {}) as Record<string, unknown>;
      const [came, went] = [Number(usIn ?? Number.NaN), Number(usOut ?? Number.NaN)];
      return went >= came ? came + (went - came) / 2 : Number.NaN;
    },
  };
}

/**
 * 20 requests a second come back, of which half are used; the other half is for requests on connections. 32
 * connections at once, HTTP's among them, and nothing is said of how fast they may come: a few a second.
 * Source: support.deribit.com, "Rate Limits"; docs.deribit.com, "Connection management".
 */
export function limits(): VenueLimits {
  return { requests: [{ points: 10, everyMs: 1000 }], connects: [{ points: 5, everyMs: 1000 }] };
}

/** One instrument of public/get_instruments, as far as it is read. */
interface Listed {
  instrument_name: string;
  is_active: boolean;
  tick_size: number;
  min_trade_amount: number;
  /** `reversed` or `linear`; options and lists of before 2023 may have none. */
  instrument_type?: string;
}

const kinds: Partial<Record<ProductName, string>> = {
  spot: "spot",
  swap: "future",
  futures: "future",
  option: "option",
};

/** Perpetuals and dated futures are of one kind and told apart by their names. */
export function metadata(product: ProductName): MetadataSource {
  return {
    path: `/api/v2/public/get_instruments?currency=any&kind=${kinds[product]}&expired=false`,
    read(body) {
      const { result } = body as { result: Listed[] };
      const instruments = result
        .filter(({ instrument_name }) => deribitProductOf(instrument_name) === product)
        .map((listed) => metadataOf(product, listed));
      return { instruments, nextPaths: [] };
    },
  };
}

/** `contract_size` is only the step of amounts, which are dollars or coins whatever it is. */
function metadataOf(product: ProductName, listed: Listed): InstrumentMetadata {
  const { instrument_name: rawSymbol, instrument_type, is_active, tick_size, min_trade_amount } = listed;
  const named = resolveInstrument("deribit", product, rawSymbol);
  const isInverse =
    product !== "option" && (instrument_type === undefined ? named.unit === "inverse" : instrument_type === "reversed");
  return {
    rawSymbol,
    contractSize: isInverse ? 1 : null,
    unit: isInverse ? "inverse" : "base",
    priceStep: tick_size,
    sizeStep: min_trade_amount,
    active: is_active,
  };
}
