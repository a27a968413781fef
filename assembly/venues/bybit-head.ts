// Bybit v5: what lies between a message's topic and its data, in either order.
import { shortTime, TIME_BYTES } from "../number";
import { AT_SENT, same, same16 } from "../template";

const TYPE: u64 = 0x2265707974222c22; // ","type"
const TYPE_END: u64 = 0x223a226570797422; // "type":"
const SNAPSHOT_SENT: u64 = 0x746f687370616e73; // snapshot
const SNAPSHOT_SENT_END: u64 = 0x3a227374222c2274; // t","ts":
const DELTA_SENT: u64 = 0x222c2261746c6564; // delta","
const DELTA_SENT_END: u64 = 0x3a227374222c2261; // a","ts":
const DATA: u64 = 0x3a2261746164222c; // ,"data":
const SENT: u64 = 0x3a227374222c22; // ","ts":
const TYPE_AFTER: u64 = 0x3a2265707974222c; // ,"type":
const TYPE_AFTER_END: u64 = 0x223a226570797422; // "type":"

/** Of the head read last: private to the instance. */
export let isSnapshot: bool = false;

/** Hot. `","type":"…","ts":0,"data":` or `","ts":0,"type":"…","data":` at p: the address after it, 0 for neither. */
export function headEnd(lane: usize, p: usize): usize {
  if (same16(p, TYPE, TYPE_END, 10)) {
    p += 10;
    isSnapshot = same16(p, SNAPSHOT_SENT, SNAPSHOT_SENT_END, 15);
    if (!isSnapshot && !same16(p, DELTA_SENT, DELTA_SENT_END, 12)) return 0;
    p += isSnapshot ? 15 : 12;
    return shortTime(p, lane + AT_SENT) && same(p + TIME_BYTES, DATA, 8) ? p + TIME_BYTES + 8 : 0;
  }
  if (!same(p, SENT, 7) || !shortTime(p + 7, lane + AT_SENT)) return 0;
  p += 7 + TIME_BYTES;
  if (!same16(p, TYPE_AFTER, TYPE_AFTER_END, 9)) return 0;
  p += 9;
  isSnapshot = same(p, TYPE_SNAPSHOT, 8);
  if (!isSnapshot && !same(p, TYPE_DELTA, 5)) return 0;
  p += isSnapshot ? 8 : 5;
  return same16(p, DATA_AFTER, DATA_AFTER_END, 9) ? p + 9 : 0;
}

const TYPE_SNAPSHOT: u64 = 0x746f687370616e73; // snapshot
const TYPE_DELTA: u64 = 0x61746c6564; // delta
const DATA_AFTER: u64 = 0x2261746164222c22; // ","data"
const DATA_AFTER_END: u64 = 0x3a2261746164222c; // ,"data":
export const SEQUENCE: u64 = 0x3a22716573222c; // ,"seq":
