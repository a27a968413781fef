import type { BookSnapshotData, BookUpdateData } from "../stream/protocol.js";
import type { Message } from "./messages.js";

type Level = [price: number, size: number];

/** Several messages of a book as one: a snapshot with what changed since, or a change that does what several did. */
export class BookMerge {
  readonly #bids = new Map<number, number>();
  readonly #asks = new Map<number, number>();
  /** The first was a snapshot: a level of size 0 is gone, rather than to be told. */
  readonly #whole: boolean;
  #data: BookSnapshotData | BookUpdateData;

  /** @param first a message with data. */
  constructor(first: Message) {
    this.#whole = first.type === "snapshot";
    this.#data = first.data as BookUpdateData;
    this.apply(first);
  }

  apply({ data }: Message): void {
    const { bids, asks, sequence } = data as BookUpdateData;
    this.#set(this.#bids, bids);
    this.#set(this.#asks, asks);
    this.#data = { ...this.#data, sequence };
  }

  /** Best first. */
  data(): BookSnapshotData | BookUpdateData {
    return {
      ...this.#data,
      bids: [...this.#bids].sort(([a], [b]) => b - a),
      asks: [...this.#asks].sort(([a], [b]) => a - b),
    };
  }

  #set(side: Map<number, number>, levels: Level[]): void {
    for (const [price, size] of levels)
      if (size === 0 && this.#whole) side.delete(price);
      else side.set(price, size);
  }
}
