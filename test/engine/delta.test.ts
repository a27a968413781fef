// Deltas through the ring, many levels at once, against Maps that take one level after the other.
import { compileKernel, type EngineKernel, startKernel } from "crosstick/internal/kernel/kernel";
import { createMemory, planMemory, viewsOf } from "crosstick/internal/kernel/memory";
import * as L from "crosstick/internal/layout";
import { RingWriter } from "crosstick/internal/ring/writer";
import { expect, test } from "vitest";
import { type Level, SideReference } from "../kernel/book-reference.js";
import { randomFrom, seed } from "../kernel/engine-kernel.js";

const module = compileKernel("engine");
const RING_RECORDS = 512;

/** A level of a message: side, price, size. */
type Change = [isAsk: boolean, price: number, size: number];

/** One engine with one book, and the Maps beside it. */
class Rig {
  readonly sides: SideReference[];
  private readonly plan;
  private readonly views;
  private readonly kernel: EngineKernel;
  private readonly writer: RingWriter;

  constructor(readonly levels: number) {
    this.sides = [new SideReference(false, levels), new SideReference(true, levels)];
    this.plan = planMemory({
      ...{ lanes: [1], ringRecords: RING_RECORDS, scratchBytes: 1024, instruments: 1, bookLevels: levels },
      ...{ vwapTrades: 8, windowBytes: 0, consumers: [] },
    });
    const memory = createMemory(this.plan);
    this.views = viewsOf(memory);
    this.kernel = startKernel<EngineKernel>(module, memory);
    const { engine, instruments, books, bookBytes, clocks, resync, lanes } = this.plan;
    const addresses: [number, number][] = [
      [L.ENGINE_MODE, L.ENGINE_MODE_REPLAY],
      [L.ENGINE_INSTRUMENTS_AT, instruments],
      [L.ENGINE_BOOKS_AT, books],
      [L.ENGINE_BOOK_BYTES, bookBytes],
      [L.ENGINE_CLOCKS_AT, clocks],
      [L.ENGINE_RESYNC_AT, resync],
    ];
    for (const [at, value] of addresses) this.views.u32[(engine + at) >> 2] = value;
    this.kernel.engineInit(engine);
    this.kernel.laneAdd(lanes[0].ring);
    this.kernel.instrumentInit(0, levels, L.VENUE_BINANCE, L.PRODUCT_SPOT, 0);
    this.kernel.clockInit(clocks);
    this.writer = new RingWriter(this.views, lanes[0].ring, engine);
  }

  /** One message: two levels of a side share a record where they follow each other, as decoders write them. */
  take(changes: readonly Change[], kind: number = L.KIND_DEPTH, flags = 0, lastFlags = 0): void {
    const records: Change[][] = [];
    for (const change of changes) {
      const open = records.at(-1);
      if (open?.length === 1 && open[0][0] === change[0]) open.push(change);
      else records.push([change]);
    }
    if (records.length === 0) records.push([]);
    records.forEach((levels, index) => {
      const [[isAsk, price, size] = [false, 0, 0], [, secondPrice, secondSize] = [false, 0, 0]] = levels;
      this.writer.control(kind, 0, 0, 1, 0, [price, size, secondPrice, secondSize]);
      const at = this.writer.at(-1);
      this.views.u8[at + L.RECORD_FLAGS] =
        (isAsk ? L.FLAG_ASK : 0) |
        (levels.length === 2 ? L.FLAG_SECOND : 0) |
        (levels.length === 0 ? L.FLAG_EMPTY : 0) |
        (index === 0 ? flags : 0) |
        (index === records.length - 1 ? L.FLAG_LAST | lastFlags : 0);
    });
    this.writer.publish();
    while (this.kernel.step(100) !== L.STEP_EMPTY);
  }

  /** The message to the engine and to the Maps, which know nothing of runs. */
  delta(changes: readonly Change[]): void {
    this.take(changes);
    for (const [isAsk, price, size] of changes)
      if (Number.isFinite(price) && Number.isFinite(size) && size >= 0) this.sides[Number(isAsk)].apply(price, size);
  }

