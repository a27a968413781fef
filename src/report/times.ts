import { usToIso } from "../market/times.js";

/** `2026-11-26 18:44:02.123` of nanoseconds since 1970. */
export function nsToIso(ns: string): string {
  return usToIso(Number(BigInt(ns) / 1000n))
    .slice(0, 23)
    .replace("T", " ");
}
