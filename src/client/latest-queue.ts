import { BookMerge } from "./book-merge.js";
import type { AnyItem, Gap, Message } from "./messages.js";
import type { ItemQueue } from "./queue.js";

/** What waits of one channel. */
interface Slot {
  /** One of each reason. */
  gaps: Gap[];
  message: Message | null;
  /** The levels of a book whose message is merged of several. */
  book: BookMerge | null;
}

/**
 * Policy `latest`: of each channel one message waits, in the order in which the channels spoke. The next one takes its
 * place; of a book the levels are merged. Bounded by the channels that are followed.
 */
export class LatestQueue implements ItemQueue {
  readonly #slots = new Map<string, Slot>();
  readonly #others: AnyItem[] = [];
  readonly #conflated: () => void;

  /** @param conflated called for each message that went into a later one. */
  constructor(conflated: () => void) {
    this.#conflated = conflated;
  }

  push(item: AnyItem): void {
    if (item.type === "refused") {
      this.#others.push(item);
      return;
    }
    const slot = this.#slots.get(item.ch) ?? { gaps: [], message: null, book: null };
    this.#slots.set(item.ch, slot);
    if (item.type === "gap") addGap(slot.gaps, item);
    else this.#replace(slot, item);
  }

  take(): AnyItem | undefined {
    const other = this.#others.shift();
    if (other !== undefined) return other;
    const [first] = this.#slots;
    if (first === undefined) return undefined;
    const [ch, { gaps, message, book }] = first;
    const gap = gaps.shift();
    if (gap !== undefined && message !== null) return gap;
    this.#slots.delete(ch);
    return gap ?? (book !== null && message !== null ? { ...message, data: book.data() } : (message ?? undefined));
  }

  #replace(slot: Slot, next: Message): void {
    const { message } = slot;
    if (message === null) {
      slot.message = next;
      return;
    }
    this.#conflated();
    const conflated = message.conflated + next.conflated + 1;
    if (next.kind !== "book" || next.type === "snapshot" || message.data === null) {
      Object.assign(slot, { message: { ...next, conflated }, book: null });
      return;
    }
    slot.book ??= new BookMerge(message);
    slot.book.apply(next);
    slot.message = { ...next, type: message.type, conflated };
  }
}

function addGap(gaps: Gap[], gap: Gap): void {
  const same = gaps.find(({ reason }) => reason === gap.reason);
  if (same === undefined) {
    gaps.push({ ...gap });
    return;
  }
  same.to = gap.to;
  same.count = same.count === null || gap.count === null ? null : same.count + gap.count;
}
