/** An instant, exact to the nanosecond: whole epoch microseconds, floored, and nanoseconds below (0..999). */
export interface Instant {
  us: number;
  nanos: number;
}

export type TimeUnit = "s" | "ms" | "us" | "ns";

/** Nanoseconds a unit, and the largest count of it that is taken for that unit (the year 2540). */
const units: readonly { unit: TimeUnit; nanoseconds: bigint; from: bigint; below: bigint }[] = [
  { unit: "s", nanoseconds: 1_000_000_000n, from: 10n ** 8n, below: 18n * 10n ** 9n },
  { unit: "ms", nanoseconds: 1_000_000n, from: 10n ** 11n, below: 18n * 10n ** 12n },
  { unit: "us", nanoseconds: 1_000n, from: 10n ** 14n, below: 18n * 10n ** 15n },
  { unit: "ns", nanoseconds: 1n, from: 10n ** 17n, below: 18n * 10n ** 18n },
];

/** Largest time an Instant keeps exact: 2^53 - 1 µs, the year 2255. */
const LARGEST_US = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * Reads a time: a decimal count of seconds, milliseconds, microseconds or nanoseconds since 1970, or
 * ISO 8601 text (without a zone: UTC). Without `unit` the magnitude tells the unit, for times from 1973
 * on, the way recordings are read. Digits below the nanosecond are dropped. null when the text is none.
 */
export function parseTime(text: string, unit?: TimeUnit): Instant | null {
  const match = /^(\d{1,20})(?:\.(\d+))?$/.exec(text);
  if (match === null) return parseIso(text);
  const [, digits, fraction = ""] = match;
  const count = BigInt(digits);
  const found = units.find((row) => (unit === undefined ? count >= row.from && count < row.below : row.unit === unit));
  if (found === undefined) return null;
  const places = found.nanoseconds.toString().length - 1;
  return instant(count * found.nanoseconds + BigInt(fraction.slice(0, places).padEnd(places, "0") || "0"));
}

/** As parseTime, for a number; its shortest decimal text is what counts. null for what is no time. */
export function timeOfNumber(value: number, unit?: TimeUnit): Instant | null {
  return parseTime(String(value), unit);
}

const isoPattern = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?:\s?(Z|[+-]\d\d:?\d\d))?)?$/i;

function parseIso(text: string): Instant | null {
  const match = isoPattern.exec(text);
  if (match === null) return null;
  const [, day, minutes = "00:00", seconds = "00", fraction = "", zone = "Z"] = match;
  const offset = /^z$/i.test(zone) || zone.includes(":") ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const ms = Date.parse(`${day}T${minutes}:${seconds}${offset.toUpperCase()}`);
  if (Number.isNaN(ms) || !dayExists(day)) return null;
  return instant(BigInt(ms) * 1_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, "0")));
}

/** Date.parse takes 30 February for 2 March. */
function dayExists(day: string): boolean {
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

function instant(nanoseconds: bigint): Instant | null {
  if (nanoseconds < 0n) return null;
  const us = nanoseconds / 1000n;
  return us > LARGEST_US ? null : { us: Number(us), nanos: Number(nanoseconds % 1000n) };
}

/** Nanoseconds since 1970 as text, for `ts` in JSON, of whole epoch µs; it ends in 000. */
export function usToNsText(us: number): string {
  return us === 0 ? "0" : `${us}000`;
}

/** `2026-08-09T21:26:59.526123Z` of epoch µs, whole. Empty text for NaN, which means not known. */
export function usToIso(us: number): string {
  if (Number.isNaN(us)) return "";
  const ms = Math.floor(us / 1000);
  const below = String(us - ms * 1000).padStart(3, "0");
  return `${new Date(ms).toISOString().slice(0, -1)}${below}Z`;
}
