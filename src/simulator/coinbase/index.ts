import type { SimulatedVenue } from "../venue.js";
import { COINBASE_LIMITS, type CoinbaseLimits } from "./limits.js";
import { coinbaseMarkets } from "./markets.js";
import { openBids } from "./open-bids.js";
import { CoinbaseProtocol } from "./protocol.js";

export const coinbase: SimulatedVenue<CoinbaseLimits> = {
  name: "coinbase",
  markets: coinbaseMarkets,
  limits: COINBASE_LIMITS,
  endpoints: (address) => ({ spot: { ws: `ws://${address}`, rest: `http://${address}` } }),
  serve: (world, limits) => new CoinbaseProtocol(world, limits),
  openBids,
};
