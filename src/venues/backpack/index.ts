import type { Venue } from "../venue.js";
import { integrity } from "./integrity.js";
import { limits, metadata, polls, snapshotPath, time } from "./rest.js";
import { acknowledgement, connections, endpoints, quietMs, resubscribeChannel } from "./subscribe.js";

export const backpack: Venue = {
  products: ["spot", "swap"],
  // The documents give ids of different magnitude for bookTicker and depth.
  sharedSequence: false,
  liquidationsComplete: null,
  integrity,
  live: {
    endpoints,
    connections,
    acknowledgement,
    resubscribe: () => [],
    resubscribeChannel,
    quietMs,
    snapshotPath,
    metadata,
    polls,
    time,
    limits,
  },
};
