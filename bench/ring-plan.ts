// What both threads of the ring bench share: the ways records can go, and the memory they go through.
import type { MemoryPlan } from "../src/kernel/memory.js";
import { planMemory } from "../src/kernel/memory.js";

/** Words of a record, each f64. */
export const WORDS = 8;
export const BATCH = 32;
/** 1 MiB of records: large enough that both sides rarely wait, small enough for a second-level cache. */
export const RING_RECORDS = 16_384;

/** How records get from one thread to the other. */
export type Way =
  | "ring"
  | "ring-batch"
  | "ring-wasm"
  | "ring-kernel"
  | "ringbuf"
  | "ringbuf-batch"
  | "message"
  | "transfer"
  | "echo"
  | "stop";

/** Main to peer: send this many records that way. */
export interface Order {
  way: Way;
  records: number;
}

/** What the peer is started with. */
export interface PeerData {
  memory: WebAssembly.Memory;
  plan: MemoryPlan;
  /** i32[1]: the peer's count of orders it is ready for, then main's count of orders that may begin. */
  gate: Int32Array;
  /** Storage of a ringbuf.js ring; null where the package is not installed. */
  ringbuf: SharedArrayBuffer | null;
}

/** Lane 0 carries records from the peer to main, lane 1 back. */
export function planRings(): MemoryPlan {
  return planMemory({
    lanes: [1, 1],
    ringRecords: RING_RECORDS,
    scratchBytes: 1024,
    instruments: 1,
    bookLevels: 16,
    vwapTrades: 1,
    windowBytes: 0,
    consumers: [],
  });
}

/** Word `word` of record `index`, whichever way it goes. */
export function wordOf(index: number, word: number): number {
  return index * WORDS + word;
}

/** Fruitless looks at a ring before a thread steps aside, and for how long. */
const LOOKS = 2000;
const ASIDE_MS = 0.05;
const nothing = new Int32Array(new SharedArrayBuffer(4));

/**
 * Hot: how both threads wait for each other, whatever the ring: they look again and again, but not for
 * ever, because on a busy machine the other thread may be waiting for this very core. `looks` counts them.
 */
export function waitAwhile(looks: number): void {
  if (looks % LOOKS === 0) Atomics.wait(nothing, 0, 0, ASIDE_MS);
}

/** The package that the ring is measured against, where it is installed. */
export async function loadRingbuf(): Promise<typeof import("ringbuf.js") | null> {
  try {
    return await import("ringbuf.js");
  } catch {
    return null;
  }
}
