import type { Venue } from "../venue.js";
import { integrity, KrakenWitness } from "./integrity.js";
import { metadata, time } from "./rest.js";
import { acknowledgement, connections, endpoints, notice, resubscribe, socketTime } from "./subscribe.js";

export const kraken: Venue = {
  products: ["spot"],
  // Neither channel is numbered.
  sharedSequence: false,
  liquidationsComplete: null,
  integrity,
  witness: () => new KrakenWitness(),
  live: {
    endpoints,
    connections,
    acknowledgement,
    notice,
    resubscribe,
    snapshotPath: () => null,
    metadata,
    time,
    socketTime,
  },
};
