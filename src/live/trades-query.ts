import { z } from "zod";
import { parseTime, usToNsText } from "../market/times.js";
import type { TradeQuestion } from "../record/trade-search.js";
import { checkedQuery, type HttpQuery } from "../stream/http-source.js";
import type { JournalTrades } from "./journal-trades.js";
import type { LiveEngine } from "./live-engine.js";
import type { Recent, RecentTrade } from "./recent.js";

const LIMIT = 100;
const MOST = 1000;

const time = z
  .string()
  .refine((text) => parseTime(text) !== null, "must be ISO 8601, or a count of s, ms, µs or ns since 1970")
  .optional();
const ts = z.string().nullable().describe("Nanoseconds since 1970");
const input = z.object({
  instrument: z.string().min(1).describe("venue:symbol, one that is followed"),
  from: time.describe("Received at this time or later: the first ones"),
  to: time.describe("Received before this time"),
  after_sequence: z.coerce
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .describe("To go on: the first ones after this"),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MOST)
    .default(LIMIT)
    .describe("At most so many, oldest first: the last ones without from and after_sequence"),
});
const trade = z.object({
  sequence: z
    .int()
    .describe("Grows with each trade: position in the journal, or without one the number since the start"),
  id: z.union([z.number(), z.string()]).describe("The venue's; text beyond 2^53"),
  ...{ ts, tradeTs: ts, price: z.number(), size: z.number(), side: z.enum(["buy", "sell"]), marketTrade: z.boolean() },
  aggregated: z.boolean().describe("From a channel that sums trades up, beside or instead of single ones"),
});
const output = z.object({
  instrument: z.string(),
  source: z.enum(["journal", "memory"]),
  trades: z.array(trade),
  next: z.int().nullable().describe("The after_sequence to go on with; null while there is nothing to go on from"),
  more: z.boolean().describe("More were asked for than are here, or a search of the journal had read enough"),
  missed: z
    .int()
    .nullable()
    .describe("Trades that are lost between after_sequence and the first; null: some records are missing"),
});

interface Page {
  trades: RecentTrade[];
  next: number | null;
  more: boolean;
  missed: number | null;
}

/** /v1/trades: from the journal where one is kept, from memory otherwise; resumable in both. */
export function tradesQuery(
  live: LiveEngine,
  recent: Recent,
  journal: JournalTrades | null,
  indexOf: (name: string) => number | null,
): HttpQuery {
  const summary =
    "Trades of an instrument, from the journal where one is kept and of memory's last 1,024 otherwise; go on with next as after_sequence";
  return checkedQuery(summary, input, output, async ({ instrument, from, to, after_sequence, limit }) => {
    const index = indexOf(instrument);
    if (index === null) return null;
    const id = live.known()[index];
    const question: TradeQuestion = {
      ...{ id, limit, after: after_sequence ?? null },
      fromUs: microseconds(from) ?? Number.NEGATIVE_INFINITY,
      toUs: microseconds(to) ?? Number.POSITIVE_INFINITY,
      // Whoever goes on, or says where to begin, gets the next ones; whoever just looks the last ones.
      order: after_sequence === undefined && from === undefined ? "last" : "first",
    };
    const source = journal === null ? ("memory" as const) : ("journal" as const);
    const page =
      journal === null ? ofMemory(recent.tradesOf(index), question) : await ofJournal(live, journal, question);
    return { instrument: id, source, ...page, trades: page.trades.map(bodyOf) };
  });
}

/** The journal is a moment behind memory: what the recorder has not written yet is not there. */
async function ofJournal(live: LiveEngine, journal: JournalTrades, question: TradeQuestion): Promise<Page> {
  const { holes, ...page } = await journal.ask(question);
  const isRecording = live.recorder?.status?.state === "recording";
  return { ...page, missed: holes || !isRecording ? null : 0 };
}

function ofMemory(known: RecentTrade[], { fromUs, toUs, after, limit, order }: TradeQuestion): Page {
  const found = known.filter(
    ({ sequence, receivedTimeUs }) => sequence > (after ?? 0) && receivedTimeUs >= fromUs && receivedTimeUs < toUs,
  );
  const trades = order === "last" ? found.slice(-limit) : found.slice(0, limit);
  const missed = after === null || known.length === 0 ? 0 : Math.max(0, known[0].sequence - after - 1);
  const next = trades.at(-1)?.sequence ?? after ?? known.at(-1)?.sequence ?? null;
  return { trades, next, more: found.length > trades.length, missed };
}

function microseconds(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseTime(text)?.us;
}

function bodyOf(one: RecentTrade): z.input<typeof trade> {
  const { price, size, marketTrade, aggregated, sequence } = one;
  return {
    ...{ sequence, id: one.id <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(one.id) : one.id.toString() },
    ts: usToNsText(one.receivedTimeUs),
    tradeTs: Number.isFinite(one.tradeTimeUs) ? usToNsText(one.tradeTimeUs) : null,
    ...{ price, size, side: one.takerSold ? "sell" : "buy", marketTrade, aggregated },
  };
}
