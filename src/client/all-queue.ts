import type { AnyItem, Gap, Message } from "./messages.js";
import type { ItemQueue } from "./queue.js";

export interface AllQueueEvents {
  /** A message found no room. */
  lost(): void;
  /** Losses of a channel are told from now on as a gap. */
  gap(gap: Gap): void;
  /** What a channel holds cannot be known but from a snapshot. */
  needsSnapshot(ch: string): void;
}

/**
 * Policy `all`: every message waits, up to a bound. Beyond it messages are lost until half of the queue was read; then
 * each channel that lost some has a gap with their count, and what came after the gap follows. A book, and a channel
 * whose snapshot was lost, goes on with a fresh snapshot.
 */
export class AllQueue implements ItemQueue {
  readonly #capacity: number;
  readonly #events: AllQueueEvents;
  #items: AnyItem[] = [];
  #head = 0;
  #full = false;
  readonly #losses = new Map<string, Gap>();
  /** Channels that wait for a snapshot. */
  readonly #broken = new Set<string>();

  constructor(capacity: number, events: AllQueueEvents) {
    this.#capacity = capacity;
    this.#events = events;
  }

  push(item: AnyItem): void {
    if (item.type === "refused") this.#items.push(item);
    else if (item.type === "gap") {
      if (this.#full || this.#losses.has(item.ch)) this.#lose(item.ch, item.from, item.to, item.count);
      else this.#items.push(item);
    } else this.#take(item);
  }

  take(): AnyItem | undefined {
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head++];
    if (this.#head > this.#items.length - this.#head) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    if (this.#full && this.#size <= this.#capacity >> 1) this.#reopen();
    return item;
  }

  get #size(): number {
    return this.#items.length - this.#head;
  }

  #take(message: Message): void {
    if (this.#size >= this.#capacity) this.#full = true;
    const isSnapshot = message.type === "snapshot";
    if (!this.#full && (isSnapshot || !this.#broken.has(message.ch))) {
      this.#broken.delete(message.ch);
      this.#tell(message.ch);
      this.#items.push(message);
      return;
    }
    this.#events.lost();
    if (isSnapshot || message.kind === "book") this.#broken.add(message.ch);
    if (isSnapshot) this.#lose(message.ch, message.seq, message.seq, 0);
    else this.#lose(message.ch, message.seq - 1, message.seq, 1);
  }

  #lose(ch: string, from: number, to: number, count: number | null): void {
    const loss = this.#losses.get(ch);
    if (loss === undefined) this.#losses.set(ch, { type: "gap", reason: "overflow", ch, from, to, count });
    else {
      loss.to = to;
      loss.count = loss.count === null || count === null ? null : loss.count + count;
    }
  }

  /** There is room again. */
  #reopen(): void {
    this.#full = false;
    for (const ch of [...this.#losses.keys()]) this.#tell(ch);
    for (const ch of this.#broken) this.#events.needsSnapshot(ch);
  }

  /** Says what a channel lost, before its next message. */
  #tell(ch: string): void {
    const loss = this.#losses.get(ch);
    if (loss === undefined) return;
    this.#losses.delete(ch);
    if (loss.count === 0) return;
    this.#items.push(loss);
    this.#events.gap(loss);
  }
}
