import { performance, type RecordableHistogram } from "node:perf_hooks";
import type { Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import { ByteRingWriter } from "../ring/byte-ring.js";
import type { Lane } from "./lane.js";
import { nowUs } from "./wall-clock.js";

/** Brings what a live lane receives into its scratch and has it decoded; published once for all that one read brought. */
export class FrameIntake {
  private readonly views: Views;
  private readonly lane: Lane;
  private readonly source: number;
  private readonly scratch: number;
  private readonly scratchBytes: number;
  private readonly decoded: RecordableHistogram;
  private readonly raw: ByteRingWriter | null;
  private publishing = false;
  private arrivedMs = 0;

  constructor(options: {
    views: Views;
    lane: Lane;
    /** What the records are stamped with. */
    source: number;
    scratch: number;
    scratchBytes: number;
    /** Byte ring for the frames as they came; 0 for none. */
    raw: number;
    /** Nanoseconds from a frame's arrival to its records being visible. */
    decoded: RecordableHistogram;
  }) {
    this.views = options.views;
    this.lane = options.lane;
    this.source = options.source;
    this.scratch = options.scratch;
    this.scratchBytes = options.scratchBytes;
    this.decoded = options.decoded;
    this.raw = options.raw === 0 ? null : new ByteRingWriter(options.views, options.raw, options.source);
  }

  /** Hot: one frame of a link, or a reply (link 0). `symbol` is the instrument of a reply that does not name it. */
  take(data: Uint8Array, symbol: string | null, link: number): void {
    this.arrivedMs = this.publishing ? this.arrivedMs : performance.now();
    this.stamp();
    if (this.raw !== null) this.raw.put(data, this.receivedUs, 0, symbol);
    if (data.length > this.scratchBytes) {
      this.lane.counts.frames++;
      this.lane.reject(L.REJECT_TOO_LONG);
      return;
    }
    this.place(data);
    this.lane.follow(link);
    this.lane.frame(symbol);
    if (this.publishing) return;
    this.publishing = true;
    queueMicrotask(this.publish);
  }

  /** Hot: as take(), of a frame of a link that lies in [at, end) of the shared memory. What one read brought came at one time. */
  takePlaced(at: number, end: number, link: number): void {
    if (!this.publishing) {
      this.arrivedMs = performance.now();
      this.stamp();
    }
    if (this.raw !== null) this.raw.put(this.views.u8.subarray(at, end), this.receivedUs, 0, null);
    this.describe(at, end);
    this.lane.follow(link);
    this.lane.frame(null);
    if (this.publishing) return;
    this.publishing = true;
    queueMicrotask(this.publish);
  }

  /** Hot: as takePlaced(), of as many plain WebSocket messages in [at, end) as can be taken at once. Where that ended; `at` for none. */
  takeBurst(at: number, end: number, longest: number, link: number): number {
    if (this.raw !== null) return at;
    if (!this.publishing) {
      this.arrivedMs = performance.now();
      this.stamp();
    }
    this.views.u32[(this.lane.header + L.MESSAGE_SOURCE) >> 2] = this.source;
    this.lane.follow(link);
    const stop = this.lane.burst(at, end, longest);
    if (stop === at || this.publishing) return stop;
    if (stop === end) this.visible();
    else {
      this.publishing = true;
      queueMicrotask(this.publish);
    }
    return stop;
  }

  /** A copy of what lies in [at, end) of the shared memory. */
  copyOf(at: number, end: number): Buffer {
    return Buffer.from(this.views.u8.subarray(at, end));
  }

  /** Shows a frame's records to `see`, and takes nothing of it. How many there were. */
  peek(data: Uint8Array, see: (at: number) => void): number {
    if (data.length > this.scratchBytes) return 0;
    this.stamp();
    this.place(data);
    return this.lane.spare.each(see);
  }

  /** Hot. */
  private place(data: Uint8Array): void {
    this.views.u8.set(data, this.scratch);
    this.describe(this.scratch, this.scratch + data.length);
  }

  /** Hot. */
  private describe(at: number, end: number): void {
    const { u32 } = this.views;
    const { header } = this.lane;
    u32[(header + L.MESSAGE_FRAME_AT) >> 2] = at;
    u32[(header + L.MESSAGE_FRAME_END) >> 2] = end;
    u32[(header + L.MESSAGE_SOURCE) >> 2] = this.source;
  }

  /** What comes now is stamped with the present time. */
  stamp(): void {
    this.views.f64[(this.lane.header + L.MESSAGE_RECEIVED_TIME_US) >> 3] = nowUs();
  }

  private get receivedUs(): number {
    return this.views.f64[(this.lane.header + L.MESSAGE_RECEIVED_TIME_US) >> 3];
  }

  private readonly publish = (): void => {
    this.publishing = false;
    this.lane.writer.publish();
    this.visible();
  };

  private visible(): void {
    this.decoded.record(Math.max(1, Math.round((performance.now() - this.arrivedMs) * 1e6)));
  }
}
