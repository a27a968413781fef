// For `crosstick bench ring` alone: both ends of a ring in WebAssembly, as the decoder and the engine are its ends.
// Records are the bench's: eight f64, word w of record i is 8 i + w.
import { RECORD_BYTES, RECORD_SHIFT, RING_CAPACITY, RING_HEAD, RING_HEADER_BYTES, RING_TAIL } from "../src/layout";

/** Fruitless looks before a thread steps aside, and for how long, ns: as all other ways of the bench wait. */
const LOOKS: u32 = 2000;
const ASIDE_NS: i64 = 50000;

/** Looks again at a word that was `seen`; now and then it leaves the core to others for a moment. */
// @ts-ignore: decorator
@inline
function lookAgain(at: usize, looks: u32, seen: u32): void {
  if (looks % LOOKS == 0) atomic.wait<i32>(at, <i32>seen, ASIDE_NS);
}

/** Writes `records` records, published `batch` at a time, of which the ring holds a whole number. */
export function ringWrite(ring: usize, records: u32, batch: u32): void {
  const capacity = load<u32>(ring, RING_CAPACITY);
  const mask = capacity - 1;
  const base = ring + RING_HEADER_BYTES;
  let cursor = atomic.load<u32>(ring, RING_HEAD);
  let tail = atomic.load<u32>(ring, RING_TAIL);
  const step = f64x2.splat(2);
  for (let index: u32 = 0; index < records; ) {
    const end = min(records, index + batch);
    for (let looks: u32 = 1; capacity - (cursor - tail) < batch; looks++) {
      lookAgain(ring + RING_TAIL, looks, tail);
      tail = atomic.load<u32>(ring, RING_TAIL);
    }
    let words = f64x2.add(f64x2.splat(<f64>index * 8), f64x2(0, 1));
    for (; index < end; index++) {
      const at = base + (<usize>(cursor++ & mask) << RECORD_SHIFT);
      for (let offset: usize = 0; offset < <usize>RECORD_BYTES; offset += 16) {
        v128.store(at + offset, words);
        words = f64x2.add(words, step);
      }
    }
    atomic.store<u32>(ring, cursor, RING_HEAD); // publish: readable only after this store
  }
}

/** Takes `records` records, at most `most` between two releases. How many were not as they were written. */
export function ringRead(ring: usize, records: u32, most: u32): u32 {
  const mask = load<u32>(ring, RING_CAPACITY) - 1;
  const base = ring + RING_HEADER_BYTES;
  let cursor = atomic.load<u32>(ring, RING_TAIL);
  let wrong: u32 = 0;
  const step = f64x2.splat(2);
  let words = f64x2(0, 1);
  for (let index: u32 = 0; index < records; ) {
    let head = atomic.load<u32>(ring, RING_HEAD);
    for (let looks: u32 = 1; head == cursor; looks++) {
      lookAgain(ring + RING_HEAD, looks, head);
      head = atomic.load<u32>(ring, RING_HEAD);
    }
    const end = index + min(min(head - cursor, most), records - index);
    for (; index < end; index++) {
      const at = base + (<usize>(cursor++ & mask) << RECORD_SHIFT);
      let differs = i64x2.splat(0);
      for (let offset: usize = 0; offset < <usize>RECORD_BYTES; offset += 16) {
        differs = v128.or(differs, v128.xor(v128.load(at + offset), words));
        words = f64x2.add(words, step);
      }
      wrong += u32(v128.any_true(differs));
    }
    atomic.store<u32>(ring, cursor, RING_TAIL); // free: the writer may reuse them
  }
  return wrong;
}
