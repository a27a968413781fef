import * as L from "../layout.js";
import type { BookWitness, DeltaIds, SequenceRule } from "../venues/venue.js";

/** A delta that came while its book was not live, kept until a snapshot tells whether it is needed. */
export interface PendingDelta extends DeltaIds {
  /** Its records, RECORD_BYTES each. */
  records: Uint8Array;
}

/** Bytes of kept deltas of one book; beyond, the oldest go but for this share, and an older snapshot can no longer be bridged. */
const PENDING_BYTES_LIMIT = 16 * 1024 * 1024;
const PENDING_SHARE_KEPT = 0.75;

/** The feed's view of one book: where its sequence stands. The levels are the engine's. */
export class BookFeed {
  readonly instrument: number;
  readonly rule: SequenceRule;
  state: number = L.STATE_SYNCING;
  reason: number = L.REASON_AWAITING_SNAPSHOT;
  /** Update id of the last message applied; NaN before any. */
  last = Number.NaN;
  /** Id of a snapshot that is loaded but not bridged by a delta yet; NaN for none. */
  snapshot = Number.NaN;
  /** Depth of the channel this book is kept from, where a venue offers several; 0 until one is seen. */
  channelDepth = 0;
  /** Update id of the one-level channel; NaN until its snapshot. */
  topLast = Number.NaN;
  /** Proves the book by the venue's checksums since its last snapshot; null where that had none, or is no longer good. */
  witness: BookWitness | null = null;
  /** The venue has said that it is being worked on: whatever still comes, it is not live until the venue takes that back. */
  closed = false;
  /** Connection whose numbering it follows while two overlap; 0 before any. */
  link = 0;
  pending: PendingDelta[] = [];
  private pendingBytes = 0;

  constructor(instrument: number, rule: SequenceRule) {
    this.instrument = instrument;
    this.rule = rule;
  }

  /** Hot: its sequence is known, though its channel may have fallen silent. */
  get isSequenced(): boolean {
    return this.state === L.STATE_LIVE || this.state === L.STATE_STALE;
  }

  keep(delta: PendingDelta): void {
    this.pending.push(delta);
    this.pendingBytes += delta.records.length;
    if (this.pendingBytes > PENDING_BYTES_LIMIT) this.dropOldest();
  }

  /** Many at once: a list of many thousands is not moved for each of them. */
  private dropOldest(): void {
    let count = 0;
    for (; this.pendingBytes > PENDING_BYTES_LIMIT * PENDING_SHARE_KEPT; count++)
      this.pendingBytes -= this.pending[count].records.length;
    this.pending.splice(0, count);
  }

  /** Nothing is known of the book's sequence any more; its state is left to the caller. */
  forget(): void {
    this.last = Number.NaN;
    this.snapshot = Number.NaN;
    this.topLast = Number.NaN;
    this.link = 0;
    this.witness = null;
    this.takePending();
  }

  takePending(): PendingDelta[] {
    const taken = this.pending;
    this.pending = [];
    this.pendingBytes = 0;
    return taken;
  }
}
