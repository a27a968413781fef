import type { Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import { RingWriter } from "../ring/writer.js";

/** Records kept free for what a lane itself adds to a message: gap, state, instrument. */
export const CONTROL_ROOM = 8;

/** When a frame was received, and from which input. */
export interface Stamp {
  receivedUs: number;
  nanos: number;
  source: number;
}

/** What happened to the frames of a lane. */
export interface LaneCounts {
  frames: number;
  ignored: number;
  rejected: number;
  /** By REJECT_* code. */
  rejections: Map<number, number>;
  records: number;
  covered: number;
  templateMisses: number;
}

/** A lane's ring and message header: commits records and adds control records stamped as the present frame. */
export class LaneRing {
  readonly views: Views;
  readonly header: number;
  readonly writer: RingWriter;
  readonly counts: LaneCounts = {
    ...{ frames: 0, ignored: 0, rejected: 0, rejections: new Map<number, number>() },
    ...{ records: 0, covered: 0, templateMisses: 0 },
  };

  constructor(views: Views, header: number, ring: number, engine: number) {
    this.views = views;
    this.header = header;
    this.writer = new RingWriter(views, ring, engine);
  }

  /** Hot: keeps `count` records that the decoder wrote past the cursor. */
  commit(count: number): void {
    this.writer.commit(count);
    this.counts.records += count;
  }

  get hasControlRoom(): boolean {
    return this.writer.free(CONTROL_ROOM) >= CONTROL_ROOM;
  }

  /** One control record of an instrument, stamped as the frame that the header describes. */
  control(kind: number, instrument: number, payload: readonly number[]): void {
    const { receivedUs, nanos, source } = this.stamp();
    this.writer.control(kind, source, instrument, receivedUs, nanos, payload);
    this.counts.records++;
  }

  reject(code: number): void {
    this.counts.rejected++;
    this.counts.rejections.set(code, (this.counts.rejections.get(code) ?? 0) + 1);
  }

  /** Receive time and source of the frame that the header describes. */
  stamp(): Stamp {
    const { u32, f64 } = this.views;
    return {
      receivedUs: f64[(this.header + L.MESSAGE_RECEIVED_TIME_US) >> 3],
      nanos: u32[(this.header + L.MESSAGE_RECEIVED_NANOS) >> 2],
      source: u32[(this.header + L.MESSAGE_SOURCE) >> 2],
    };
  }

  /** The header describes no frame but something that came to be known at this time. */
  setReceivedUs(receivedUs: number): void {
    this.views.f64[(this.header + L.MESSAGE_RECEIVED_TIME_US) >> 3] = receivedUs;
  }

  setStamp({ receivedUs, nanos, source }: Stamp): void {
    const { u32, f64 } = this.views;
    f64[(this.header + L.MESSAGE_RECEIVED_TIME_US) >> 3] = receivedUs;
    u32[(this.header + L.MESSAGE_RECEIVED_NANOS) >> 2] = nanos;
    u32[(this.header + L.MESSAGE_SOURCE) >> 2] = source;
  }
}
