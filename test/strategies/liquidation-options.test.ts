// What the chain's figures do to the choice, on made-up markets; against plain arithmetic.
import { vega, yearly } from "crosstick/internal/strategies/black";
import definition from "crosstick/internal/strategies/liquidation-options";
import type {
  ProposalDetails,
  ProposedLeg,
  StrategyContext,
  StrategySetup,
} from "crosstick/internal/strategies/strategy";
import fc from "fast-check";
import { expect, test } from "vitest";

const SEED = Number(process.env.CROSSTICK_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`liquidation-options: CROSSTICK_SEED=${SEED}`);

const PERPETUAL = "bybit:BTC/USDT:USDT";
const NOW_US = Date.UTC(2026, 0, 1) * 1000;
const DAY_US = 86_400e6;

interface Option {
  strike: number;
  days: number;
  bid: number;
  ask: number;
  bidVolatility: number;
  askVolatility: number;
  markVolatility: number;
  dayVolume: number;
  lot?: number;
}

/** Runs the strategy on its own: mids of the perpetual on its grid, then one closing of 3 coins of shorts at 60,000. */
function propose(mids: readonly number[], chain: readonly Option[], options: object) {
  const everys: { everyMs: number; sample: (context: StrategyContext) => void }[] = [];
  const samples: number[] = [];
  const window = {
    push: (value: number) => Number.isFinite(value) && samples.push(value) > 0,
    get count() {
      return samples.length;
    },
    get mean() {
      return samples.reduce((sum, value) => sum + value, 0) / samples.length;
    },
    get deviation() {
      return Math.sqrt(samples.reduce((sum, value) => sum + (value - this.mean) ** 2, 0) / samples.length);
    },
  };
  const setup = {
    window: () => window,
    every: (everyMs: number, sample: (context: StrategyContext) => void) => everys.push({ everyMs, sample }),
    state: <T>(initial: T) => initial,
    options: () => chain.map((_, i) => `bybit:${i}`),
    settings: { name: "lo", notional: { amount: 1e9, currency: "USDT" }, entryNetBps: 0, exitNetBps: 0 },
  } as unknown as StrategySetup;
  const proposals: { legs: readonly ProposedLeg[]; details: ProposalDetails }[] = [];
  const refusals: string[] = [];
  let mid = 0;
  const context = {
    ...{ timeUs: NOW_US, changed: PERPETUAL, entered: null, live: () => true, holds: () => false },
    metrics: () => ({ mid }),
    liquidations: () => ({ count: 1, price: 60_000, long: 0, short: 3 }),
    option: (i: string) => {
      const { days, lot = 0.1, ...figures } = chain[Number(i.split(":")[1])];
      return { ...figures, lot, type: "call", expiryUs: NOW_US + days * DAY_US, underlying: 61_000, inCoin: false };
    },
    propose: (legs: readonly ProposedLeg[], details: ProposalDetails) => proposals.push({ legs, details }),
    refuse: (reason: string) => refusals.push(reason),
  } as unknown as StrategyContext;
  const parsed = definition.options.parse({ liquidations: [PERPETUAL], venues: ["bybit"], base: "BTC", ...options });
  const run = definition.create(parsed, setup);
  for (mid of mids) everys[0].sample(context);
  run?.(context);
  return { proposals, refusals };
}

const realised = { from: "realised", instrument: PERPETUAL, sampleMs: 60_000, window: 1000, minSamples: 10 };
const option = fc.record({
  strike: fc.double({ min: 55_000, max: 66_000, noNaN: true }),
  days: fc.double({ min: 0.1, max: 80, noNaN: true }),
  bid: fc.double({ min: 100, max: 900, noNaN: true }),
  ask: fc.double({ min: 901, max: 2000, noNaN: true }),
  bidVolatility: fc.oneof(fc.double({ min: 0.05, max: 1, noNaN: true }), fc.constant(Number.NaN)),
  askVolatility: fc.oneof(fc.double({ min: 0.05, max: 1, noNaN: true }), fc.constant(Number.NaN)),
  markVolatility: fc.double({ min: 0.05, max: 1, noNaN: true }),
  dayVolume: fc.oneof(fc.constant(0), fc.double({ min: 0.1, max: 100, noNaN: true })),
  lot: fc.constantFrom(0.01, 0.1, 1, Number.NaN),
});
const mids = fc.array(fc.double({ min: 59_940, max: 60_060, noNaN: true }), { minLength: 30, maxLength: 60 });

