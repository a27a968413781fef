import { openBids } from "../faults/json-bids.js";
import type { SimulatedVenue } from "../venue.js";
import { BybitMarkets } from "./content.js";
import { BYBIT_LIMITS, type BybitLimits } from "./limits.js";
import { bybitMarkets } from "./markets.js";
import { BybitProtocol } from "./protocol.js";
import { BybitRecording } from "./recording.js";

export const bybit: SimulatedVenue<BybitLimits> = {
  name: "bybit",
  markets: bybitMarkets,
  limits: BYBIT_LIMITS,
  endpoints(address) {
    const one = { ws: `ws://${address}`, rest: `http://${address}` };
    return { spot: one, linear: one, inverse: one, option: one };
  },
  serve(world, limits) {
    const markets = new BybitMarkets(world);
    const protocol = new BybitProtocol(markets, world, limits);
    return {
      connect: (url) => protocol.connect(url),
      request: (url) => protocol.request(url),
      streams: () => markets.streams(),
      sendWhole: (fits, reset) => markets.sendWhole(fits, reset),
      updates: (product, symbol) => markets.updates(product, symbol),
    };
  },
  replay(world, limits, listened) {
    const recording = new BybitRecording(world, listened);
    return {
      protocol: new BybitProtocol(recording, world, limits),
      play: (frame) => recording.play(frame),
      ended: () => recording.ended(),
    };
  },
  openBids,
};
