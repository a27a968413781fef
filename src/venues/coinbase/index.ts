import type { Venue } from "../venue.js";
import { integrity } from "./integrity.js";
import { metadata, time } from "./rest.js";
import { acknowledgement, connections, endpoints, notice, resubscribe } from "./subscribe.js";

export const coinbase: Venue = {
  products: ["spot"],
  // One numbering for all channels, but it begins anew with each connection.
  sharedSequence: false,
  liquidationsComplete: null,
  integrity,
  live: { endpoints, connections, acknowledgement, notice, resubscribe, snapshotPath: () => null, metadata, time },
};
