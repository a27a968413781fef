import { CrosstickError } from "../errors.js";
import type { VenueName } from "../market/venues.js";
import { backpack } from "./backpack/index.js";
import { binance } from "./binance/index.js";
import { bybit } from "./bybit/index.js";
import { coinbase } from "./coinbase/index.js";
import { deribit } from "./deribit/index.js";
import { htx } from "./htx/index.js";
import { kraken } from "./kraken/index.js";
import { okx } from "./okx/index.js";
import type { Venue } from "./venue.js";

/** The registry: one line a venue. */
const registry: Partial<Record<VenueName, Venue>> = {
  backpack,
  binance,
  bybit,
  deribit,
  htx,
  okx,
  coinbase,
  kraken,
};

/** @throws VENUE_NOT_SUPPORTED (usage) for a venue that has no decoder yet. */
export function venueNamed(name: VenueName): Venue {
  const venue = registry[name];
  if (venue === undefined)
    throw new CrosstickError(
      "VENUE_NOT_SUPPORTED",
      `${name} has no decoder in this version; there are: ${Object.keys(registry).join(", ")}`,
      { exitCode: 2 },
    );
  return venue;
}

/** Venues that have a decoder. */
export function supportedVenues(): readonly string[] {
  return Object.keys(registry);
}
