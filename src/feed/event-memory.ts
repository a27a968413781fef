import type { Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import type { RingWriter } from "../ring/writer.js";

/** Events kept: far more than two connections can be apart. A power of two. */
const EVENTS = 4096;
/** Words of a record that make the event: kind and flags, instrument, venue's time, id, payload. */
const WORDS = 13;

/**
 * Trades and liquidations that came while two connections of a lane overlapped, so that what both bring
 * counts once. A trade is the same by its id and content; where there is no id, by its time and content.
 */
export class EventMemory {
  private readonly views: Views;
  private readonly events = new Uint32Array(EVENTS * WORDS);
  private count = 0;

  constructor(views: Views) {
    this.views = views;
  }

  /** Whether the record at `at` is new; it is remembered. */
  isNew(at: number): boolean {
    const { u8, u16, u32 } = this.views;
    const kind = u8[at + L.RECORD_KIND];
    // Whether it ends its message is no part of the event.
    const flags = u8[at + L.RECORD_FLAGS] & ~L.FLAG_LAST;
    const word = at >> 2;
    const sequence = word + (L.RECORD_SEQUENCE >> 2);
    const numbered = u32[sequence] !== 0 || u32[sequence + 1] !== 0;
    const time = word + (L.RECORD_EXCHANGE_TIME_US >> 2);
    const slot = (this.count & (EVENTS - 1)) * WORDS;
    const { events } = this;
    events[slot] = (kind << 8) | flags | (u16[(at + L.RECORD_INSTRUMENT) >> 1] << 16);
    // The time of sending may differ between connections.
    events[slot + 1] = numbered ? 0 : u32[time];
    events[slot + 2] = numbered ? 0 : u32[time + 1];
    for (let i = 0; i < 10; i++) events[slot + 3 + i] = u32[sequence + i];
    const kept = Math.min(this.count, EVENTS - 1);
    for (let back = 1; back <= kept; back++) {
      const other = ((this.count - back) & (EVENTS - 1)) * WORDS;
      let same = true;
      for (let i = 0; i < WORDS && same; i++) same = events[slot + i] === events[other + i];
      if (same) return false;
    }
    this.count++;
    return true;
  }
}

/** Leaves trades and liquidations out of a message past the cursor that another connection has brought; records left. */
export function withoutRepeats(events: EventMemory, { u8 }: Views, writer: RingWriter, count: number): number {
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const at = writer.at(i);
    const kind = u8[at + L.RECORD_KIND];
    if ((kind === L.KIND_TRADE || kind === L.KIND_LIQUIDATION) && !events.isNew(at)) continue;
    const to = writer.at(kept++);
    if (to !== at) u8.copyWithin(to, at, at + L.RECORD_BYTES);
  }
  if (kept > 0) u8[writer.at(kept - 1) + L.RECORD_FLAGS] |= L.FLAG_LAST;
  return kept;
}
