import { z } from "zod";
import { checkedQuery, type HttpQuery } from "../stream/http-source.js";
import type { Validator } from "../validation/validator.js";
import type { Correlations } from "./correlations.js";
import { followedFunding, followedOption } from "./followed-market.js";
import type { JournalTrades } from "./journal-trades.js";
import type { LiveEngine } from "./live-engine.js";
import { optionsChain } from "./options-chain.js";
import type { Recent } from "./recent.js";
import { tradesQuery } from "./trades-query.js";

const LIMIT = 100;
const MOST = 1000;

const limit = z.coerce.number().int().min(1).max(MOST).default(LIMIT).describe("The last so many, oldest first");
const anyInstrument = z.string().min(1).optional().describe("venue:symbol; all that are followed without it");

const number = z.number().nullable();
const ts = z.string().nullable().describe("Nanoseconds since 1970");
const funding = z.object({
  ...{ instrument: z.string(), exchange: z.string().nullable(), symbol: z.string().nullable() },
  rate: number.describe("Fraction of one interval; positive: longs pay"),
  ...{ predictedRate: number, intervalHours: number, apr: number, nextTs: ts, mark: number, index: number },
});
const option = z.object({
  instrument: z.string(),
  ...{ bid: number, bidQty: number, ask: number, askQty: number, bidIv: number, askIv: number, markIv: number },
  ...{ mark: number, openInterest: number, volume24h: number, underlying: number },
  greeks: z.object({ delta: number, gamma: number, vega: number, theta: number }).optional(),
});
const chain = z.object({
  underlying: z.string(),
  expiries: z.array(
    z.object({
      ...{ exchange: z.string(), settle: z.string(), quote: z.string(), expiry: z.string(), forward: number },
      atm: z.object({ strike: z.number(), callIv: number, putIv: number }).nullable(),
      strikes: z.array(z.object({ strike: z.number(), call: option.nullable(), put: option.nullable() })),
    }),
  ),
});

/** What answers besides the engine itself. */
export interface QuerySources {
  validator: Validator | null;
  correlations: Correlations | null;
  /** Finds trades in the journal; null where none is kept. */
  journal: JournalTrades | null;
  /** Last figures that a strategy published; null before any. */
  figures: (strategy: string) => { ts: string; data: unknown } | null;
}

/** The questions under /v1/ that a live engine answers beyond those that every server does. */
export function liveQueries(
  live: LiveEngine,
  recent: Recent,
  { validator, correlations, journal, figures }: QuerySources,
  indexOf: (name: string) => number | null,
): Record<string, HttpQuery> {
  return {
    trades: tradesQuery(live, recent, journal, indexOf),
    liquidations: checkedQuery(
      "The last liquidations, out of memory",
      z.object({ instrument: anyInstrument, limit }),
      z.object({ liquidations: z.array(z.unknown()) }),
      ({ instrument: name, limit: most }) => {
        const index = name === undefined ? null : indexOf(name);
        if (name !== undefined && index === null) return null;
        const id = index === null ? null : live.known()[index];
        const all = recent.eventsOf("liquidation");
        const own = name === undefined ? all : all.filter((one) => (one as { instrument: string }).instrument === id);
        return { liquidations: own.slice(-most) };
      },
    ),
    "options/chain": checkedQuery(
      "Options of an underlying that are followed: by expiry and strike, calls and puts apart; at the money is the strike nearest the forward",
      z.object({
        underlying: z.string().min(1).describe("Base coin: BTC"),
        exchange: z.string().min(1).optional().describe("Of this venue alone"),
        greeks: z.enum(["true", "false"]).default("false").describe("With delta, gamma, vega and theta"),
      }),
      chain,
      ({ underlying, exchange, greeks }) => {
        const options = live.known().flatMap((id, index) => {
          const found = live.instruments.find((one) => one.id === id);
          if (found === undefined || found.strike === null || found.base !== underlying.toUpperCase()) return [];
          if (exchange !== undefined && found.venue !== exchange) return [];
          return [{ instrument: found, figures: followedOption(live, index, greeks === "true") }];
        });
        return { underlying: underlying.toUpperCase(), expiries: optionsChain(options) };
      },
    ),
    funding: checkedQuery(
      "Funding of the perpetuals that are followed",
      z.object({ instrument: anyInstrument }),
      z.object({ funding: z.array(funding) }),
      ({ instrument: name }) => {
        const index = name === undefined ? null : indexOf(name);
        if (name !== undefined && index === null) return null;
        const indexes = index === null ? live.known().map((_, each) => each) : [index];
        return { funding: indexes.flatMap((each) => followedFunding(live, each) ?? []) };
      },
    ),
    signals: checkedQuery(
      "The last signals, out of memory",
      z.object({ strategy: z.string().min(1).optional().describe("Of this strategy alone"), limit }),
      z.object({ signals: z.array(z.unknown()) }),
      ({ strategy, limit: most }) => ({ signals: ofStrategy(recent.eventsOf("signal"), strategy).slice(-most) }),
    ),
    outcomes: checkedQuery(
      "What became of the last entries: the edge left after 10 ms to 1 s, and whether the legs would have filled; out of memory",
      z.object({ strategy: z.string().min(1).optional().describe("Of this strategy alone"), limit }),
      z.object({ outcomes: z.array(z.unknown()) }),
      ({ strategy, limit: most }) => ({ outcomes: ofStrategy(recent.eventsOf("outcome"), strategy).slice(-most) }),
    ),
    pairs: checkedQuery(
      "Last figures of every strategy that publishes some: basis or spread, mean, deviation, z",
      z.object({}),
      z.object({ pairs: z.array(z.unknown()) }),
      () => ({
        pairs: Object.entries(live.report?.strategies ?? {}).flatMap(([strategy, { kind }]) => {
          const last = figures(strategy);
          return last === null ? [] : [{ strategy, kind, ts: last.ts, figures: last.data }];
        }),
      }),
    ),
    correlation: checkedQuery(
      "Correlation of the log returns of all pairs that are followed, second by second over the last half hour",
      z.object({ instrument: anyInstrument }),
      z.object({
        returns: z.int().describe("Rows of returns in the window; under 30 no correlation is told"),
        stepMs: z.int(),
        pairs: z.array(z.object({ a: z.string(), b: z.string(), correlation: number })),
      }),
      ({ instrument: name }) => {
        const index = name === undefined ? null : indexOf(name);
        if (name !== undefined && index === null) return null;
        return correlations?.read(index === null ? null : live.known()[index]) ?? null;
      },
    ),
    ledger: checkedQuery(
      "What judging entries cost and how often it was right: of the approved, the share whose edge was still there after 100 ms",
      z.object({ limit }),
      z.object({ ledger: z.unknown() }),
      ({ limit: most }) => ({ ledger: validator?.status(most) ?? null }),
    ),
    refusals: checkedQuery(
      "How often each strategy's proposals were refused since the start, by reason",
      z.object({}),
      z.object({ refusals: z.record(z.string(), z.record(z.string(), z.int())) }),
      () => ({
        refusals: Object.fromEntries(
          Object.entries(live.report?.strategies ?? {}).map(([name, { refused }]) => [name, refused]),
        ),
      }),
    ),
  };
}

function ofStrategy(all: readonly unknown[], strategy: string | undefined): readonly unknown[] {
  return strategy === undefined ? all : all.filter((one) => (one as { strategy: string }).strategy === strategy);
}
