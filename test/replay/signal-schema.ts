import { z } from "zod";

const text = z.string().min(1);
const bps = z.number();
const money = z.strictObject({ amount: z.number(), currency: text });

const leg = z.strictObject({
  instrument: z.string().regex(/^[a-z]+:.+$/),
  side: z.enum(["buy", "sell"]),
  size: z.number().positive(),
  price: z.number().positive(),
  worstPrice: z.number().positive(),
  levels: z.int().min(1),
  feeBps: bps,
  book: z.strictObject({ state: z.literal("live"), sequence: z.union([z.int().min(0), z.string().regex(/^\d+$/)]) }),
  ageUs: z.int(),
  uncertaintyUs: z.int().min(0),
});

/** A signal line as the contract has it: every field, and no other. */
export const signalSchema = z.strictObject({
  id: text,
  enterId: text.nullable(),
  strategy: text,
  kind: text,
  action: z.enum(["enter", "exit"]),
  direction: text,
  ts: z.string().regex(/^\d{19}$/),
  notional: money,
  legs: z.array(leg).min(1),
  grossBps: bps,
  feesBps: bps,
  fundingBps: bps.nullable(),
  netBps: bps,
  net: money,
  statistics: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])),
});

export type SignalLine = z.infer<typeof signalSchema>;