  /** The engine's book is that of the Maps, whatever was dropped or is no longer known included. */
  expectSame(): void {
    const { books } = this.plan;
    const { u32, f64 } = this.views;
    for (const side of this.sides) {
      const isAsk = Number(side.isAsk);
      const kept = u32[(books + (side.isAsk ? L.BOOK_ASKS : L.BOOK_BIDS)) >> 2];
      const levels = Array.from(
        { length: kept },
        (_, n): Level => [this.kernel.bookPrice(books, isAsk, n), this.kernel.bookSize(books, isAsk, n)],
      );
      expect(levels).toEqual(side.sorted());
      expect(u32[(books + (side.isAsk ? L.BOOK_DROPPED_ASKS : L.BOOK_DROPPED_BIDS)) >> 2]).toBe(side.dropped);
      expect(f64[(books + (side.isAsk ? L.BOOK_TRUSTED_ASK : L.BOOK_TRUSTED_BID)) >> 3]).toBe(side.trusted);
    }
  }

  /** Nothing was written outside the book: what follows it, and what follows the list of changes. */
  expectWithin(): void {
    const { engine, books, bookBytes, instrumentCount } = this.plan;
    const { u8 } = this.views;
    expect(u8.subarray(books + bookBytes).every((byte) => byte === 0)).toBe(true);
    expect(u8.subarray(engine + L.ENGINE_HEADER_BYTES, instrumentCount).every((byte) => byte === 0)).toBe(true);
  }
}

const ORDERS = ["rising", "falling", "any", "mixed sides", "with repeats"] as const;

/** A message's levels around `centre`, in one of the orders. */
function changesOf(random: () => number, order: (typeof ORDERS)[number], width: number, removals: number): Change[] {
  const count = 1 + Math.floor(random() ** 3 * (random() < 0.1 ? 200 : 40));
  const centre = Math.floor(random() * 4) * 300;
  const side = (isAsk: boolean): Change[] => {
    const prices = Array.from({ length: count }, () => centre + Math.floor(random() * width));
    const chosen = order === "with repeats" ? prices : [...new Set(prices)];
    if (order === "rising") chosen.sort((a, b) => a - b);
    else if (order !== "any") chosen.sort((a, b) => b - a);
    return chosen.map((price): Change => [isAsk, price, random() < removals ? 0 : 1 + Math.floor(random() * 99)]);
  };
  const changes = random() < 0.2 ? side(random() < 0.5) : [...side(false), ...side(true)];
  if (order === "mixed sides") changes.sort(() => random() - 0.5);
  if (random() < 0.1) changes.push([true, Number.NaN, 1], [true, 5, -1], [false, Number.POSITIVE_INFINITY, 2]);
  return changes;
}

test("a delta's levels, in whatever order, lead to the book that one level after the other leads to", () => {
  const random = randomFrom(seed);
  for (const levels of [1, 5, 63, 64, 200, 700, 2048])
    for (let run = 0; run < 2; run++) {
      const rig = new Rig(levels);
      for (let message = 0; message < 120; message++) {
        const order = ORDERS[Math.floor(random() * ORDERS.length)];
        const removals = [0.2, 0.5, 0.9][Math.floor(message / 30) % 3];
        rig.delta(changesOf(random, order, [20, 300, 1200][message % 3], removals));
        rig.expectSame();
      }
      rig.expectWithin();
    }
});

test("more levels come than are noted at once, at either end, into a side that grows full", () => {
  for (const direction of [1, -1])
    for (const levels of [64, 150, 400]) {
      const rig = new Rig(levels);
      const ladder = (from: number, count: number): Change[] =>
        [false, true].flatMap((isAsk) =>
          Array.from({ length: count }, (_, n): Change => [isAsk, 1000 + direction * (from + n), 1 + n]),
        );
      for (const [from, count] of [
        [0, 1],
        [1, 65],
        [66, 64],
        [130, 140],
      ]) {
        rig.delta(ladder(from, count));
        rig.expectSame();
      }
      rig.delta(ladder(40, 100).map(([isAsk, price]): Change => [isAsk, price, 0]));
      rig.expectSame();
    }
});

test("a delta without a level changes nothing, and one while a snapshot loads is part of it", () => {
  const rig = new Rig(100);
  rig.delta([
    [false, 10, 1],
    [true, 11, 1],
  ]);
  rig.take([]);
  rig.expectSame();
  rig.take([[false, 20, 2]], L.KIND_SNAPSHOT, L.FLAG_BEGIN);
  for (const side of rig.sides) side.clear();
  rig.sides[0].apply(20, 2);
  rig.delta([
    [false, 19, 3],
    [false, 20, 0],
    [true, 21, 4],
  ]);
  rig.take([[true, 22, 5]], L.KIND_SNAPSHOT, 0, L.FLAG_END);
  rig.sides[1].apply(22, 5);
  rig.expectSame();
});
