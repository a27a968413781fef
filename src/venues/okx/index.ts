import type { Venue } from "../venue.js";
import { integrity, OkxWitness } from "./integrity.js";
import { limits, metadata, time } from "./rest.js";
import {
  acknowledgement,
  connections,
  endpoints,
  notice,
  quietMs,
  resubscribe,
  resubscribeChannel,
} from "./subscribe.js";

export const okx: Venue = {
  products: ["spot", "swap", "futures", "option"],
  // Maintenance starts the numbers afresh at a lower one: the larger need not be the fresher.
  sharedSequence: false,
  liquidationsComplete: false,
  integrity,
  witness: () => new OkxWitness(),
  live: {
    endpoints,
    connections,
    acknowledgement,
    resubscribe,
    resubscribeChannel,
    quietMs,
    notice,
    snapshotPath: () => null,
    metadata,
    time,
    limits,
  },
};
