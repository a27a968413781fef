import { openBids } from "../faults/json-bids.js";
import type { SimulatedVenue } from "../venue.js";
import { BACKPACK_LIMITS, type BackpackLimits } from "./limits.js";
import { backpackMarkets } from "./markets.js";
import { BackpackProtocol } from "./protocol.js";

export const backpack: SimulatedVenue<BackpackLimits> = {
  name: "backpack",
  markets: backpackMarkets,
  limits: BACKPACK_LIMITS,
  endpoints(address) {
    const one = { ws: `ws://${address}`, rest: `http://${address}` };
    return { spot: one, swap: one };
  },
  serve: (world, limits) => new BackpackProtocol(world, limits),
  openBids,
};
