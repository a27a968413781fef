import * as L from "../layout.js";
import { inflate } from "../sources/inflate.js";
import type { ConnectionPlan } from "../venues/venue.js";
import type { FrameIntake } from "./frame-intake.js";
import type { Lane } from "./lane.js";
import type { VenueLink } from "./venue-link.js";

/** What the links of one connection bring, on its way to their lane. */
export class LinkFrames {
  /** Frames since they were last counted from 0. */
  count = 0;
  private readonly plan: ConnectionPlan;
  private readonly lane: Lane;
  private readonly intake: FrameIntake;
  private readonly heed: (link: VenueLink, data: Uint8Array) => void;

  constructor(options: {
    plan: ConnectionPlan;
    lane: Lane;
    intake: FrameIntake;
    /** A frame had no market data: it may be something that the venue says. */
    heed: (link: VenueLink, data: Uint8Array) => void;
  }) {
    this.plan = options.plan;
    this.lane = options.lane;
    this.intake = options.intake;
    this.heed = options.heed;
  }

  /** Hot. */
  take(link: VenueLink, received: Buffer): void {
    const { lane, intake } = this;
    this.count++;
    const data = this.plan.inflate === true ? inflate(received) : received;
    if (data === null) {
      lane.counts.frames++;
      lane.reject(L.REJECT_COMPRESSION);
      return;
    }
    const { ignored } = lane.counts;
    intake.take(data, null, link.id);
    if (lane.counts.ignored !== ignored) this.heed(link, data);
  }

  /** Hot: as take(), of one that lies in [at, end) of the landing. */
  takePlaced(link: VenueLink, at: number, end: number): void {
    const { lane, intake } = this;
    if (this.plan.inflate === true) {
      this.take(link, intake.copyOf(at, end));
      return;
    }
    this.count++;
    const { ignored } = lane.counts;
    intake.takePlaced(at, end, link.id);
    if (lane.counts.ignored !== ignored) this.heed(link, intake.copyOf(at, end));
  }

  /** Hot: of those that may lie in [at, end) as many as can be taken at once. Where that ended; `at` for none. */
  takeBurst(link: VenueLink, at: number, end: number, longest: number): number {
    if (this.plan.inflate === true) return at;
    const { lane, intake } = this;
    const { frames, ignored } = lane.counts;
    const stop = intake.takeBurst(at, end, longest, link.id);
    this.count += lane.counts.frames - frames;
    // Only the last one can be one without market data.
    if (lane.counts.ignored !== ignored) this.heed(link, intake.copyOf(lane.lastOfBurst, stop));
    return stop;
  }
}
