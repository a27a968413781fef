import { Stream } from "../server/stream.js";
import type { World } from "../world.js";

/** The channel in which the platform speaks of itself, when something of it changes. Source: docs.deribit.com. */
export const PLATFORM = "platform_state";

export function platformStream({ desk }: World): Stream {
  const place = { venue: "deribit", product: null, symbol: null, channel: PLATFORM, stream: PLATFORM } as const;
  return new Stream(place, null, desk);
}
