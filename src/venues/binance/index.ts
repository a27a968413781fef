import type { Venue } from "../venue.js";
import { integrity } from "./integrity.js";
import { limits, metadata, polls, snapshotPath, time } from "./rest.js";
import { acknowledgement, connections, endpoints, notice, resubscribeChannel } from "./subscribe.js";

export const binance: Venue = {
  products: ["spot", "usdm", "coinm"],
  // `u` of bookTicker and of depthUpdate is the same order book update id.
  sharedSequence: true,
  liquidationsComplete: false,
  integrity,
  live: {
    endpoints,
    connections,
    acknowledgement,
    resubscribe: () => [],
    resubscribeChannel,
    notice,
    snapshotPath,
    metadata,
    polls,
    time,
    limits,
  },
};
