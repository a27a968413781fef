// Several lines of a recording, one after the other, without a word between them.
import { BURST_COUNT, BURST_KEPT, BURST_RECORDS, BURST_STOP, BURST_UNSETTLED, MESSAGE_NEXT_LINE } from "../src/layout";
import { isPlain } from "./burst";
import { decodeMessage } from "./dispatch";
import { findLine } from "./lines";

/**
 * Hot. Decodes the lines that lie one after the other in [at, end), `most` of them, into at most `limit` records from
 * `cursor` on. `out` (BURST_*) says what was kept. It stops before a line that is not whole or has no time, and behind
 * one of which something is to be said (see burst.ts). The lane's header describes that one, and its records, if any,
 * lie behind those that were kept.
 */
export function takeLines(
  venue: u32,
  lane: usize,
  ring: usize,
  cursor: u32,
  limit: i32,
  at: usize,
  end: usize,
  most: u32,
  out: usize,
): void {
  const begin = cursor;
  let kept: u32 = 0;
  let isUnsettled = false;
  let count = 0;
  while (limit > 0 && kept < most && findLine(lane, at, end) > 0) {
    at = <usize>load<u32>(lane, MESSAGE_NEXT_LINE);
    count = decodeMessage(venue, lane, ring, cursor, limit);
    isUnsettled = count <= 0 || !isPlain(lane);
    if (isUnsettled) break;
    kept++;
    cursor += count;
    limit -= count;
  }
  store<u32>(out, <u32>at, BURST_STOP);
  store<u32>(out, kept, BURST_KEPT);
  store<u32>(out, cursor - begin, BURST_RECORDS);
  store<u32>(out, u32(isUnsettled), BURST_UNSETTLED);
  store<i32>(out, count, BURST_COUNT);
}
