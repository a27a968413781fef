import { deserialize, serialize } from "node:v8";
import { CrosstickError, EXIT } from "../errors.js";
import type { MemoryPlan, Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import type { Host } from "./host.js";
import type { OutcomesState } from "./outcomes.js";
import type { StrategyState } from "./strategy-runner.js";

/**
 * A checkpoint: the engine's whole state between two messages, so that a journal can be run again from
 * the middle to the same bytes. u32 magic, u32 length of the description, the description
 * (v8.serialize), then the ranges of shared memory that it lists, one after the other.
 */
const MAGIC = 0x504b4354; // TCKP
const HEAD_BYTES = 8;

/** Parts of the memory plan that hold engine state; offsets in them are the same in every run. */
const REGIONS = ["identities", "instruments", "books", "vwaps", "clocks", "windows"] as const;
type Region = (typeof REGIONS)[number];

/** Bytes of a region, in the order of the checkpoint's data. */
interface Range {
  region: Region;
  offset: number;
  length: number;
}

interface Description {
  layout: number;
  /** Sizes that give the regions their shape. */
  bookLevels: number;
  vwapBytes: number;
  timeUs: number;
  nextGridUs: number;
  records: number;
  messages: number;
  /** Instruments in the order in which the engine learned of them. */
  announced: number[];
  ranges: Range[];
  strategies: { name: string; state: StrategyState }[];
  /** Entries that are followed, and what is known of earlier ones; absent in journals of before they were. */
  outcomes?: OutcomesState;
}

/** Copies the engine's state out. Engine thread, between two steps. */
export function captureCheckpoint(host: Host, views: Views, plan: MemoryPlan): ArrayBuffer {
  const { f64 } = views;
  const header = plan.engine;
  const ranges = rangesOf(host, views, plan);
  const description: Description = {
    layout: L.LAYOUT_VERSION,
    bookLevels: plan.sizes.bookLevels,
    vwapBytes: plan.vwapBytes,
    timeUs: f64[(header + L.ENGINE_TIME_US) >> 3],
    nextGridUs: f64[(header + L.ENGINE_NEXT_GRID_US) >> 3],
    records: f64[(header + L.ENGINE_RECORDS) >> 3],
    messages: f64[(header + L.ENGINE_MESSAGES) >> 3],
    announced: [...host.announced],
    ranges,
    strategies: host.runners.map((runner) => ({ name: runner.spec.name, state: runner.save() })),
    outcomes: host.outcomes.save(),
  };
  const text = serialize(description);
  const data = ranges.reduce((sum, { length }) => sum + length, 0);
  const checkpoint = new Uint8Array(HEAD_BYTES + text.length + data);
  new DataView(checkpoint.buffer).setUint32(0, MAGIC, true);
  new DataView(checkpoint.buffer).setUint32(4, text.length, true);
  checkpoint.set(text, HEAD_BYTES);
  let at = HEAD_BYTES + text.length;
  for (const { region, offset, length } of ranges) {
    checkpoint.set(views.u8.subarray(plan[region] + offset, plan[region] + offset + length), at);
    at += length;
  }
  return checkpoint.buffer;
}

/**
 * Puts a checkpoint's state in the place of a fresh engine's; the strategies must have been created.
 * @throws JOURNAL_CHECKPOINT when it is none, or of an engine with other sizes or other strategies.
 */
export function restoreCheckpoint(bytes: ArrayBuffer, host: Host, views: Views, plan: MemoryPlan): void {
  const { description, data } = read(bytes);
  const { bookLevels } = plan.sizes;
  refuseUnless(
    description.layout === L.LAYOUT_VERSION,
    `layout ${description.layout}, this program ${L.LAYOUT_VERSION}`,
  );
  refuseUnless(description.bookLevels === bookLevels, `books of ${description.bookLevels} levels, here ${bookLevels}`);
  refuseUnless(description.vwapBytes === plan.vwapBytes, "VWAP windows of another size");
  const names = description.strategies.map(({ name }) => name).join(", ");
  const here = host.runners.map(({ spec }) => spec.name).join(", ");
  refuseUnless(names === here, `strategies ${names || "(none)"}, here ${here || "(none)"}`);
  refuseUnless(
    description.announced.every((index) => index < plan.sizes.instruments),
    "more instruments than memory.instruments",
  );
  let at = 0;
  for (const { region, offset, length } of description.ranges) {
    views.u8.set(data.subarray(at, at + length), plan[region] + offset);
    at += length;
  }
  for (const index of description.announced) host.adoptInstrument(index);
  Atomics.store(views.u32, plan.instrumentCount >> 2, Math.max(0, ...description.announced.map((index) => index + 1)));
  description.strategies.forEach(({ state }, i) => {
    host.runners[i].restore(state);
  });
  host.restoreSpreads();
  if (description.outcomes !== undefined) host.outcomes.restore(description.outcomes);
  const { f64 } = views;
  f64[(plan.engine + L.ENGINE_TIME_US) >> 3] = description.timeUs;
  f64[(plan.engine + L.ENGINE_NEXT_GRID_US) >> 3] = description.nextGridUs;
  f64[(plan.engine + L.ENGINE_RECORDS) >> 3] = description.records;
  f64[(plan.engine + L.ENGINE_MESSAGES) >> 3] = description.messages;
}

function rangesOf(host: Host, views: Views, plan: MemoryPlan): Range[] {
  const ranges: Range[] = [
    { region: "clocks", offset: 0, length: L.VENUES_MAXIMUM * L.CLOCK_STATE_BYTES },
    { region: "windows", offset: 0, length: host.windows.used },
  ];
  for (const index of host.announced) {
    ranges.push({ region: "identities", offset: index * L.IDENTITY_BYTES, length: L.IDENTITY_BYTES });
    ranges.push({ region: "instruments", offset: index * L.INSTRUMENT_BYTES, length: L.INSTRUMENT_BYTES });
    ranges.push({ region: "vwaps", offset: index * plan.vwapBytes, length: plan.vwapBytes });
    ranges.push(...bookRanges(index, views, plan));
  }
  return ranges;
}

/** The levels that a book has; all of its arrays while a snapshot is being loaded. */
function bookRanges(index: number, views: Views, plan: MemoryPlan): Range[] {
  const { u32 } = views;
  const offset = index * plan.bookBytes;
  const book = plan.books + offset;
  if (u32[(book + L.BOOK_LOADING) >> 2] !== 0) return [{ region: "books", offset, length: plan.bookBytes }];
  const column = plan.sizes.bookLevels * 8;
  const ranges: Range[] = [{ region: "books", offset, length: L.BOOK_HEADER_BYTES }];
  for (const side of [0, 1]) {
    const count = u32[(book + (side === 0 ? L.BOOK_BIDS : L.BOOK_ASKS)) >> 2];
    const first = u32[(book + (side === 0 ? L.BOOK_FIRST_BID : L.BOOK_FIRST_ASK)) >> 2];
    const prices = offset + L.BOOK_HEADER_BYTES + side * 2 * column + first * 8;
    ranges.push({ region: "books", offset: prices, length: count * 8 });
    ranges.push({ region: "books", offset: prices + column, length: count * 8 });
  }
  return ranges;
}

function read(bytes: ArrayBuffer): { description: Description; data: Uint8Array } {
  const view = new DataView(bytes);
  refuseUnless(bytes.byteLength > HEAD_BYTES && view.getUint32(0, true) === MAGIC, "no checkpoint");
  const length = view.getUint32(4, true);
  const description = deserialize(new Uint8Array(bytes, HEAD_BYTES, length)) as Description;
  return { description, data: new Uint8Array(bytes, HEAD_BYTES + length) };
}

function refuseUnless(holds: boolean, difference: string): void {
  if (holds) return;
  throw new CrosstickError(
    "JOURNAL_CHECKPOINT",
    `Cannot begin at this checkpoint: it has ${difference}. Replay from the journal's beginning, or with its own configuration`,
    { exitCode: EXIT.configuration },
  );
}
