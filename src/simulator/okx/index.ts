import type { SimulatedVenue } from "../venue.js";
import { openBids } from "./bids.js";
import { OkxMarkets } from "./content.js";
import { OKX_LIMITS, type OkxLimits } from "./limits.js";
import { okxMarkets } from "./markets.js";
import { OkxProtocol } from "./protocol.js";
import { OkxRecording } from "./recording.js";

export const okx: SimulatedVenue<OkxLimits> = {
  name: "okx",
  markets: okxMarkets,
  limits: OKX_LIMITS,
  endpoints(address) {
    const one = { ws: `ws://${address}`, rest: `http://${address}` };
    return { spot: one, swap: one, futures: one, option: one };
  },
  serve(world, limits) {
    const markets = new OkxMarkets(world, limits);
    const protocol = new OkxProtocol(markets, world, limits);
    return {
      connect: (url) => protocol.connect(url),
      request: (url) => protocol.request(url),
      streams: () => markets.streams(),
      sendWhole: (fits, reset) => markets.sendWhole(fits, reset),
      updates: (_product, symbol) => markets.updates(symbol),
      announceShutdown: (connection) =>
        connection.send(
          '{"event":"notice","code":"64008","msg":"The connection will soon be closed for a service upgrade. Please reconnect.","connId":"simulated"}',
        ),
    };
  },
  replay(world, limits, listened) {
    const recording = new OkxRecording(world, listened);
    return {
      protocol: new OkxProtocol(recording, world, limits),
      play: (frame) => recording.play(frame),
      ended: () => recording.ended(),
    };
  },
  openBids,
};
