import type { EngineKernel } from "../kernel/kernel.js";
import type { Views } from "../kernel/memory.js";
import * as L from "../layout.js";

const PARK_MS = 100;

/** Sleeps until a writer rings. Armed first, looked at once more, then asleep: no ring is missed. `engine`: the plan's. */
export function park({ i32 }: Views, kernel: EngineKernel, engine: number): void {
  const doorbell = (engine + L.ENGINE_DOORBELL) >> 2;
  const sleeping = (engine + L.ENGINE_SLEEPING) >> 2;
  const seen = Atomics.load(i32, doorbell);
  Atomics.store(i32, sleeping, 1);
  if (kernel.hasNews() === 0) Atomics.wait(i32, doorbell, seen, PARK_MS);
  Atomics.store(i32, sleeping, 0);
}
