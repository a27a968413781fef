// Entry point of the engine side: takes records from the rings in order, keeps books and numbers,
// copies what happened to the publication rings, and stops where TypeScript has something to decide.

import * as L from "../src/layout";
import { clockRead, clockSample } from "./clock";
import { deltaApply, deltaInit } from "./delta";
import { instrumentInit as initInstrument, instrumentApply } from "./instrument";

export * from "./book";
export * from "./clock";
export * from "./depth-walk";
export * from "./snapshot";
export * from "./spread";
export * from "./spreads";
export * from "./vwap";
export * from "./window";
export * from "./zscore";
export { correlationInit, correlationMatrix, correlationOf, correlationPush } from "./correlation";
export { kalmanInit, kalmanPush, windowHedge } from "./hedge";

export const LAYOUT: i32 = L.LAYOUT_VERSION;

// Addresses of this engine's regions, copied from its header by engineInit: per instance, one engine an instance.
let header: u32 = 0;
let instruments: u32 = 0;
let books: u32 = 0;
let bookBytes: u32 = 0;
let clocks: u32 = 0;
let resync: u32 = 0;
let firstLane: u32 = 0;

/** Reads the addresses that the wiring wrote into the engine's header. Once, before anything else. */
export function engineInit(engine: u32): void {
  header = engine;
  instruments = load<u32>(engine, L.ENGINE_INSTRUMENTS_AT);
  books = load<u32>(engine, L.ENGINE_BOOKS_AT);
  bookBytes = load<u32>(engine, L.ENGINE_BOOK_BYTES);
  clocks = load<u32>(engine, L.ENGINE_CLOCKS_AT);
  resync = load<u32>(engine, L.ENGINE_RESYNC_AT);
  deltaInit(engine + L.ENGINE_CHANGES);
  store<f64>(engine, NaN, L.ENGINE_TIME_US);
  store<f64>(engine, Infinity, L.ENGINE_NEXT_GRID_US);
}

/** Readies the state and the book of a new instrument. */
export function instrumentInit(index: u32, levels: u32, venue: u32, product: u32, sharedSequence: u32): void {
  initInstrument(instruments + index * L.INSTRUMENT_BYTES, books + index * bookBytes, levels, venue, product, sharedSequence);
}

// @ts-ignore: decorator
@inline
function laneAt(index: u32): u32 {
  return header + L.ENGINE_LANE_TABLE + index * L.ENGINE_LANE_BYTES;
}

// @ts-ignore: decorator
@inline
function recordAt(lane: u32, cursor: u32): u32 {
  return load<u32>(lane, L.ENGINE_LANE_BASE) + ((cursor & load<u32>(lane, L.ENGINE_LANE_MASK)) << L.RECORD_SHIFT);
}

/** Adds a ring to the engine's table. */
export function laneAdd(ring: u32): void {
  const index = load<u32>(header, L.ENGINE_LANES);
  const lane = laneAt(index);
  store<u32>(lane, ring, L.ENGINE_LANE_RING);
  store<u32>(lane, ring + L.RING_HEADER_BYTES, L.ENGINE_LANE_BASE);
  store<u32>(lane, load<u32>(ring, L.RING_CAPACITY) - 1, L.ENGINE_LANE_MASK);
  const tail = atomic.load<u32>(ring, L.RING_TAIL);
  store<u32>(lane, tail, L.ENGINE_LANE_HEAD);
  store<u32>(lane, tail, L.ENGINE_LANE_TAIL);
  store<u32>(lane, tail, L.ENGINE_LANE_RELEASED);
  store<u32>(lane, 0, L.ENGINE_LANE_DONE);
  store<u32>(header, index + 1, L.ENGINE_LANES);
}

/** Gives what was read back to the writer of a lane, and wakes it when it sleeps for room. */
function release(lane: u32): void {
  const tail = load<u32>(lane, L.ENGINE_LANE_TAIL);
  if (tail == load<u32>(lane, L.ENGINE_LANE_RELEASED)) return;
  store<u32>(lane, tail, L.ENGINE_LANE_RELEASED);
  const ring = load<u32>(lane, L.ENGINE_LANE_RING);
  atomic.store<u32>(ring, tail, L.RING_TAIL); // publish: the writer may overwrite what lies before it
  if (atomic.load<u32>(ring, L.RING_WRITER_WAITING)) atomic.notify(ring + L.RING_TAIL, 1);
}

