import { z } from "zod";
import { CrosstickError } from "../errors.js";
import type { Instrument } from "../market/instrument.js";
import { baseQuantity } from "../market/quantity.js";
import { type Instant, parseTime, type TimeUnit } from "../market/times.js";
import type { BookFigures, BookLevel, Touch } from "./queries.js";

/** A decimal number, as text or as a JSON number. */
export const decimal = z
  .union([z.number(), z.string().regex(/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/, "is no decimal number")])
  .transform(Number)
  .pipe(z.number());

/** A decimal that may be absent, null or empty text: then null. */
export const decimalIfAny = z
  .union([z.null(), z.literal("").transform(() => null), decimal])
  .optional()
  .transform((value) => value ?? null);

/** A level of a book: price, native quantity, and what else the venue puts there. */
export const nativeLevel = z.tuple([decimal, decimal], z.unknown());

/** A time in a venue's unit, or as ISO text. */
export function timeIn(unit?: TimeUnit) {
  return z.union([z.number(), z.string()]).transform((value, context): Instant => {
    const time = parseTime(String(value), unit);
    if (time !== null) return time;
    context.addIssue({ code: "custom", message: "is no time" });
    return z.NEVER;
  });
}

/** Nanoseconds since 1970 as text. */
export function nanoseconds({ us, nanos }: Instant): string {
  return String(BigInt(us) * 1000n + BigInt(nanos));
}

/**
 * A reply of the form it must have.
 * @throws VENUE_REPLY naming the first thing that is wrong
 */
export function readReply<T extends z.ZodType>(what: string, schema: T, body: unknown): z.output<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw malformed(
    what,
    issue.path.length === 0 ? issue.message : `${issue.path.map(String).join(".")}: ${issue.message}`,
  );
}

/** A reply that is not what it must be. */
export function malformed(what: string, problem: string): CrosstickError {
  return new CrosstickError("VENUE_REPLY", `${what} answers what cannot be read: ${problem.slice(0, 300)}`);
}

/** A venue that answers with an error of its own. */
export function refused(what: string, code: unknown, message: unknown): CrosstickError {
  return new CrosstickError(
    "VENUE_REFUSED",
    `${what} refuses: ${String(message).slice(0, 200)} (${String(code).slice(0, 40)})`,
  );
}

/** A side's best; null where there is no price, or one of 0. */
export function touch(instrument: Instrument, price: number | null, native: number | null): Touch | null {
  if (price === null || price === 0) return null;
  return { price, qty: native === null ? null : known(baseQuantity(instrument, native, price)) };
}

/**
 * A book in base coin, best first.
 * @throws VENUE_UNIT where the contract size is not known, VENUE_REPLY for a price or quantity that cannot be
 */
export function bookFigures(
  what: string,
  instrument: Instrument,
  sides: {
    bids: readonly (readonly [number, number, ...unknown[]])[];
    asks: readonly (readonly [number, number, ...unknown[]])[];
  },
  timestamp: string | null,
): BookFigures {
  if (instrument.unit === "unknown")
    throw new CrosstickError(
      "VENUE_UNIT",
      `${instrument.id}: the contract size is not known, so its quantities mean nothing`,
    );
  const side = (levels: readonly (readonly [number, number, ...unknown[]])[], direction: 1 | -1): BookLevel[] =>
    levels
      .map(([price, native]): BookLevel => {
        if (!(price > 0) || !(native >= 0)) throw malformed(what, `a level of ${native} at ${price}`);
        return [price, baseQuantity(instrument, native, price)];
      })
      .filter(([, qty]) => qty > 0)
      .sort(([a], [b]) => (a - b) * direction);
  return { bids: side(sides.bids, -1), asks: side(sides.asks, 1), timestamp };
}

/** A number that is one; null otherwise. */
export function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** A fraction as per cent, without the bits that multiplying adds to a decimal of fifteen digits. */
export function percentOf(fraction: number | null): number | null {
  return fraction === null ? null : Number((fraction * 100).toPrecision(15));
}

/** A path with its parameters. */
export function pathOf(path: string, parameters: Readonly<Record<string, string | number>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) query.set(name, String(value));
  return `${path}?${query}`;
}

/** The day's change out of the price a day ago. */
export function changeFrom(
  open: number | null,
  last: number | null,
): { change: number | null; changePercent: number | null } {
  if (open === null || last === null || !(open > 0)) return { change: null, changePercent: null };
  const change = Number((last - open).toPrecision(12)); // both are short decimals, and so is their difference
  return { change, changePercent: percentOf(change / open) };
}
