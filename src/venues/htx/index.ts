import type { Venue } from "../venue.js";
import { integrity } from "./integrity.js";
import { limits, metadata, polls, time } from "./rest.js";
import { acknowledgement, answer, connections, endpoints, resubscribe, snapshotRequest } from "./subscribe.js";

export const htx: Venue = {
  products: ["spot", "swap", "futures"],
  // The version of a derivative's book counts its messages, that of its best offer the matches of the venue.
  sharedSequence: false,
  liquidationsComplete: null,
  integrity,
  live: {
    ...{ endpoints, connections, acknowledgement, resubscribe, snapshotPath: () => null },
    ...{ snapshotRequest, answer, metadata, polls, time, limits },
  },
};