/** 1 when a lane that was empty has a record or has been closed since. */
export function hasNews(): i32 {
  const lanes = load<u32>(header, L.ENGINE_LANES);
  for (let index: u32 = 0; index < lanes; index++) {
    const lane = laneAt(index);
    // A lane that has records already is not what the engine waits for.
    const waits = load<u32>(lane, L.ENGINE_LANE_TAIL) == load<u32>(lane, L.ENGINE_LANE_HEAD);
    if (!waits || load<u32>(lane, L.ENGINE_LANE_DONE)) continue;
    const ring = load<u32>(lane, L.ENGINE_LANE_RING);
    if (atomic.load<u32>(ring, L.RING_CLOSED)) return 1;
    if (atomic.load<u32>(ring, L.RING_HEAD) != load<u32>(lane, L.ENGINE_LANE_HEAD)) return 1;
  }
  return 0;
}

/** Brings what is known of every venue's clock up to date, for whoever reads it without asking. */
export function clocksRead(): void {
  for (let venue = 0; venue < L.VENUES_MAXIMUM; venue++) clockRead(clocks + u32(venue) * L.CLOCK_STATE_BYTES);
}

/** Gives everything read so far back to the writers. */
export function releaseAll(): void {
  const lanes = load<u32>(header, L.ENGINE_LANES);
  for (let index: u32 = 0; index < lanes; index++) release(laneAt(index));
}

/** Hot: 1 when the lane has a record, 0 when it may get one, -1 when it is closed and empty. */
// @ts-ignore: decorator
@inline
function hasRecord(lane: u32): i32 {
  if (load<u32>(lane, L.ENGINE_LANE_TAIL) != load<u32>(lane, L.ENGINE_LANE_HEAD)) return 1;
  return refresh(lane);
}

function refresh(lane: u32): i32 {
  if (load<u32>(lane, L.ENGINE_LANE_DONE)) return -1;
  const ring = load<u32>(lane, L.ENGINE_LANE_RING);
  // Closed is read before the head: what was published before closing is then visible.
  const closed = atomic.load<u32>(ring, L.RING_CLOSED);
  const head = atomic.load<u32>(ring, L.RING_HEAD);
  store<u32>(lane, head, L.ENGINE_LANE_HEAD);
  if (head != load<u32>(lane, L.ENGINE_LANE_TAIL)) return 1;
  if (!closed) return 0;
  store<u32>(lane, 1, L.ENGINE_LANE_DONE);
  return -1;
}

/** Hot: whether record a comes before record b: receive time as stored, then input index. */
// @ts-ignore: decorator
@inline
function comesBefore(a: u32, b: u32): bool {
  const timeA = load<f64>(a, L.RECORD_RECEIVED_TIME_US);
  const timeB = load<f64>(b, L.RECORD_RECEIVED_TIME_US);
  if (timeA != timeB) return timeA < timeB;
  const nanosA = load<u16>(a, L.RECORD_RECEIVED_NANOS);
  const nanosB = load<u16>(b, L.RECORD_RECEIVED_NANOS);
  if (nanosA != nanosB) return nanosA < nanosB;
  return load<u16>(a, L.RECORD_SOURCE) < load<u16>(b, L.RECORD_SOURCE);
}

/** Hot: 64 bytes, without the call into C that memory.copy is. */
// @ts-ignore: decorator
@inline
function copyRecord(to: u32, from: u32): void {
  for (let at = 0; at < L.RECORD_BYTES; at += 16) v128.store(to + u32(at), v128.load(from + u32(at)));
}

/**
 * Copies a record to every publication ring; a full one counts the loss. A strict ring (journal) takes
 * nothing more after a loss until a checkpoint shows where the hole is.
 */
