// The proof by checksum, with a venue that only this test knows: its checksum is the number of levels seen.
import { BookKeeper } from "crosstick/internal/feed/book-keeper";
import { LaneRing } from "crosstick/internal/feed/lane-ring";
import type { LaneSymbols } from "crosstick/internal/feed/lane-symbols";
import { createMemory, planMemory, viewsOf } from "crosstick/internal/kernel/memory";
import * as L from "crosstick/internal/layout";
import { RingReader } from "crosstick/internal/ring/reader";
import { type BookWitness, VERDICT, type Venue, type WitnessedMessage } from "crosstick/internal/venues/venue";
import { expect, test } from "vitest";

interface Made {
  asked: WitnessedMessage[];
  witnesses: number;
}

/** Says yes while the checksum is the number of messages it has seen; two levels fall off with each delta. */
function witness(made: Made): BookWitness {
  made.witnesses++;
  let seen = 0;
  return {
    check: (message) => {
      made.asked.push(message);
      return message.checksum === ++seen;
    },
    fallen: () => [
      { isAsk: false, price: 7 },
      { isAsk: true, price: 9 },
    ],
  };
}

function feed() {
  const plan = planMemory({
    ...{ lanes: [1], ringRecords: 64, scratchBytes: 4096, instruments: 4, bookLevels: 16, vwapTrades: 1 },
    ...{ windowBytes: 0, consumers: [] },
  });
  const views = viewsOf(createMemory(plan));
  const [{ lane: header, ring: address, scratches }] = plan.lanes;
  const made: Made = { asked: [], witnesses: 0 };
  const rule = { unnumbered: true, bridged: false, next: () => VERDICT.apply, bridge: () => VERDICT.gap };
  const venue = { integrity: () => rule, witness: () => witness(made) } as unknown as Venue;
  const ring = new LaneRing(views, header, address, 0);
  const keeper = new BookKeeper(ring, venue, { productOf: () => "spot" } as unknown as LaneSymbols);
  const reader = new RingReader(views, address);
  const text = new TextEncoder().encode('{"a":1}');
  views.u8.set(text, scratches[0]);

  /** A message of one record as the decoder leaves it; a checksum of NaN for none. */
  function message(messageClass: number, checksum: number, instrument = 0): void {
    const at = ring.writer.at(0);
    views.u8.fill(0, at, at + L.RECORD_BYTES);
    views.u8[at + L.RECORD_KIND] = messageClass === L.CLASS_SNAPSHOT ? L.KIND_SNAPSHOT : L.KIND_DEPTH;
    views.u8[at + L.RECORD_FLAGS] = L.FLAG_LAST | L.FLAG_ASK;
    views.u16[(at + L.RECORD_INSTRUMENT) >> 1] = instrument;
    views.f64[(at + L.RECORD_EXCHANGE_TIME_US) >> 3] = 5;
    views.u32[(header + L.MESSAGE_CLASS) >> 2] = messageClass;
    views.u32[(header + L.MESSAGE_INSTRUMENT) >> 2] = instrument;
    views.u32[(header + L.MESSAGE_DEPTH) >> 2] = 10;
    views.u32[(header + L.MESSAGE_FRAME_AT) >> 2] = scratches[0];
    views.u32[(header + L.MESSAGE_FRAME_END) >> 2] = scratches[0] + text.length;
    views.u32[(header + L.MESSAGE_HAS_CHECKSUM) >> 2] = Number.isNaN(checksum) ? 0 : 1;
    views.f64[(header + L.MESSAGE_CHECKSUM) >> 3] = checksum;
    views.f64[(header + L.MESSAGE_LAST_ID) >> 3] = Number.NaN;
    keeper.accept(1);
    ring.writer.publish();
  }

  /** [kind, flags, first payload words] of what the ring holds. */
  function read(): number[][] {
    const seen: number[][] = [];
    reader.drain((at) => {
      const payload = [...views.f64.subarray((at + L.RECORD_PAYLOAD) >> 3, ((at + L.RECORD_PAYLOAD) >> 3) + 3)];
      seen.push([views.u8[at + L.RECORD_KIND], views.u8[at + L.RECORD_FLAGS], ...payload]);
    }, Number.POSITIVE_INFINITY);
    return seen;
  }
  const state = (instrument = 0) => [keeper.bookOf(instrument).state, keeper.bookOf(instrument).reason];
  return { keeper, ring, made, message, read, state };
}

