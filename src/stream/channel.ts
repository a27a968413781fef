import { type BookUpdate, mergeBookUpdates } from "./book-merge.js";
import { type ChannelKind, EVENT_KINDS } from "./channels.js";
import { ChannelEncoder, decodeData } from "./encoder.js";
import { encodeRecords } from "./record-message.js";
import type { ChannelState, StreamSource } from "./source.js";

/** One published message, kept for those that resume or fell behind. */
interface Kept {
  ts: string;
  /** The whole message, encoded. */
  bytes: Uint8Array;
}

const DROPPED: Kept = { ts: "", bytes: new Uint8Array(0) };

export interface BacklogLimits {
  backlogMessages: number;
  backlogBytes: number;
}

/**
 * One channel: its numbering, a bounded backlog of its last messages and its state encoded once for many
 * readers. Messages are numbered from 1 within a session; whatever breaks their continuity (a reset, nobody
 * listening) takes a number of its own, so that a position before it cannot be resumed.
 */
export class Channel {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly encoder: ChannelEncoder;
  /** Number of the last message. */
  seq = 0;
  readonly #limits: BacklogLimits;
  readonly #binary: number | null;
  #kept: Kept[] = [];
  /** Those before it were dropped. */
  #first = 0;
  #keptBytes = 0;
  /** A position below this cannot be resumed. */
  #floor = 0;
  #snapshot: { seq: number; bytes: Uint8Array } | null = null;

  /** @param binary number of a channel whose updates are records; null for one whose are JSON. */
  constructor(name: string, kind: ChannelKind, limits: BacklogLimits, binary: number | null = null) {
    this.name = name;
    this.kind = kind;
    this.encoder = new ChannelEncoder(name, binary);
    this.#limits = limits;
    this.#binary = binary;
  }

  /** Bytes that the backlog holds. */
  get backlogBytes(): number {
    return this.#keptBytes;
  }

  /** Numbers, encodes and keeps one message of data that are JSON; the bytes are those to be sent to every reader. */
  push(ts: string, dataJson: string): Uint8Array {
    return this.#keep(ts, this.encoder.update(++this.seq, ts, dataJson));
  }

  /** The same of whole records, for a channel with a number. */
  pushRecords(ts: string, records: Uint8Array): Uint8Array {
    return this.#keep(ts, encodeRecords(this.#binary ?? 0, ++this.seq, ts, records));
  }

  #keep(ts: string, bytes: Uint8Array): Uint8Array {
    this.#kept.push({ ts, bytes });
    this.#keptBytes += bytes.length;
    const { backlogMessages, backlogBytes } = this.#limits;
    while (this.#keptCount > backlogMessages || this.#keptBytes > backlogBytes) this.#drop(1);
    return bytes;
  }

  get #keptCount(): number {
    return this.#kept.length - this.#first;
  }

  /** Breaks the numbering: nothing before can be resumed. */
  cut(): void {
    this.seq++;
    this.#drop(this.#keptCount);
    this.#floor = this.seq;
    this.#snapshot = null;
  }

  /** Forgets the older half of the backlog. */
  halve(): void {
    this.#drop(this.#keptCount >> 1);
  }

  /** Whether all messages after `seq` are still here. */
  covers(seq: number): boolean {
    return Number.isSafeInteger(seq) && seq >= this.#floor && seq <= this.seq;
  }

  /**
   * The state as a snapshot message, followed by what came after it. A book's snapshot is costly to encode, so
   * it serves later readers too, as long as the backlog leads on from it. null: a book without a state yet.
   */
  snapshot(source: StreamSource, now: string): Uint8Array[] | null {
    const cached = this.#snapshot;
    if (this.kind === "book" && cached !== null && this.covers(cached.seq)) {
      const after = this.#after(cached.seq);
      if (after.reduce((sum, { bytes }) => sum + bytes.length, 0) <= cached.bytes.length)
        return [cached.bytes, ...after.map(({ bytes }) => bytes)];
    }
    const state = source.snapshot(this.name);
    if (state === null && this.kind === "book") return null;
    const bytes = this.#encodeState(state, now);
    if (this.kind === "book") this.#snapshot = { seq: this.seq, bytes };
    return [bytes];
  }

  /** A snapshot that says there is nothing yet. */
  emptySnapshot(now: string): Uint8Array {
    return this.#encodeState(null, now);
  }

  /**
   * What leads a reader from message `seq` to the last one; null when only a snapshot can. `conflate`: as one
   * message, a book's levels merged, of other channels the last value. The records of a book are not merged:
   * its snapshot says the same.
   */
  catchUp(seq: number, conflate: boolean): Uint8Array[] | null {
    if (!this.covers(seq)) return null;
    const missed = this.#after(seq);
    if (!conflate || missed.length < 2) return missed.map(({ bytes }) => bytes);
    const last = missed[missed.length - 1];
    if (this.kind !== "book") return [last.bytes];
    if (this.#binary !== null) return null;
    const merged = mergeBookUpdates(missed.map(({ bytes }) => decodeData(bytes) as BookUpdate));
    return [this.encoder.update(this.seq, last.ts, JSON.stringify(merged))];
  }

  /** Whether each message is an event of its own rather than the present state. */
  get events(): boolean {
    return EVENT_KINDS.has(this.kind);
  }

  #after(seq: number): Kept[] {
    return this.#kept.slice(this.#kept.length - (this.seq - seq));
  }

  #encodeState(state: ChannelState | null, now: string): Uint8Array {
    return this.encoder.snapshot(this.seq, state?.ts ?? now, JSON.stringify(state?.data ?? null));
  }

  #drop(count: number): void {
    for (let i = 0; i < count; i++) {
      this.#keptBytes -= this.#kept[this.#first].bytes.length;
      this.#kept[this.#first++] = DROPPED;
    }
    this.#floor = this.seq - this.#keptCount;
    // Now and then: moving all that is kept at each message would cost more than the message.
    if (this.#first * 2 < this.#kept.length) return;
    this.#kept.splice(0, this.#first);
    this.#first = 0;
  }
}
