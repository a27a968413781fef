import type { SimulatedVenue } from "../venue.js";
import { KRAKEN_LIMITS, type KrakenLimits } from "./limits.js";
import { krakenMarkets } from "./markets.js";
import { openBids } from "./open-bids.js";
import { KrakenProtocol } from "./protocol.js";

export const kraken: SimulatedVenue<KrakenLimits> = {
  name: "kraken",
  markets: krakenMarkets,
  limits: KRAKEN_LIMITS,
  endpoints: (address) => ({ spot: { ws: `ws://${address}`, rest: `http://${address}` } }),
  serve: (world, limits) => new KrakenProtocol(world, limits),
  openBids,
};