function publish(record: u32, isLast: bool): void {
  const consumers = load<u32>(header, L.ENGINE_CONSUMERS);
  for (let index: u32 = 0; index < consumers; index++) {
    const ring = load<u32>(header + L.ENGINE_CONSUMER_RINGS + (index << 2));
    // The writer's private cursor lives in the line that only it writes.
    const cursor = load<u32>(ring, L.RING_PRIVATE);
    const capacity = load<u32>(ring, L.RING_CAPACITY);
    if (cursor - atomic.load<u32>(ring, L.RING_TAIL) >= capacity) store<u32>(ring, 1, L.RING_OVERFLOWING);
    if (load<u32>(ring, L.RING_OVERFLOWING)) {
      // Whole messages are dropped: back to where this one began, and the rest of it is skipped.
      store<u32>(ring, load<u32>(ring, L.RING_DROPPED_RECORDS) + 1, L.RING_DROPPED_RECORDS);
      if (isLast) {
        const begun = load<u32>(ring, L.RING_MESSAGE_BEGIN);
        store<u32>(ring, load<u32>(ring, L.RING_DROPPED_RECORDS) + (cursor - begun), L.RING_DROPPED_RECORDS);
        store<u32>(ring, load<u32>(ring, L.RING_DROPPED_MESSAGES) + 1, L.RING_DROPPED_MESSAGES);
        store<u32>(ring, begun, L.RING_PRIVATE);
        if (!load<u32>(ring, L.RING_STRICT)) store<u32>(ring, 0, L.RING_OVERFLOWING);
      }
      continue;
    }
    copyRecord(ring + L.RING_HEADER_BYTES + ((cursor & (capacity - 1)) << L.RECORD_SHIFT), record);
    store<u32>(ring, cursor + 1, L.RING_PRIVATE);
    if (isLast) store<u32>(ring, cursor + 1, L.RING_MESSAGE_BEGIN);
  }
}

/**
 * Puts the mark of a checkpoint into one ring, with what was lost since the last one, and takes the ring's
 * messages again. Between two steps only. 0 when there is no room for it yet.
 */
export function publishCheckpoint(ring: u32, lostMessages: f64, lostRecords: f64): i32 {
  const cursor = load<u32>(ring, L.RING_PRIVATE);
  const capacity = load<u32>(ring, L.RING_CAPACITY);
  if (cursor - atomic.load<u32>(ring, L.RING_TAIL) >= capacity) return 0;
  const record = ring + L.RING_HEADER_BYTES + ((cursor & (capacity - 1)) << L.RECORD_SHIFT);
  memory.fill(record, 0, L.RECORD_BYTES);
  store<u8>(record, L.KIND_CHECKPOINT, L.RECORD_KIND);
  store<u8>(record, L.FLAG_LAST, L.RECORD_FLAGS);
  store<u16>(record, L.INSTRUMENT_NONE, L.RECORD_INSTRUMENT);
  store<f64>(record, NaN, L.RECORD_EXCHANGE_TIME_US);
  store<f64>(record, load<f64>(header, L.ENGINE_TIME_US), L.RECORD_RECEIVED_TIME_US);
  store<f64>(record, lostMessages, L.CHECKPOINT_LOST_MESSAGES);
  store<f64>(record, lostRecords, L.CHECKPOINT_LOST_RECORDS);
  store<u32>(ring, cursor + 1, L.RING_PRIVATE);
  store<u32>(ring, cursor + 1, L.RING_MESSAGE_BEGIN);
  store<u32>(ring, 0, L.RING_OVERFLOWING);
  return 1;
}

/** Nothing will follow what was published: consumers see the end. */
export function closeConsumers(): void {
  publishAll();
  const consumers = load<u32>(header, L.ENGINE_CONSUMERS);
  for (let index: u32 = 0; index < consumers; index++)
    atomic.store<u32>(load<u32>(header + L.ENGINE_CONSUMER_RINGS + (index << 2)), 1, L.RING_CLOSED);
}

