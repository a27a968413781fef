import type { VenueName } from "../../market/venues.js";

/** One frame of a recording. */
export interface RecordedFrame {
  /** Epoch µs. */
  receivedUs: number;
  /** As it came over the wire. */
  text: string;
  /** Address of the request when the frame is a reply over HTTP; null for a frame of a socket, or when not told. */
  url: string | null;
  venue: VenueName;
  product: string;
}
