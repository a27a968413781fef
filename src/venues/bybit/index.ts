import type { Venue } from "../venue.js";
import { integrity } from "./integrity.js";
import { limits, metadata, time } from "./rest.js";
import { acknowledgement, connections, endpoints, quietMs, resubscribe, resubscribeChannel } from "./subscribe.js";

export const bybit: Venue = {
  products: ["spot", "linear", "inverse", "option"],
  // Every depth channel has a `u` of its own.
  sharedSequence: false,
  liquidationsComplete: true,
  integrity,
  live: {
    endpoints,
    connections,
    acknowledgement,
    resubscribe,
    resubscribeChannel,
    quietMs,
    snapshotPath: () => null,
    metadata,
    time,
    limits,
  },
};
