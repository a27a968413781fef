import type { SimulatedVenue } from "../venue.js";
import { openBids } from "./bids.js";
import { HtxMarkets } from "./content.js";
import { HTX_LIMITS, type HtxLimits } from "./limits.js";
import { htxMarkets } from "./markets.js";
import { HtxProtocol } from "./protocol.js";
import { HtxRecording } from "./recording.js";

export const htx: SimulatedVenue<HtxLimits> = {
  name: "htx",
  markets: htxMarkets,
  limits: HTX_LIMITS,
  endpoints(address) {
    const one = { ws: `ws://${address}`, rest: `http://${address}` };
    return { spot: one, swap: one, futures: one };
  },
  serve(world, limits) {
    const markets = new HtxMarkets(world);
    const protocol = new HtxProtocol(markets, world, limits);
    return {
      connect: (url) => protocol.connect(url),
      request: (url) => protocol.request(url),
      streams: () => markets.streams(),
      updates: (product, symbol) => markets.updates(product, symbol),
    };
  },
  replay(world, limits, listened) {
    const recording = new HtxRecording(world, listened);
    return {
      protocol: new HtxProtocol(recording, world, limits),
      play: (frame) => recording.play(frame),
      ended: () => recording.ended(),
    };
  },
  openBids,
};
