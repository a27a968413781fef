import type { Venue } from "../venue.js";
import { integrity } from "./integrity.js";
import { metadata, time } from "./rest.js";
import { acknowledgement, answer, connections, endpoints, resubscribe, socketTime } from "./subscribe.js";

export const deribit: Venue = {
  products: ["spot", "swap", "futures", "option"],
  // Quotes and tickers carry no change id.
  sharedSequence: false,
  integrity,
  live: {
    ...{ endpoints, connections, acknowledgement, answer, resubscribe },
    ...{ snapshotPath: () => null, metadata, time, socketTime },
  },
};
