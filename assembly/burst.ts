// Several messages of one read of a socket, one after the other, without a word between them.
import {
  BURST_COUNT,
  BURST_KEPT,
  BURST_LAST,
  BURST_LIST,
  BURST_RECORDS,
  BURST_RUN_BYTES,
  BURST_RUN_KEY,
  BURST_RUN_MESSAGES,
  BURST_RUNS,
  BURST_RUNS_MAXIMUM,
  BURST_STOP,
  BURST_UNSETTLED,
  CLASS_MARKET,
  MESSAGE_CLASS,
  MESSAGE_CONNECTION_ID,
  MESSAGE_FRAME_AT,
  MESSAGE_FRAME_END,
  MESSAGE_PARTS,
  RECORD_SHIFT,
  RING_CAPACITY,
  RING_HEADER_BYTES,
} from "../src/layout";
import { decodeMessage } from "./dispatch";
import { frameEnd, payloadAt } from "./frame";

/**
 * Hot. Decodes the plain WebSocket messages (see frame.ts) that lie one after the other in [at, end), each of at most
 * `longest` bytes, into at most `limit` records from `cursor` on. `out` (BURST_*) says what was kept. It stops before
 * a frame that is no plain and whole message, or when no room is left, and behind one of which something is to be said: one of a book, of several
 * parts, of a numbered connection, one that is refused, ignored or has no room. The lane's header describes that one,
 * and its records, if any, lie behind those that were kept.
 */
export function takeBurst(
  venue: u32,
  lane: usize,
  ring: usize,
  cursor: u32,
  limit: i32,
  at: usize,
  end: usize,
  longest: u32,
  out: usize,
): void {
  const mask = load<u32>(ring, RING_CAPACITY) - 1;
  const begin = cursor;
  const list = out + BURST_LIST;
  const listEnd = list + BURST_RUNS_MAXIMUM * BURST_RUN_BYTES;
  let nextRun = list;
  let key: u32 = 0; // no message has a kind of 0
  let kept: u32 = 0;
  let isUnsettled = false;
  let last: usize = 0;
  let count = 0;
  while (limit > 0) {
    const stop = frameEnd(at, end, longest);
    if (stop == 0) break;
    last = payloadAt(at);
    store<u32>(lane, <u32>last, MESSAGE_FRAME_AT);
    store<u32>(lane, <u32>stop, MESSAGE_FRAME_END);
    at = stop;
    count = decodeMessage(venue, lane, ring, cursor, limit);
    isUnsettled = count <= 0 || !isPlain(lane);
    if (isUnsettled) break;
    const first = load<u64>(ring + RING_HEADER_BYTES + ((<usize>(cursor & mask)) << RECORD_SHIFT));
    let itsKey = <u32>((first & 0xff) | ((first >> 16) & 0xffff0000));
    if (count > 1) {
      const second = load<u8>(ring + RING_HEADER_BYTES + ((<usize>((cursor + 1) & mask)) << RECORD_SHIFT));
      if (second != <u8>first) itsKey |= <u32>second << 8;
    }
    if (itsKey != key) {
      isUnsettled = nextRun == listEnd;
      if (isUnsettled) break;
      store<u32>(nextRun, itsKey, BURST_RUN_KEY);
      store<u32>(nextRun, 0, BURST_RUN_MESSAGES);
      key = itsKey;
      nextRun += BURST_RUN_BYTES;
    }
    const run = nextRun - BURST_RUN_BYTES;
    store<u32>(run, load<u32>(run, BURST_RUN_MESSAGES) + 1, BURST_RUN_MESSAGES);
    kept++;
    cursor += count;
    limit -= count;
  }
  store<u32>(out, <u32>at, BURST_STOP);
  store<u32>(out, kept, BURST_KEPT);
  store<u32>(out, cursor - begin, BURST_RECORDS);
  store<u32>(out, <u32>((nextRun - list) / BURST_RUN_BYTES), BURST_RUNS);
  store<u32>(out, u32(isUnsettled), BURST_UNSETTLED);
  store<i32>(out, count, BURST_COUNT);
  store<u32>(out, <u32>last, BURST_LAST);
}

/** Whether a message that has records is one message, of no numbered connection, and nothing to the integrity rule. */
// @ts-ignore: decorator
@inline
export function isPlain(lane: usize): bool {
  return (
    load<u32>(lane, MESSAGE_CLASS) == CLASS_MARKET &&
    load<u32>(lane, MESSAGE_PARTS) == 1 &&
    isNaN(load<f64>(lane, MESSAGE_CONNECTION_ID))
  );
}
