import type { Channel } from "./channel.js";
import type { Connection } from "./connection.js";

/** A channel and who follows it. */
export interface Topic {
  readonly channel: Channel;
  readonly rest: string;
  /** What the backend's fan-out knows it by. */
  readonly address: string;
  /** Connections that get each message at once, through the backend's fan-out. */
  readonly live: Set<Connection>;
  /** Connections that have fallen behind, or wait for a first state. */
  readonly behind: Set<Connection>;
}
