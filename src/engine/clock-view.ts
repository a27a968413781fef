import type { MemoryPlan, Views } from "../kernel/memory.js";
import * as L from "../layout.js";

/** Names of CLOCK_METHOD_*. */
export const CLOCK_METHODS = ["none", "receive-minimum", "round-trip"] as const;

/** A venue's clock as far as it is known. µs; NaN when it is not. One object, refilled at each call. */
export interface VenueClock {
  known: boolean;
  /** Venue clock minus local clock. */
  offsetUs: number;
  /** Half the width of what is known. */
  uncertaintyUs: number;
  method: (typeof CLOCK_METHODS)[number];
}

/** Hot: reads a venue's clock, as the kernel brought it up to date last, into `out`. */
export function readClock(views: Views, plan: MemoryPlan, venue: number, out: VenueClock): VenueClock {
  const at = plan.clocks + venue * L.CLOCK_STATE_BYTES;
  const method = views.u32[(at + L.CLOCK_STATE_METHOD) >> 2];
  out.method = CLOCK_METHODS[method];
  out.known = method !== L.CLOCK_METHOD_NONE;
  out.offsetUs = views.f64[(at + L.CLOCK_STATE_OFFSET_US) >> 3];
  out.uncertaintyUs = views.f64[(at + L.CLOCK_STATE_UNCERTAINTY_US) >> 3];
  return out;
}
