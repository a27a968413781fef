import type { AnyItem } from "./messages.js";

/** What waits for a slow reader. */
export interface ItemQueue {
  push(item: AnyItem): void;
  /** The next one; undefined when there is none. */
  take(): AnyItem | undefined;
}
