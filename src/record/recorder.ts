import type { Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import { RingReader } from "../ring/reader.js";
import * as F from "./format.js";
import type { IdentityTable } from "./identity-table.js";
import { logStatus } from "./log-status.js";
import type { SegmentLog } from "./segment-log.js";
import type { SegmentWriter } from "./segment-writer.js";
import type { RecordStatus } from "./status.js";

export interface RecorderOptions {
  views: Views;
  /** Addresses of the journal's publication ring and of the engine's header. */
  ring: number;
  engine: number;
  identities: IdentityTable;
  log: SegmentLog;
  /** Position of the first record: after the last one of earlier runs. */
  position: number;
  segmentBytes: number;
  segmentMs: number;
  /** The engine's state, which is there when its KIND_CHECKPOINT is; null when it is not. */
  takeCheckpoint: () => ArrayBuffer | null;
}

/** Records a turn at most, so that what waits in the event loop gets its turn too. */
const TURN_RECORDS = 16_384;

/** Takes the engine's records from the journal's ring into segments, whatever the disk says. */
export class Recorder {
  /** Records that the engine could not hand over. */
  lost = 0;
  private readonly options: RecorderOptions;
  private readonly log: SegmentLog;
  private readonly ring: RingReader;
  private readonly identities: IdentityTable;
  private readonly views: Views;
  /** Position of the next record, lost and discarded ones counted. */
  private position: number;
  /** Largest receive time so far, µs. */
  private timeUs = Number.NaN;
  private asked = false;

  constructor(options: RecorderOptions) {
    this.options = options;
    this.log = options.log;
    this.views = options.views;
    this.ring = new RingReader(options.views, options.ring);
    this.identities = options.identities;
    this.position = options.position;
    this.log.begin({ position: this.position, timeUs: Number.NaN, start: "fresh" }, () => {});
  }

  /** Takes what is there, writes and syncs what is due. Returns whether there may be more to take now. */
  turn(): boolean {
    let left = TURN_RECORDS;
    while (left > 0) {
      const count = this.ring.available(left);
      if (count === 0) break;
      this.take(count);
      left -= count;
    }
    this.log.tick();
    this.askForCheckpoint();
    return left <= 0;
  }

  /** Whether the engine has closed the ring and everything in it was taken. */
  get ended(): boolean {
    return this.ring.ended;
  }

  /** Completes the last segment. */
  end(): void {
    this.log.end();
  }

  /** Whether the disk has answered to everything it was asked. */
  get isSafe(): boolean {
    return this.log.queue.idle;
  }

  status(): Omit<RecordStatus, "raw"> {
    return { ...logStatus(this.log), lostRecords: this.lost };
  }

  /** Hot: `count` records that lie one behind the other, in runs that fit a block and hold nothing special. */
  private take(count: number): void {
    const { u8 } = this.views;
    const start = this.ring.at;
    let done = 0;
    while (done < count) {
      const kind = u8[start + (done << L.RECORD_SHIFT)];
      if (kind === L.KIND_CHECKPOINT) {
        this.checkpoint(start + (done << L.RECORD_SHIFT));
        done++;
        continue;
      }
      if (kind === L.KIND_INSTRUMENT) this.instrument(start + (done << L.RECORD_SHIFT));
      done += this.keep(start + (done << L.RECORD_SHIFT), count - done);
    }
    this.ring.release(count);
  }

  /** Hot: adds the records at `at` up to a full block or the next special one; always the first. Returns their number. */
  private keep(at: number, limit: number): number {
    const { u8, f64 } = this.views;
    const segment = this.log.current;
    if (segment !== null && segment.room === 0) this.log.attempt((one) => one.seal());
    const most = Math.min(limit, segment?.room || F.RECORDS_BLOCK_RECORDS);
    let timeUs = this.timeUs;
    let firstUs = Number.NaN;
    let count = 0;
    do {
      const record = at + (count << L.RECORD_SHIFT);
      const receivedUs = f64[(record + L.RECORD_RECEIVED_TIME_US) >> 3];
      if (!(timeUs >= receivedUs)) timeUs = receivedUs;
      if (count++ === 0) firstUs = timeUs;
      const next = u8[record + L.RECORD_BYTES];
      if (count < most && (next === L.KIND_INSTRUMENT || next === L.KIND_CHECKPOINT)) break;
    } while (count < most);
    const content = u8.subarray(at, at + (count << L.RECORD_SHIFT));
    const isKept = this.log.attempt((one) => one.add(F.BLOCK_TYPE_RECORDS, content, count, firstUs, timeUs));
    if (!isKept) this.log.discarded += count;
    this.timeUs = timeUs;
    this.position += count;
    return count;
  }

  /** An instrument's identity stands before the block that announces it. */
  private instrument(at: number): void {
    const index = this.views.u16[(at + L.RECORD_INSTRUMENT) >> 1];
    this.log.attempt((segment) => segment.put(F.BLOCK_TYPE_IDENTITY, this.identities.entry(index), 1));
  }

  /** Ends the segment and begins the next one with the state that the engine handed over. */
  private checkpoint(at: number): void {
    const state = this.options.takeCheckpoint();
    const lost = this.views.f64[(at + L.RECORD_PAYLOAD + 8) >> 3];
    this.asked = false;
    this.log.end();
    this.lost += lost;
    this.position += lost;
    if (state === null) {
      this.log.halt("the engine's state did not come with its checkpoint");
      return;
    }
    const start = { position: this.position, timeUs: this.timeUs, start: "checkpoint" as const };
    this.log.begin(start, (segment) => this.begin(segment, new Uint8Array(state)));
  }

  private begin(segment: SegmentWriter, state: Uint8Array): void {
    const { content, count } = this.identities.all();
    if (count > 0) segment.put(F.BLOCK_TYPE_IDENTITY, content, count);
    segment.put(F.BLOCK_TYPE_CHECKPOINT, state, 1);
  }

  private askForCheckpoint(): void {
    if (this.asked) return;
    const { current, bytes, ageMs, writable } = this.log;
    const isFull = bytes >= this.options.segmentBytes || ageMs >= this.options.segmentMs;
    const isDue = current === null ? writable : isFull;
    if (!isDue) return;
    this.asked = true;
    Atomics.store(this.views.u32, (this.options.engine + L.ENGINE_CHECKPOINT_REQUEST) >> 2, 1);
  }
}
