import type { SimulatedVenue } from "../venue.js";
import { CoinbaseMarkets } from "./content.js";
import { COINBASE_LIMITS, type CoinbaseLimits } from "./limits.js";
import { coinbaseMarkets } from "./markets.js";
import { openBids } from "./open-bids.js";
import { CoinbaseProtocol } from "./protocol.js";
import { CoinbaseRecording } from "./recording.js";

export const coinbase: SimulatedVenue<CoinbaseLimits> = {
  name: "coinbase",
  markets: coinbaseMarkets,
  limits: COINBASE_LIMITS,
  endpoints: (address) => ({ spot: { ws: `ws://${address}`, rest: `http://${address}` } }),
  serve: (world, limits) => new CoinbaseProtocol(new CoinbaseMarkets(world, limits), world, limits),
  replay(world, limits, listened) {
    const recording = new CoinbaseRecording(world, listened);
    return {
      protocol: new CoinbaseProtocol(recording, world, limits),
      play: (frame) => recording.play(frame),
      ended: () => recording.ended(),
    };
  },
  openBids,
};
