import type { VenueName } from "../market/venues.js";
import type { VenueQueries } from "./queries.js";

/** One line a venue; a file is loaded when its venue is asked for the first time. */
const registry: Partial<Record<VenueName, () => Promise<{ queries: VenueQueries }>>> = {
  binance: () => import("./binance/queries.js"),
  bybit: () => import("./bybit/queries.js"),
  okx: () => import("./okx/queries.js"),
  htx: () => import("./htx/queries.js"),
  deribit: () => import("./deribit/queries.js"),
  kraken: () => import("./kraken/queries.js"),
  coinbase: () => import("./coinbase/queries.js"),
  backpack: () => import("./backpack/queries.js"),
};

/** Venues that can be asked by HTTP. */
export function queriedVenues(): readonly VenueName[] {
  return Object.keys(registry) as VenueName[];
}

/** null for a venue that cannot be asked in this version. */
export async function queriesOf(venue: VenueName): Promise<VenueQueries | null> {
  const load = registry[venue];
  return load === undefined ? null : (await load()).queries;
}