/** Makes what was copied visible to the consumers. Returns how many rings have something new. */
export function publishAll(): u32 {
  let moved: u32 = 0;
  const consumers = load<u32>(header, L.ENGINE_CONSUMERS);
  for (let index: u32 = 0; index < consumers; index++) {
    const ring = load<u32>(header + L.ENGINE_CONSUMER_RINGS + (index << 2));
    const begun = load<u32>(ring, L.RING_MESSAGE_BEGIN);
    if (begun == atomic.load<u32>(ring, L.RING_HEAD)) continue;
    atomic.store<u32>(ring, begun, L.RING_HEAD); // publish: consumers see whole messages only
    moved++;
  }
  return moved;
}

/** Hot: takes one message (all its records are published together). Returns the kind of its last record. */
function takeMessage(lane: u32, now: f64): i32 {
  const begun = load<u32>(lane, L.ENGINE_LANE_TAIL);
  const instrument: u32 = load<u16>(recordAt(lane, begun), L.RECORD_INSTRUMENT);
  const known = instrument != L.INSTRUMENT_NONE;
  const state = instruments + instrument * L.INSTRUMENT_BYTES;
  const book = books + instrument * bookBytes;
  let cursor = begun;
  let record: u32 = 0;
  if (known) lock(state);
  do {
    if (known && i32(load<u8>(recordAt(lane, cursor))) == L.KIND_DEPTH)
      cursor = deltaApply(book, load<u32>(lane, L.ENGINE_LANE_BASE), load<u32>(lane, L.ENGINE_LANE_MASK), cursor);
    record = recordAt(lane, cursor++);
    if (known) instrumentApply(state, book, record, now, resync + (instrument << 2));
  } while (!(load<u8>(record, L.RECORD_FLAGS) & L.FLAG_LAST));
  if (known) unlock(state);
  if (load<u32>(header, L.ENGINE_CONSUMERS))
    for (let at = begun; at != cursor; at++) publish(recordAt(lane, at), at + 1 == cursor);
  store<u32>(lane, cursor, L.ENGINE_LANE_TAIL);
  store<u32>(header, instrument, L.ENGINE_EVENT_INSTRUMENT);
  store<u32>(header, record, L.ENGINE_EVENT_RECORD);
  store<f64>(header, load<f64>(header, L.ENGINE_RECORDS) + f64(cursor - begun), L.ENGINE_RECORDS);
  store<f64>(header, load<f64>(header, L.ENGINE_MESSAGES) + 1, L.ENGINE_MESSAGES);
  if (known) {
    const received = load<f64>(record, L.RECORD_RECEIVED_TIME_US);
    store<f64>(state, received, L.INSTRUMENT_RECEIVED_US);
    const first = load<f64>(state, L.INSTRUMENT_FIRST_RECEIVED_US);
    if (first != first) store<f64>(state, received, L.INSTRUMENT_FIRST_RECEIVED_US);
    store<f64>(state, load<f64>(state, L.INSTRUMENT_MESSAGES) + 1, L.INSTRUMENT_MESSAGES);
    if (i32(load<u8>(record)) >= L.KIND_BBO) {
      const delay = received - load<f64>(record, L.RECORD_EXCHANGE_TIME_US);
      if (delay == delay) clockSample(clocks + load<u32>(state, L.INSTRUMENT_VENUE) * L.CLOCK_STATE_BYTES, delay);
    }
  }
  return i32(load<u8>(record));
}

// Sequence lock of an instrument: odd while it changes, so that a reader on another thread tries again.
// @ts-ignore: decorator
@inline
function lock(at: u32): void {
  atomic.store<u32>(at, load<u32>(at, L.INSTRUMENT_LOCK) + 1, L.INSTRUMENT_LOCK);
}

// @ts-ignore: decorator
@inline
function unlock(at: u32): void {
  atomic.store<u32>(at, load<u32>(at, L.INSTRUMENT_LOCK) + 1, L.INSTRUMENT_LOCK);
}

function applyClock(record: u32): void {
  const venue = i32(load<f64>(record, L.CLOCK_VENUE));
  if (venue < 0 || venue >= L.VENUES_MAXIMUM) return;
  const clock = clocks + venue * L.CLOCK_STATE_BYTES;
  store<f64>(clock, load<f64>(record, L.CLOCK_OFFSET_US), L.CLOCK_STATE_OFFSET_US);
  store<f64>(clock, load<f64>(record, L.CLOCK_UNCERTAINTY_US), L.CLOCK_STATE_UNCERTAINTY_US);
  store<u32>(clock, u32(load<f64>(record, L.CLOCK_METHOD)), L.CLOCK_STATE_METHOD);
}