const live = [L.STATE_LIVE, L.REASON_NONE];
const disproved = [L.STATE_GAP, L.REASON_CHECKSUM];

test("a snapshot and its deltas are proved before they are taken; what falls off the end is removed with the delta", () => {
  const { made, message, read, state } = feed();
  message(L.CLASS_SNAPSHOT, 1);
  expect(state()).toEqual(live);
  expect(made.asked[0]).toEqual({ frame: '{"a":1}', part: 0, isSnapshot: true, checksum: 1, depth: 10 });
  expect(read().map(([kind]) => kind)).toEqual([L.KIND_SNAPSHOT, L.KIND_BOOK_STATE]);
  message(L.CLASS_DELTA, 2);
  expect(read()).toEqual([
    [L.KIND_DEPTH, L.FLAG_ASK, 0, 0, 0],
    [L.KIND_DEPTH, 0, 7, 0, 0],
    [L.KIND_DEPTH, L.FLAG_ASK | L.FLAG_LAST, 9, 0, 0],
  ]);
  expect(made.witnesses).toBe(1);
});

test("a delta that is disproved is not taken: a gap, and the next snapshot begins with a new witness", () => {
  const { keeper, made, message, read, state } = feed();
  message(L.CLASS_SNAPSHOT, 1);
  read();
  message(L.CLASS_DELTA, 3);
  expect(state()).toEqual(disproved);
  expect(read()).toEqual([[L.KIND_GAP, L.FLAG_LAST, Number.NaN, Number.NaN, L.REASON_CHECKSUM]]);
  expect(keeper.bookOf(0).witness).toBeNull();
  message(L.CLASS_DELTA, 3);
  expect(read(), "nothing is taken until the snapshot").toEqual([]);
  message(L.CLASS_SNAPSHOT, 2);
  expect(state(), "a snapshot that is wrong itself").toEqual(disproved);
  expect(read().map(([kind]) => kind)).toEqual([L.KIND_GAP]);
  message(L.CLASS_SNAPSHOT, 1);
  expect([state(), made.witnesses]).toEqual([live, 3]);
});

test("after a message without a checksum the witness knows the book no longer, and is not asked", () => {
  const { made, message, state } = feed();
  message(L.CLASS_SNAPSHOT, 1);
  message(L.CLASS_DELTA, Number.NaN);
  message(L.CLASS_DELTA, 99);
  expect([state(), made.asked.length]).toEqual([live, 1]);
});

test("suspended books forget their witness", () => {
  const { keeper, message } = feed();
  message(L.CLASS_SNAPSHOT, 1);
  keeper.suspend([0], L.STATE_SYNCING, L.REASON_DISCONNECTED);
  expect(keeper.bookOf(0).witness).toBeNull();
});

test("where nothing is numbered, a refused frame costs its book, or every book when nobody knows whose it was", () => {
  const { keeper, message, read, state } = feed();
  for (const instrument of [0, 1, 2]) message(L.CLASS_SNAPSHOT, 1, instrument);
  read();
  keeper.doubt(1);
  expect([state(0), state(1), state(2)]).toEqual([live, [L.STATE_GAP, L.REASON_REJECTED_FRAME], live]);
  keeper.doubt(L.INSTRUMENT_NONE);
  expect([state(0), state(2)]).toEqual([
    [L.STATE_GAP, L.REASON_REJECTED_FRAME],
    [L.STATE_GAP, L.REASON_REJECTED_FRAME],
  ]);
});

test("a message leaves room for the removals that its proof may add", () => {
  const { keeper, ring, message } = feed();
  message(L.CLASS_SNAPSHOT, 1);
  const free = ring.writer.free(64);
  expect(keeper.room(free, false) * 3).toBeLessThanOrEqual(free);
});
