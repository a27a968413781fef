import type { ReplaySummary } from "crosstick/internal/replay";
import { expect } from "vitest";
import type { Reference } from "./reference.js";

const RELATIVE = 1e-9;

/** Frames and every field of every instrument: sums to 1e-9 of themselves, everything else exactly. */
export function expectAgreement(
  { instruments, frames, ignored, rejected, rejections }: ReplaySummary,
  reference: Reference,
): void {
  const wanted = reference.summaries();
  expect(Object.keys(instruments)).toEqual(Object.keys(wanted));
  for (const [name, want] of Object.entries(wanted)) {
    const { volume, vwap, ...rest } = instruments[name];
    expect({ name, ...rest, volume: want.volume, vwap: want.vwap }).toEqual({ name, ...want });
    expect(Math.abs(volume - want.volume), `${name} volume`).toBeLessThanOrEqual(RELATIVE * want.volume);
    if (vwap !== null && want.vwap !== null)
      expect(Math.abs(vwap / want.vwap - 1), `${name} vwap ${vwap}`).toBeLessThanOrEqual(RELATIVE);
    else expect(vwap).toBe(want.vwap);
  }
  expect({ frames, ignored, rejected, rejections }).toEqual({
    frames: reference.frames,
    ignored: reference.ignored,
    rejected: 0,
    rejections: {},
  });
}
