import { CrosstickError, EXIT } from "../errors.js";
import type { VenueName } from "../market/venues.js";
import { backpack } from "./backpack/index.js";
import { binance } from "./binance/index.js";
import { bybit } from "./bybit/index.js";
import { coinbase } from "./coinbase/index.js";
import { deribit } from "./deribit/index.js";
import { htx } from "./htx/index.js";
import { kraken } from "./kraken/index.js";
import type { MarketSpec } from "./model/market-spec.js";
import { okx } from "./okx/index.js";
import type { SimulatedVenue } from "./venue.js";

/** The venues that the simulator speaks for; a new one is a folder and a line here. */
export const SIMULATED: readonly SimulatedVenue[] = [backpack, binance, bybit, coinbase, deribit, htx, kraken, okx];

/** Their names. */
export const SIMULATED_VENUES: readonly VenueName[] = SIMULATED.map(({ name }) => name);

/** Every market the simulator can run. */
export const CATALOGUE: readonly MarketSpec[] = SIMULATED.flatMap(({ markets }) => markets);

/** @throws VENUE_NOT_SUPPORTED */
export function simulatedVenue(name: string): SimulatedVenue {
  const venue = SIMULATED.find((known) => known.name === name);
  if (venue !== undefined) return venue;
  const message = `Cannot simulate ${name}: known are ${SIMULATED_VENUES.join(", ")}`;
  throw new CrosstickError("VENUE_NOT_SUPPORTED", message, { exitCode: EXIT.usage });
}
