import type { SimulatedVenue } from "../model/catalogue.js";

/** One frame of a recording. */
export interface RecordedFrame {
  /** Epoch µs. */
  receivedUs: number;
  /** As it came over the wire. */
  text: string;
  /** Address of the request when the frame is a reply over HTTP; null for a frame of a socket, or when not told. */
  url: string | null;
  venue: SimulatedVenue;
  product: string;
}

/** What a recording is played to. */
export interface RecordingContent {
  play(frame: RecordedFrame): void;
  /** Nothing more will come. */
  ended(): void;
}
