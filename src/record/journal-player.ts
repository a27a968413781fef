import { CrosstickError, EXIT } from "../errors.js";
import * as L from "../layout.js";
import type { RingWriter } from "../ring/writer.js";
import { damageOf } from "./damage.js";
import * as F from "./format.js";
import type { IdentityTable } from "./identity-table.js";
import { Pieces } from "./pieces.js";
import type { SegmentInfo } from "./segment-info.js";
import { type Block, SegmentReader } from "./segment-reader.js";

export const PLAY_PROGRESS = 0;
/** The ring is full. */
export const PLAY_FULL = 1;
/** The next record is not due. */
export const PLAY_EARLY = 2;
export const PLAY_DONE = 3;

/** Plays segments that continue one another into a ring: whole messages, in the order in which they were recorded. */
export class JournalPlayer {
  /** State of the engine before the first record; null for an engine just started. */
  checkpoint: Uint8Array | null = null;
  /** Engine time of the record that is next, µs; NaN when that is not known. */
  nextUs = Number.NaN;
  /** Records put into the ring. */
  records = 0;
  /** Why it ended before the last segment's end; null when it did not. */
  damage: CrosstickError | null = null;
  /** Whether it ended because what follows is later than was asked for. */
  isCut = false;
  /** Number of the segment being played, or of the last one. */
  segment: number;
  private readonly segments: readonly SegmentInfo[];
  private readonly writer: RingWriter;
  private readonly identities: IdentityTable;
  private readonly toUs: number;
  private turn = 0;
  private reader: SegmentReader | null = null;
  /** The block being played and how many of its records were taken. */
  private block: Block | null = null;
  private taken = 0;
  /** Records of a message, written past the ring's cursor, whose last one has not come yet. */
  private unfinished = 0;
  private timeUs = Number.NaN;
  private view: DataView<ArrayBufferLike> = new DataView(new ArrayBuffer(0));

  /** Reads up to the first record: the checkpoint and the instruments. @throws INPUT_CORRUPT, JOURNAL_* */
  constructor(segments: readonly SegmentInfo[], writer: RingWriter, identities: IdentityTable, toUs: number) {
    this.segments = segments;
    this.segment = segments[0].number;
    this.writer = writer;
    this.identities = identities;
    this.toUs = toUs;
    this.load();
    const [{ meta, path }] = segments;
    if (meta === null || (meta.start === "checkpoint" && this.checkpoint === null))
      throw new CrosstickError(
        "INPUT_CORRUPT",
        `${path} is damaged where the engine's state stands: a replay cannot begin with it, but with another segment`,
        { exitCode: EXIT.damagedInput },
      );
  }

  /** Hot: puts what fits and is due by `untilUs` into the ring, one block at most, and publishes it. Returns PLAY_*. */
  pump(untilUs: number): number {
    if (this.block === null) this.load();
    const { block } = this;
    if (block === null) return PLAY_DONE;
    const limitUs = Math.min(untilUs, this.toUs);
    // An engine's time never runs back: the last record's is the largest.
    const due = block.lastUs <= limitUs ? block.count - this.taken : this.dueBy(limitUs);
    if (due === 0) {
      if (this.nextUs <= this.toUs) return PLAY_EARLY;
      this.isCut = true;
      this.close();
      return PLAY_DONE;
    }
    const room = this.writer.free(this.unfinished + due) - this.unfinished;
    if (room === 0) return this.full();
    this.put(block, Math.min(due, room));
    return PLAY_PROGRESS;
  }

  close(): void {
    this.reader?.close();
    this.reader = null;
    this.block = null;
    this.turn = this.segments.length;
  }

  /** Hot: copies `count` records and commits those of whole messages. */
  private put(block: Block, count: number): void {
    const from = this.taken << L.RECORD_SHIFT;
    const content = block.payload.subarray(from, from + (count << L.RECORD_SHIFT));
    this.writer.copyRecords(content, this.unfinished);
    let whole = count;
    while (whole > 0 && (content[((whole - 1) << L.RECORD_SHIFT) + L.RECORD_FLAGS] & L.FLAG_LAST) === 0) whole--;
    if (whole > 0) {
      this.writer.commit(this.unfinished + whole);
      this.records += this.unfinished + whole;
      this.unfinished = 0;
      this.writer.publish();
    }
    this.unfinished += count - whole;
    this.taken += count;
    if (this.taken < block.count) return;
    this.timeUs = block.lastUs;
    this.block = null;
  }

  /** Hot: records from `taken` on, in whole messages, that are not later than a time. Sets `nextUs`. */
  private dueBy(limitUs: number): number {
    const { block, view } = this;
    if (block === null) return 0;
    let timeUs = this.timeUs;
    let begins = this.unfinished === 0;
    for (let i = 0; i < block.count; i++) {
      const at = i << L.RECORD_SHIFT;
      const receivedUs = view.getFloat64(at + L.RECORD_RECEIVED_TIME_US, true);
      if (!(timeUs >= receivedUs)) timeUs = receivedUs;
      if (i >= this.taken && begins && timeUs > limitUs) {
        this.nextUs = timeUs;
        return i - this.taken;
      }
      if (i >= this.taken) begins = (view.getUint8(at + L.RECORD_FLAGS) & L.FLAG_LAST) !== 0;
    }
    return block.count - this.taken;
  }

  private full(): number {
    if (this.unfinished < this.writer.capacity) return PLAY_FULL;
    throw new CrosstickError(
      "JOURNAL_CAPACITY",
      `The journal has a message of more than ${this.writer.capacity} records: replay it with as many memory.ringRecords as it was recorded with`,
      { exitCode: EXIT.configuration },
    );
  }

  /** Goes on to the next block of records, taking what stands before it. */
  private load(): void {
    const state = new Pieces();
    for (;;) {
      if (this.reader === null) {
        if (this.turn === this.segments.length) return;
        const { path, number } = this.segments[this.turn];
        this.reader = new SegmentReader(path, number);
        this.segment = number;
      }
      const block = this.reader.next();
      const [range] = this.reader.damages;
      if (range !== undefined) {
        this.damage = damageOf(this.reader.path, range);
        this.close();
        return;
      }
      if (block === null) {
        this.reader.close();
        this.reader = null;
        this.turn++;
      } else if (block.type === F.BLOCK_TYPE_IDENTITY) this.identities.restore(block.payload, block.count);
      else if (block.type === F.BLOCK_TYPE_CHECKPOINT && this.turn === 0) {
        this.timeUs = block.lastUs;
        this.checkpoint = state.add(block) ?? this.checkpoint;
      } else if (block.type === F.BLOCK_TYPE_RECORDS) {
        this.begin(block);
        return;
      }
    }
  }

  private begin(block: Block): void {
    this.block = block;
    this.taken = 0;
    this.view = new DataView(block.payload.buffer, block.payload.byteOffset, block.payload.byteLength);
    this.nextUs = block.firstUs;
  }
}
