import { compileKernel, type EngineKernel, startKernel } from "crosstick/internal/kernel/kernel";
import { REGIONS_AT } from "crosstick/internal/layout";
import { expect } from "vitest";

/** An engine-side kernel over a memory of its own, filled with a canary from REGIONS_AT on. */
export interface KernelUnderTest {
  kernel: EngineKernel;
  memory: WebAssembly.Memory;
  f64: Float64Array;
  u32: Uint32Array;
  u8: Uint8Array;
}

const CANARY = 0xa5;

const module = compileKernel("engine");

/** A second instance over the same memory, as another thread would have it. */
export function instanceOver(memory: WebAssembly.Memory): EngineKernel {
  return startKernel<EngineKernel>(module, memory);
}

export function startTestKernel(pages: number): KernelUnderTest {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const u8 = new Uint8Array(memory.buffer);
  u8.fill(CANARY, REGIONS_AT);
  return {
    kernel: instanceOver(memory),
    memory,
    f64: new Float64Array(memory.buffer),
    u32: new Uint32Array(memory.buffer),
    u8,
  };
}

/** Runs `body` and expects it to write within [at, at + bytes) only. */
export function expectWithin({ u8 }: KernelUnderTest, at: number, bytes: number, body: () => void): void {
  u8.fill(CANARY, at - 256, at + bytes + 256);
  body();
  for (const [from, end] of [
    [at - 256, at],
    [at + bytes, at + bytes + 256],
  ])
    expect(u8.subarray(from, end).every((byte) => byte === CANARY)).toBe(true);
}

/** A seeded source of numbers in [0, 1): mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The seed of this run: CROSSTICK_SEED, or one that each run chooses and prints. */
export const seed = Number(process.env.CROSSTICK_SEED ?? Date.now() % 2 ** 31);
console.info(`kernel tests: CROSSTICK_SEED=${seed}`);
