import type { CrosstickError } from "../errors.js";
import type { Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import type { Lane } from "./lane.js";
import { LineInput, NEXT_END, NEXT_FRAME, NEXT_LATER, NEXT_REFUSED, type ReplayInput } from "./replay-input.js";

export const PUMP_PROGRESS = 0;
/** An input has nothing yet. */
export const PUMP_INPUT = 1;
/** The ring is full. */
export const PUMP_FULL = 2;
/** The next frame is not due at the speed of the replay. */
export const PUMP_EARLY = 3;
export const PUMP_DONE = 4;

interface Slot {
  input: ReplayInput;
  loaded: boolean;
  ended: boolean;
}

/** The recordings of one lane, merged by (receive time as stored, input, line), into the lane. */
export class ReplayLane {
  /** Receive time of the frame that is next, µs; NaN before any and at the end. */
  nextUs = Number.NaN;
  done = false;
  private readonly views: Views;
  private readonly lane: Lane;
  private readonly slots: Slot[];
  /** The slot whose frame a full ring turned away. */
  private turnedAway: Slot | null = null;
  /** The only input, where that is one of lines: nothing has to be merged, and many are taken at once. */
  private readonly lines: LineInput | null;

  constructor(views: Views, lane: Lane, inputs: readonly ReplayInput[]) {
    this.views = views;
    this.lane = lane;
    this.slots = inputs.map((input) => ({ input, loaded: false, ended: false }));
    const [first, second] = inputs;
    this.lines = second === undefined && first instanceof LineInput ? first : null;
  }

  get damages(): CrosstickError[] {
    return this.slots.flatMap(({ input }) => (input.damage === null ? [] : [input.damage]));
  }

  /** Resolves when an input that had nothing may have something. */
  ready(): Promise<void> {
    const waiting = this.slots.filter(({ loaded, ended }) => !loaded && !ended);
    return Promise.race(waiting.map(({ input }) => input.ready()));
  }

  /**
   * Hot: puts up to `budget` frames into the ring, those received up to `untilUs`, and publishes once.
   * Returns PUMP_*.
   */
  pump(budget: number, untilUs: number): number {
    const result = this.run(budget, untilUs);
    this.lane.writer.publish();
    return result;
  }

  private run(budget: number, untilUs: number): number {
    const { lines } = this;
    for (; budget > 0; budget--) {
      if (lines !== null && this.turnedAway === null && untilUs === Number.POSITIVE_INFINITY) {
        const { frames } = this.lane.counts;
        if (!this.burst(lines, budget)) return PUMP_FULL;
        budget -= this.lane.counts.frames - frames;
        if (budget <= 0) break;
      }
      const slot = this.turnedAway ?? this.pick();
      if (slot === null) return this.finish();
      if (slot === undefined) return PUMP_INPUT;
      const { input } = slot;
      this.nextUs = input.receivedUs;
      if (input.receivedUs > untilUs) return PUMP_EARLY;
      this.turnedAway = null;
      this.describe(input);
      if (input.product === null) {
        this.lane.counts.frames++;
        this.lane.reject(L.REJECT_WRONG_PRODUCT);
      } else {
        this.lane.setProduct(input.product);
        if (!this.lane.frame(input.symbol)) {
          this.turnedAway = slot;
          return PUMP_FULL;
        }
      }
      slot.loaded = false;
    }
    return PUMP_PROGRESS;
  }

  /** Hot: as many lines as can be taken at once, and the one at which that ended. False: the ring is full. */
  private burst(lines: LineInput, most: number): boolean {
    const [slot] = this.slots;
    if (slot.loaded || slot.ended) return true;
    lines.burst(this.lane, most);
    const decoded = this.lane.unsettled;
    if (Number.isNaN(decoded)) return true;
    lines.load();
    // With more room it may be another answer.
    if (this.lane.frame(null, decoded === L.NEED_SPACE ? null : decoded)) return true;
    slot.loaded = true;
    this.turnedAway = slot;
    return false;
  }

  /** Tells the merge that nothing comes before the frame that is next. */
  announce(): void {
    const slot = this.turnedAway ?? this.pick();
    if (slot) this.lane.watermark(slot.input.receivedUs, slot.input.nanos, slot.input.source);
  }

  close(): void {
    for (const { input } of this.slots) input.close();
  }

  /** Hot: the slot whose frame is next; null at the end of all, undefined while one has nothing yet. */
  private pick(): Slot | null | undefined {
    let first: Slot | null = null;
    let missing = false;
    for (const slot of this.slots) {
      if (slot.ended) continue;
      // All are loaded before one is missed, so that ready() waits for nothing that is there already.
      if (!slot.loaded && !this.load(slot)) missing ||= !slot.ended;
      else if (first === null || comesBefore(slot.input, first.input)) first = slot;
    }
    return missing ? undefined : first;
  }

  private load(slot: Slot): boolean {
    for (;;) {
      const result = slot.input.next();
      if (result === NEXT_FRAME) {
        slot.loaded = true;
        return true;
      }
      if (result === NEXT_LATER) return false;
      if (result === NEXT_END) {
        slot.ended = true;
        return false;
      }
      if (result === NEXT_REFUSED) {
        this.lane.counts.frames++;
        this.lane.reject(slot.input.refusal);
      }
    }
  }

  /** Hot: the frame's place and stamps, for the decoder. */
  private describe(input: ReplayInput): void {
    const { u32, f64 } = this.views;
    const at = this.lane.header;
    f64[(at + L.MESSAGE_RECEIVED_TIME_US) >> 3] = input.receivedUs;
    u32[(at + L.MESSAGE_RECEIVED_NANOS) >> 2] = input.nanos;
    u32[(at + L.MESSAGE_SOURCE) >> 2] = input.source;
    u32[(at + L.MESSAGE_FRAME_AT) >> 2] = input.frameAt;
    u32[(at + L.MESSAGE_FRAME_END) >> 2] = input.frameEnd;
  }

  private finish(): number {
    if (!this.lane.finish()) return PUMP_FULL;
    this.done = true;
    this.nextUs = Number.NaN;
    this.close();
    return PUMP_DONE;
  }
}

/** Inputs stand in the order of their source index, so equal times keep the earlier one. */
function comesBefore(a: ReplayInput, b: ReplayInput): boolean {
  if (a.receivedUs !== b.receivedUs) return a.receivedUs < b.receivedUs;
  return a.nanos < b.nanos;
}
