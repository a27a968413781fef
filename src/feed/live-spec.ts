import type { ProductName, VenueName } from "../market/venues.js";
import type { Subscription } from "../venues/venue.js";

/** What one lane listens to: a product of a venue. */
export interface LiveLaneSpec {
  /** Position in the memory plan. */
  index: number;
  venue: VenueName;
  product: ProductName;
  wanted: Subscription[];
  /** Where the configuration says so, instead of the venue's own. */
  socket?: string;
  rest?: string;
}

/** An event worth a line in the log. */
export type FeedNote = { level: "info" | "warn" | "error"; venue: VenueName; product: ProductName; text: string };

/** Notes something of a lane. */
export type Say = (level: FeedNote["level"], text: string) => void;
