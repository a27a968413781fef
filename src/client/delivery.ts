import { throwLater } from "./client-error.js";
import type { AnyItem } from "./messages.js";
import type { ItemQueue } from "./queue.js";

/** Brings the items of one subscription to whoever reads them. */
export interface Delivery {
  push(item: AnyItem): void;
  /** Nothing follows. @param error what ended it; null: it was ended on purpose, and what waits is not read any more. */
  end(error: Error | null): void;
}

/** Calls a function; while a promise that it returned is pending, items wait in the queue. */
export class ListenerDelivery implements Delivery {
  readonly #queue: ItemQueue;
  readonly #listener: (item: AnyItem) => unknown;
  #busy = false;
  #ended = false;

  constructor(queue: ItemQueue, listener: (item: AnyItem) => unknown) {
    this.#queue = queue;
    this.#listener = listener;
  }

  push(item: AnyItem): void {
    this.#queue.push(item);
    this.#pump();
  }

  end(): void {
    this.#ended = true;
  }

  #pump(): void {
    while (!this.#busy && !this.#ended) {
      const item = this.#queue.take();
      if (item === undefined) return;
      // Busy while it runs, too: a listener may cause further items.
      this.#busy = true;
      const result = this.#call(item);
      if (!isPromise(result)) this.#busy = false;
      else
        Promise.resolve(result)
          .then(undefined, throwLater)
          .finally(() => {
            this.#busy = false;
            this.#pump();
          });
    }
  }

  #call(item: AnyItem): unknown {
    try {
      return this.#listener(item);
    } catch (error) {
      throwLater(error);
      return undefined;
    }
  }
}

/** An async iterator; what comes before it is asked for waits in the queue. */
export class IteratorDelivery implements Delivery, AsyncIterableIterator<AnyItem> {
  readonly #queue: ItemQueue;
  readonly #left: () => void;
  #readers: { resolve(result: IteratorResult<AnyItem>): void; reject(error: Error): void }[] = [];
  #ended = false;
  #error: Error | null = null;

  /** @param left called when the reader ends the loop. */
  constructor(queue: ItemQueue, left: () => void) {
    this.#queue = queue;
    this.#left = left;
  }

  push(item: AnyItem): void {
    this.#queue.push(item);
    while (this.#readers.length > 0) {
      const next = this.#queue.take();
      if (next === undefined) return;
      this.#readers.shift()?.resolve({ done: false, value: next });
    }
  }

  end(error: Error | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    // Who waits has read everything. The error is told once.
    for (const reader of this.#readers.splice(0))
      if (this.#error === null) reader.resolve({ done: true, value: undefined });
      else {
        reader.reject(this.#error);
        this.#error = null;
      }
    if (error === null) while (this.#queue.take() !== undefined);
  }

  async next(): Promise<IteratorResult<AnyItem>> {
    const item = this.#queue.take();
    if (item !== undefined) return { done: false, value: item };
    if (!this.#ended) return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }));
    const error = this.#error;
    this.#error = null;
    if (error !== null) throw error;
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<AnyItem>> {
    this.end(null);
    this.#left();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | undefined | null)?.then === "function";
}
