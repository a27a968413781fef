import type { Venue } from "../venue.js";
import { integrity } from "./integrity.js";
import { limits, metadata, time } from "./rest.js";
import {
  acknowledgement,
  answer,
  connections,
  endpoints,
  notice,
  resubscribe,
  resubscribeChannel,
  socketTime,
} from "./subscribe.js";

export const deribit: Venue = {
  products: ["spot", "swap", "futures", "option"],
  // Quotes and tickers carry no change id.
  sharedSequence: false,
  liquidationsComplete: true,
  integrity,
  live: {
    ...{ endpoints, connections, acknowledgement, answer, notice, resubscribe, resubscribeChannel },
    ...{ snapshotPath: () => null, metadata, time, socketTime, limits },
  },
};
