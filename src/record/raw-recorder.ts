import type { Views } from "../kernel/memory.js";
import { ByteRingReader } from "../ring/byte-ring.js";
import * as F from "./format.js";
import { logStatus } from "./log-status.js";
import type { SegmentMeta } from "./meta.js";
import type { SegmentLog } from "./segment-log.js";
import type { RecordStatus } from "./status.js";

export interface RawRecorderOptions {
  views: Views;
  /** Address of each lane's byte ring, by lane number. */
  rings: readonly number[];
  log: SegmentLog;
  /** Position of the first frame: after the last one of earlier runs. */
  position: number;
  segmentBytes: number;
  segmentMs: number;
  nowMs: () => number;
}

/** A block holds frames of one lane, so a lane is left to fill a while: unless its ring is filling up. */
const WAIT_MS = 20;
const FULL = 1 / 4;

/** Takes the lanes' frames from their byte rings into the raw log, whatever the disk says. */
export class RawRecorder {
  private readonly options: RawRecorderOptions;
  private readonly log: SegmentLog;
  private readonly rings: ByteRingReader[];
  /** Position of the next frame, lost and discarded ones counted. */
  private position: number;
  /** Largest receive time so far, µs. */
  private timeUs = Number.NaN;
  private lost = 0;
  private takenMs = Number.NEGATIVE_INFINITY;

  constructor(options: RawRecorderOptions) {
    this.options = options;
    this.log = options.log;
    this.position = options.position;
    this.rings = options.rings.map((ring) => new ByteRingReader(options.views, ring));
    this.begin("fresh");
  }

  /** Takes what is there when it is time, writes and syncs what is due. Returns whether anything was taken. */
  turn(): boolean {
    const nowMs = this.options.nowMs();
    const isDue = nowMs - this.takenMs >= WAIT_MS || this.rings.some(({ fill }) => fill >= FULL);
    if (isDue) this.takenMs = nowMs;
    const before = this.position;
    if (isDue) this.takeAll(1 / 2);
    this.log.tick();
    this.next();
    return this.position !== before;
  }

  /** Takes what is left and completes the last segment. */
  end(): void {
    this.takeAll(1);
    this.log.end();
  }

  /** Whether the disk has answered to everything it was asked. */
  get isSafe(): boolean {
    return this.log.queue.idle;
  }

  status(): RecordStatus["raw"] {
    return { ...logStatus(this.log), lostFrames: this.lost };
  }

  /** Takes what the rings hold, or as much as some share of their size: however fast one is filled, it ends. */
  private takeAll(share: number): void {
    this.rings.forEach((ring, lane) => {
      let left = ring.capacity * share;
      while (left > 0 && ring.take(this.roomOf(lane))) {
        left -= ring.bytes;
        this.keep(ring, lane);
      }
    });
    this.countLost();
  }

  private roomOf(lane: number): number {
    const room = this.log.current?.frameRoom(lane) ?? F.FRAMES_BLOCK_BYTES;
    return room > 0 ? room : F.FRAMES_BLOCK_BYTES;
  }

  /** Hot: the frames that a ring has found. */
  private keep(ring: ByteRingReader, lane: number): void {
    const { at, bytes, count } = ring;
    const firstUs = this.timeUs;
    if (!(this.timeUs >= ring.latestUs)) this.timeUs = ring.latestUs;
    const lastUs = this.timeUs;
    const content = this.options.views.u8.subarray(at, at + bytes);
    const isKept = this.log.attempt((segment) => {
      if (bytes > F.FRAMES_BLOCK_BYTES) segment.putFrame(content, lastUs, lane);
      else {
        if (bytes > segment.frameRoom(lane)) segment.seal();
        segment.add(F.BLOCK_TYPE_FRAMES, content, count, Number.isNaN(firstUs) ? lastUs : firstUs, lastUs, lane);
      }
    });
    if (!isKept) this.log.discarded += count;
    this.position += count;
    ring.release();
  }

  /** Frames that found no room in their ring are noted where that is noticed. */
  private countLost(): void {
    const lost = this.rings.reduce((sum, ring) => sum + ring.lost, 0);
    const fresh = lost - this.lost;
    if (fresh === 0) return;
    this.lost = lost;
    this.position += fresh;
    this.log.attempt((segment) => segment.putLost(fresh));
  }

  /** The next segment, when this one is full or old, or when the disk takes bytes again. */
  private next(): void {
    const { current, bytes, ageMs, writable } = this.log;
    const isFull = bytes >= this.options.segmentBytes || (bytes > 0 && ageMs >= this.options.segmentMs);
    if (current === null ? !writable : !isFull) return;
    this.log.end();
    this.begin("continued");
  }

  private begin(start: SegmentMeta["start"]): void {
    this.log.begin({ position: this.position, timeUs: this.timeUs, start }, () => {});
  }
}
