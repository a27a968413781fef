import type { SimulatedVenue } from "../venue.js";
import { openBids } from "./bids.js";
import { DeribitMarkets } from "./content.js";
import { DERIBIT_LIMITS, type DeribitLimits } from "./limits.js";
import { deribitMarkets } from "./markets.js";
import { DeribitProtocol } from "./protocol.js";
import { DeribitRecording } from "./recording.js";

export const deribit: SimulatedVenue<DeribitLimits> = {
  name: "deribit",
  markets: deribitMarkets,
  limits: DERIBIT_LIMITS,
  endpoints(address) {
    const one = { ws: `ws://${address}`, rest: `http://${address}` };
    return { spot: one, swap: one, futures: one, option: one };
  },
  serve: (world, limits) => new DeribitProtocol(new DeribitMarkets(world), world, limits),
  replay(world, limits, listened) {
    const recording = new DeribitRecording(world, listened);
    return {
      protocol: new DeribitProtocol(recording, world, limits),
      play: (frame) => recording.play(frame),
      ended: () => {},
    };
  },
  openBids,
};