/**
 * Hot: takes messages in order until TypeScript has something to decide, and says what (STEP_*).
 * Replay merges the lanes by (receive time as stored, input index) and waits for each open one;
 * live takes from each lane in turn what is there.
 */
export function step(budget: i32): i32 {
  releaseAll();
  const lanes = load<u32>(header, L.ENGINE_LANES);
  const replay = load<u32>(header, L.ENGINE_MODE) == L.ENGINE_MODE_REPLAY;
  while (budget > 0) {
    let best: u32 = 0;
    let bestRecord: u32 = 0;
    let secondRecord: u32 = 0;
    let open = false;
    for (let turn: u32 = 0; turn < lanes; turn++) {
      // Live, the search starts after the lane served last, so that a busy one starves nobody.
      const lane = laneAt(replay ? turn : (firstLane + turn) % lanes);
      const has = hasRecord(lane);
      if (has < 0) continue;
      open = true;
      if (has == 0) {
        if (!replay) continue;
        releaseAll();
        return L.STEP_EMPTY;
      }
      const record = recordAt(lane, load<u32>(lane, L.ENGINE_LANE_TAIL));
      if (bestRecord == 0) {
        best = lane;
        bestRecord = record;
        if (!replay) {
          firstLane = (firstLane + turn + 1) % lanes;
          break;
        }
      } else if (comesBefore(record, bestRecord)) {
        secondRecord = bestRecord;
        best = lane;
        bestRecord = record;
      } else if (secondRecord == 0 || comesBefore(record, secondRecord)) secondRecord = record;
    }
    if (bestRecord == 0) {
      releaseAll();
      return open ? L.STEP_EMPTY : L.STEP_DONE;
    }
    // This lane goes on as long as it comes before the second.
    do {
      const result = takeNext(best, bestRecord);
      // What was looked at before the record that reached the grid is what a journal's replay knows: it comes first.
      if (result == L.STEP_GRID) firstLane = (best - laneAt(0)) / L.ENGINE_LANE_BYTES;
      if (result != 0) return result;
      budget--;
      if (load<u32>(best, L.ENGINE_LANE_TAIL) == load<u32>(best, L.ENGINE_LANE_HEAD)) break;
      bestRecord = recordAt(best, load<u32>(best, L.ENGINE_LANE_TAIL));
    } while (budget > 0 && (secondRecord == 0 || comesBefore(bestRecord, secondRecord)));
  }
  return L.STEP_BUDGET;
}

/** Hot: one message; 0 when TypeScript need not look at it. */
function takeNext(lane: u32, record: u32): i32 {
  const received = load<f64>(record, L.RECORD_RECEIVED_TIME_US);
  const time = load<f64>(header, L.ENGINE_TIME_US);
  const kind = load<u8>(record);
  if (kind == L.KIND_WATERMARK) {
    store<u32>(lane, load<u32>(lane, L.ENGINE_LANE_TAIL) + 1, L.ENGINE_LANE_TAIL);
    return 0;
  }
  const now = time >= received ? time : received;
  if (now >= load<f64>(header, L.ENGINE_NEXT_GRID_US)) {
    store<u32>(header, record, L.ENGINE_EVENT_RECORD);
    return L.STEP_GRID;
  }
  store<f64>(header, now, L.ENGINE_TIME_US);
  const last = takeMessage(lane, now);
  if (last < L.KIND_BBO) {
    if (last == L.KIND_CLOCK) applyClock(load<u32>(header, L.ENGINE_EVENT_RECORD));
    return last == L.KIND_TICK ? 0 : L.STEP_CONTROL;
  }
  const at = instruments + load<u32>(header, L.ENGINE_EVENT_INSTRUMENT) * L.INSTRUMENT_BYTES;
  return load<u32>(at, L.INSTRUMENT_WATCHED) ? L.STEP_MESSAGE : 0;
}
