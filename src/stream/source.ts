/** State of a channel at one moment. */
export interface ChannelState {
  /** Nanoseconds since 1970. */
  ts: string;
  data: unknown;
}

/** What the engine side tells the hub about its channels. Called on the hub's thread, synchronously. */
export interface StreamSource {
  /** Whether the channel exists now, or will as far as the configuration says. */
  has(channel: string): boolean;
  /** The channels that exist now and fit a pattern or name; all of them for `*`. */
  list(pattern: string): string[];
  /**
   * The whole state after everything published so far; null when there is nothing yet. For event channels the
   * last event or events. For `book.I` `{ bids, asks, sequence, state }`, best first.
   */
  snapshot(channel: string): ChannelState | null;
  /**
   * The unified name of a channel written with a venue's own symbol; the text itself when it needs no change;
   * a message when it is ambiguous or means nothing.
   */
  resolve?(channel: string): string | { problem: string };
}
