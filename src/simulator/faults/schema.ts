import { z } from "zod";
import { PRODUCTS, VENUES } from "../../market/venues.js";

/** Which part of the simulator a fault hits; what is not said may be anything. */
const where = {
  venue: z.enum(VENUES).optional().describe("Venue"),
  product: z.enum(PRODUCTS).optional().describe("Product of the venue"),
  symbol: z.string().optional().describe("The venue's own symbol"),
  channel: z.string().optional().describe("depth, bookTicker, trade, orderbook, publicTrade, tickers, …"),
  stream: z.string().optional().describe("The whole name: btcusdt@depth@100ms, orderbook.50.BTCUSDT"),
};
const when = {
  afterMs: z
    .number()
    .min(0)
    .default(0)
    .describe("Begins so long after it was given, of the model's clock; a script is given at the start"),
  repeatMs: z.number().positive().optional().describe("Begins again after as long"),
};
const count = z.number().int().positive();
const forMs = z.number().positive().optional().describe("How long it lasts; without, until the simulator stops");
const messages = {
  messages: count.optional().describe("How many messages it hits: 1, or without end when `every` is given"),
  every: count.default(1).describe("Hits each n-th message of those that fit"),
};

/** One entry of a fault script. `kind` says what happens. */
export const faultSchema = z.discriminatedUnion("kind", [
  // Messages of a stream, on their way to the subscribers.
  z.strictObject({ kind: z.literal("drop"), ...where, ...when, ...messages }),
  z.strictObject({ kind: z.literal("duplicate"), ...where, ...when, ...messages }),
  z.strictObject({ kind: z.literal("reorder"), ...where, ...when, ...messages }),
  z.strictObject({ kind: z.literal("corrupt"), ...where, ...when, ...messages }),
  z.strictObject({ kind: z.literal("crossed"), ...where, ...when, ...messages }),
  z.strictObject({ kind: z.literal("mute"), ...where, ...when, forMs }),
  z.strictObject({ kind: z.literal("slow"), ...where, ...when, forMs, delayMs: z.number().positive() }),
  z.strictObject({ kind: z.literal("inject"), ...where, ...when, text: z.string(), padToBytes: count.optional() }),
  // Books of venues that may send them whole at any time.
  z.strictObject({ kind: z.literal("reset"), ...where, ...when }),
  z.strictObject({ kind: z.literal("snapshot"), ...where, ...when }),
  // Connections.
  z.strictObject({ kind: z.literal("half-open"), ...where, ...when, forMs }),
  z.strictObject({
    ...{ kind: z.literal("close"), ...where, ...when },
    code: z.number().int().min(1000).max(4999).default(1001),
    reason: z.string().max(120).default("going away"),
  }),
  z.strictObject({ kind: z.literal("abort"), ...where, ...when }),
  z.strictObject({ kind: z.literal("server-shutdown"), ...where, ...when }),
  z.strictObject({ kind: z.literal("refuse-subscribe"), ...where, ...when, forMs, messages: count.optional() }),
  z.strictObject({ kind: z.literal("never-ack"), ...where, ...when, forMs, messages: count.optional() }),
  // Replies over HTTP.
  z.strictObject({
    ...{ kind: z.literal("stale-snapshot"), ...where, ...when, forMs },
    updates: count.describe("Changes of the book that the reply lags behind"),
    messages: count.optional(),
  }),
  z.strictObject({ kind: z.literal("slow-rest"), ...where, ...when, forMs, delayMs: z.number().positive() }),
  z.strictObject({
    ...{ kind: z.literal("ban"), ...where, ...when, forMs },
    status: z.union([z.literal(403), z.literal(418), z.literal(429), z.literal(451), z.literal(500), z.literal(503)]),
    retryAfterS: z.number().int().min(0).default(1),
  }),
  // The venue's clock and prices.
  z.strictObject({
    ...{ kind: z.literal("clock"), ...where, ...when },
    offsetMs: z.number().describe("Venue's clock minus the machine's"),
    driftPpm: z.number().default(0).describe("Growth of the offset, µs a second"),
  }),
  z.strictObject({
    ...{ kind: z.literal("diverge"), ...where, ...when },
    asset: z.string(),
    side: z.enum(["spot", "derivative"]).optional().describe("Only these markets leave the common price"),
    bps: z.number().min(-1000).max(1000),
    forMs: z.number().positive().default(1000),
  }),
]);

/** A fault as it is written: defaults may be left out. */
export type FaultOrder = z.input<typeof faultSchema>;
export type Fault = z.output<typeof faultSchema>;
export type FaultKind = Fault["kind"];
export type FaultOf<K extends FaultKind> = Extract<Fault, { kind: K }>;

/** What a fault's place is compared with. */
export interface Place {
  venue: string;
  product: string | null;
  symbol: string | null;
  channel: string | null;
  stream: string | null;
}

/** Whether a fault hits a place. A place that does not say something is not hit by a fault that does. */
export function hits(fault: Fault, place: Place): boolean {
  return (
    (fault.venue === undefined || fault.venue === place.venue) &&
    (fault.product === undefined || fault.product === place.product) &&
    (fault.symbol === undefined || fault.symbol === place.symbol) &&
    (fault.channel === undefined || fault.channel === place.channel) &&
    (fault.stream === undefined || fault.stream === place.stream)
  );
}
