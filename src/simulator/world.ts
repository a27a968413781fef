import type { VenueName } from "../market/venues.js";
import type { FaultDesk } from "./faults/desk.js";
import type { Market } from "./model/market.js";

/** What the venues share. */
export interface World {
  readonly desk: FaultDesk;
  /** Markets of a venue; none when a recording is served. */
  marketsOf(venue: VenueName): readonly Market[];
  /** The machine's time, ms with fractions. */
  wallMs(): number;
  /** The venue's time, ms with fractions: the machine's, and the offset that a fault gave it. */
  venueMs(venue: VenueName): number;
}
