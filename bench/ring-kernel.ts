/** Both ends of a ring in WebAssembly: assembly/ring-bench.ts. */
import { compileKernel } from "../src/kernel/kernel.js";

export interface RingKernel {
  ringWrite(ring: number, records: number, batch: number): void;
  ringRead(ring: number, records: number, most: number): number;
}

export function startRingKernel(memory: WebAssembly.Memory): RingKernel {
  const abort = (): never => {
    throw new Error("the ring's kernel stopped");
  };
  const { exports } = new WebAssembly.Instance(compileKernel("ring-bench"), { env: { memory, abort } });
  return exports as unknown as RingKernel;
}
