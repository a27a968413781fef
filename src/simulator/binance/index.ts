import { openBids } from "../faults/json-bids.js";
import type { SimulatedVenue } from "../venue.js";
import { BinanceMarkets } from "./content.js";
import { BINANCE_LIMITS, type BinanceLimits } from "./limits.js";
import { binanceMarkets } from "./markets.js";
import { BinanceProtocol } from "./protocol.js";
import { BinanceRecording } from "./recording.js";

export const binance: SimulatedVenue<BinanceLimits> = {
  name: "binance",
  markets: binanceMarkets,
  limits: BINANCE_LIMITS,
  endpoints: (address) => ({
    spot: { ws: `ws://${address}/spot`, rest: `http://${address}/spot` },
    usdm: { ws: `ws://${address}/usdm`, rest: `http://${address}/usdm` },
    coinm: { ws: `ws://${address}/coinm`, rest: `http://${address}/coinm` },
  }),
  serve: (world, limits) => new BinanceProtocol(new BinanceMarkets(world, limits), world, limits),
  replay(world, limits, listened) {
    const recording = new BinanceRecording(world, listened);
    return {
      protocol: new BinanceProtocol(recording, world, limits),
      play: (frame) => recording.play(frame),
      ended: () => recording.ended(),
    };
  },
  openBids,
};