const seenSides = new Set<string>();

/** Whole lots of three coins or a tenth of the day's volume, one by one; none without a lot. */
function lotsIn(dayVolume: number, lot: number): number {
  const most = Math.min(3, 0.1 * dayVolume);
  let lots = 0;
  while ((lots + 1) * lot <= most * (1 + 1e-9)) lots++;
  return lots;
}

test("the option and the side with the largest edge against the realised volatility, sized by its volume", () => {
  fc.assert(
    fc.property(mids, fc.array(option, { minLength: 1, maxLength: 8 }), (prices, chain) => {
      const { proposals, refusals } = propose(prices, chain, { volatility: realised, minVolatilityEdge: 0 });
      const returns = prices.slice(1).map((price, i) => Math.log(price / prices[i]));
      const fair = Math.sqrt((returns.reduce((sum, r) => sum + r * r, 0) / returns.length) * (365 * 24 * 60));
      const wanted = chain
        .filter(
          ({ strike, days, dayVolume, lot }) =>
            Math.abs(strike / 60_000 - 1) <= 0.05 && days >= 1 && days <= 60 && lotsIn(dayVolume, lot) > 0,
        )
        .flatMap((one) => {
          const years = one.days / 365;
          const scale = (vega(61_000, one.strike, years, one.markVolatility) / 61_000) * 1e4;
          const half = ((one.ask - one.bid) / 2 / 61_000) * 1e4;
          const size = lotsIn(one.dayVolume, one.lot) * one.lot;
          const sides = [
            { side: "sell", distance: one.bidVolatility - fair },
            { side: "buy", distance: fair - one.askVolatility },
          ].filter(({ distance }) => !Number.isNaN(distance));
          const best = sides.sort((a, b) => b.distance - a.distance)[0];
          return best === undefined ? [] : [{ ...best, size, edgeBps: scale * best.distance + half }];
        })
        .sort((a, b) => b.edgeBps - a.edgeBps)[0];
      if (wanted === undefined || wanted.distance < 0) {
        expect([proposals, refusals.length]).toEqual([[], 1]);
        return;
      }
      const [{ legs, details }] = proposals;
      seenSides.add(wanted.side);
      expect(legs[0].side).toBe(wanted.side);
      expect(legs[0].size).toBeCloseTo(wanted.size, 9);
      expect(details.edgeBps).toBeCloseTo(wanted.edgeBps, 4);
    }),
    { numRuns: 300, seed: SEED },
  );
  expect([...seenSides].sort()).toEqual(["buy", "sell"]);
});

test("a size below the lot is refused, an unknown lot is not guessed, and the user's goes before the venue's", () => {
  const one = {
    strike: 60_000,
    days: 10,
    bid: 500,
    ask: 1000,
    bidVolatility: 0.9,
    askVolatility: 1,
    markVolatility: 0.95,
  };
  const of = (lot: number, dayVolume: number, lots: object) => {
    const { proposals, refusals } = propose([], [{ ...one, dayVolume, lot }], { preset: "system-a", lots });
    return refusals[0] ?? proposals[0].legs[0];
  };
  expect(of(0.1, 0.99, {})).toBe("lot");
  expect(of(0.1, 1, {})).toMatchObject({ size: 0.1, lot: 0.1 });
  expect(of(0.1, 3.9, {})).toMatchObject({ size: 0.3 });
  expect(of(Number.NaN, 20, {})).toBe("lot-unknown");
  expect(of(Number.NaN, 20, { okx: 1 })).toBe("lot-unknown");
  expect(of(Number.NaN, 20, { bybit: 0.7 })).toMatchObject({ size: 1.4, lot: 0.7 });
  expect(of(0.1, 20, { bybit: 5 })).toBe("lot");
});

test("without enough samples of the realised volatility nothing is called fair", () => {
  const one = {
    strike: 60_000,
    days: 10,
    bid: 500,
    ask: 1000,
    bidVolatility: 0.5,
    askVolatility: 0.6,
    markVolatility: 0.55,
  };
  const { proposals, refusals } = propose([60_000, 60_100, 60_000], [{ ...one, dayVolume: 50 }], {
    volatility: realised,
  });
  expect([proposals, refusals]).toEqual([[], ["too-few-samples"]]);
});

test("a return of 1 % an hour is 93.6 % a year", () => {
  expect(yearly(0.01 ** 2, 3_600_000)).toBeCloseTo(0.01 * Math.sqrt(8760), 12);
});
