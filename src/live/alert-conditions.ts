import type { Condition } from "../alerts/alert.js";
import type { EngineStatus } from "./status.js";

const VENUE_DOWN_MS = 10_000;
const BOOK_MS = 30_000;
const CLOCK_MS = 60_000;
const SILENT_MS = 30_000;

/** What is wrong with a running engine now, worth calling a person if it lasts. */
export function conditionsOf(status: EngineStatus, maxClockUncertaintyMs: number): Condition[] {
  const { venues, instruments, recording, clock, silent } = status;
  const down = new Set(venues.filter(({ state }) => state === "down").map(({ venue }) => venue));
  const found: Condition[] = [...down].map((venue) => ({
    ...{ key: `venue ${venue}`, level: "error", venue, afterMs: VENUE_DOWN_MS },
    text: `${venue}: none of its books is live`,
  }));
  for (const { instrument, venue, state, reason } of instruments)
    if (state !== "live" && !down.has(venue))
      found.push({
        ...{ key: `book ${instrument}`, level: "warn", venue, afterMs: BOOK_MS },
        text: `${instrument} is ${state} (${reason})`,
      });
  for (const { venue, product, symbol, channel, verdict } of silent)
    found.push({
      ...{ key: `channel ${venue}.${product}:${symbol} ${channel}`, level: "warn", venue, afterMs: SILENT_MS },
      text: `${venue}.${product}:${symbol}: channel ${channel} is ${verdict}`,
    });
  for (const [venue, { uncertaintyUs }] of Object.entries(clock))
    if (uncertaintyUs !== null && uncertaintyUs > maxClockUncertaintyMs * 1000)
      found.push({
        ...{ key: `clock ${venue}`, level: "warn", venue, afterMs: CLOCK_MS },
        text: `${venue}: the clock is known to ±${Math.round(uncertaintyUs / 1000)} ms, signals need ${maxClockUncertaintyMs} ms`,
      });
  if (recording !== null && recording.state !== "recording")
    found.push({
      ...{ key: "recording", level: "error", venue: null, afterMs: 0 },
      text: `recording stopped (${recording.reason ?? "the recorder does not answer"})`,
    });
  return found;
}
