// Triangles on random books through the whole pipeline, against every loop walked by plain arithmetic.
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs } from "../runs.js";
import { recordingFolder, runReplay } from "./run-replay.js";
import { signalSchema } from "./signal-schema.js";

const folder = recordingFolder();
const SEED = Number(process.env.CROSSTICK_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`triangles: CROSSTICK_SEED=${SEED}`);

const US = 1_700_000_000_000_000;
const FEE_BPS = 10;
const NOTIONAL = 1000;
const MARKETS = [
  { raw: "BTCUSDT", base: "BTC", quote: "USDT", price: 50_000, lot: 0.0001 },
  { raw: "ETHUSDT", base: "ETH", quote: "USDT", price: 2500, lot: 0.001 },
  { raw: "ETHBTC", base: "ETH", quote: "BTC", price: 0.05, lot: undefined },
  { raw: "BTCUSDC", base: "BTC", quote: "USDC", price: 50_000, lot: undefined },
  { raw: "USDCUSDT", base: "USDC", quote: "USDT", price: 1, lot: 1 },
] as const;
type Market = (typeof MARKETS)[number];
const idOf = ({ base, quote }: Market) => `bybit:${base}/${quote}`;

const config = {
  fees: { bybit: { spot: { maker: FEE_BPS, taker: FEE_BPS } } },
  gates: { alignMs: 10_000, maxAgeMs: 10_000, maxClockUncertaintyMs: 10_000 },
  strategies: [
    {
      ...{ name: "tri", kind: "triangular", instruments: MARKETS.map(idOf) },
      lots: Object.fromEntries(MARKETS.flatMap((one) => (one.lot === undefined ? [] : [[idOf(one), one.lot]]))),
      notional: { amount: NOTIONAL, currency: "USDT" },
    },
  ],
};

interface Book {
  bids: [number, number][];
  asks: [number, number][];
}
interface Leg {
  market: Market;
  side: "buy" | "sell";
}

/** Every way from USDT back to it over three different markets. */
const loops: Leg[][] = [];
for (const a of MARKETS)
  for (const b of MARKETS)
    for (const c of MARKETS) {
      if (a === b || b === c || a === c) continue;
      let asset: string = "USDT";
      const legs: Leg[] = [];
      for (const market of [a, b, c]) {
        if (asset !== market.base && asset !== market.quote) break;
        const side = asset === market.quote ? "buy" : "sell";
        asset = side === "buy" ? market.base : market.quote;
        legs.push({ market, side });
        if (asset === "USDT") break;
      }
      if (legs.length === 3 && asset === "USDT") loops.push(legs);
    }

/** Spends `want` of quote (buy) or `want` of base (sell), level by level; null when the book ends. */
function walk(levels: [number, number][], want: number, byQuote: boolean): { base: number; quote: number } | null {
  let [base, quote] = [0, 0];
  for (const [price, size] of levels) {
    const left = byQuote ? (want - quote) / price : want - base;
    const take = Math.min(size, left);
    base += take;
    quote += take * price;
    if (left <= size) return { base, quote };
  }
  return null;
}

const floor = (size: number, lot: number | undefined) =>
  lot === undefined ? size : Math.floor(size / lot + 1e-9) * lot;

function through(
  legs: Leg[],
  books: ReadonlyMap<string, Book>,
): { net: number; gross: number; sizes: number[] } | string {
  let held = NOTIONAL;
  let invested = 0;
  const sizes: number[] = [];
  for (const [i, { market, side }] of legs.entries()) {
    const book = books.get(market.raw) as Book;
    let took: { base: number; quote: number } | null;
    if (side === "buy") {
      took = walk(book.asks, held, true);
      if (took === null) return "depth";
      const size = floor(took.base, market.lot);
      if (size < took.base) took = size === 0 ? { base: 0, quote: 0 } : walk(book.asks, size, false);
    } else {
      const size = floor(held, market.lot);
      took = size === 0 ? { base: 0, quote: 0 } : walk(book.bids, size, false);
    }
    if (took === null) return "depth";
    if (took.base === 0) return "lot";
    if (i === 0) invested = side === "buy" ? took.quote : took.base;
    sizes.push(took.base);
    held = (side === "buy" ? took.base : took.quote) * (1 - FEE_BPS / 1e4);
  }
  const ratio = held / invested;
  return { net: (ratio - 1) * 1e4, gross: (ratio / (1 - FEE_BPS / 1e4) ** 3 - 1) * 1e4, sizes };
}

const nameOf = (legs: Leg[]) => legs.map(({ side, market }) => `${side}-${idOf(market)}`).join("-");

const side = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 40 })), {
  minLength: 1,
  maxLength: 4,
});
const change = fc.record({
  market: fc.constantFrom(...MARKETS),
  /** Of the mid, hundredths of a percent. */
  away: fc.integer({ min: -80, max: 80 }),
  bids: side,
  asks: side,
});

function bookOf({ price }: Market, away: number, bids: [number, number][], asks: [number, number][]): Book {
  const mid = price * (1 + away / 1e4);
  const unit = 10 / price; // sizes worth 10 to 400 dollars a level
  const levels = (steps: [number, number][], sign: number): [number, number][] => {
    let at = mid;
    return steps.map(([step, size]) => {
      at *= 1 + (sign * step) / 1e5;
      return [
        Number(at.toPrecision(8)),
        Number((size * unit * (price < 1 ? 1 / 2500 : price === 1 ? 1 : 1) * 10).toPrecision(6)),
      ];
    });
  };
  return { bids: levels(bids, -1), asks: levels(asks, 1) };
}

test("loops are found once each, in both directions", () => {
  expect(new Set(loops.map(nameOf)).size).toBe(loops.length);
  expect(loops.length).toBe(4);
});

test("every entry and exit is that of plain arithmetic over all loops after each change", async () => {
  const seen = { enter: 0, exit: 0, lot: 0, depth: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 60, maxLength: 200 }), async (changes) => {
      const books = new Map<string, Book>();
      const open = new Map<string, Leg[]>();
      const wanted: { ts: string; action: string; direction: string; net: number; gross: number; sizes: number[] }[] =
        [];
      const refused: Record<string, number> = {};
      const lines: string[] = [];
      // Each market is there, and the clock is known, before anything may happen.
      const quiet = Array.from({ length: 40 }, (_, i) => ({
        market: MARKETS[i % 5],
        away: 0,
        bids: [[6, 40]],
        asks: [[6, 40]],
      }));
      for (const [i, { market, away, bids, asks }] of [...quiet, ...changes].entries()) {
        const us = US + i * 1000;
        const book = bookOf(market, away, bids as [number, number][], asks as [number, number][]);
        books.set(market.raw, book);
        const text = (side: [number, number][]) => side.map(([price, size]) => [String(price), String(size)]);
        lines.push(
          `${us} ${JSON.stringify({ topic: `orderbook.50.${market.raw}`, type: "snapshot", ts: us / 1000, data: { s: market.raw, b: text(book.bids), a: text(book.asks), u: i + 1, seq: i + 1 } })}`,
        );
        if (books.size < 5 || i < 40) continue;
        const proposed = new Set<string>();
        for (const legs of loops) {
          if (!legs.some((leg) => leg.market === market)) continue;
          const best = legs.reduce((amount, leg) => {
            const { bids: b, asks: a } = books.get(leg.market.raw) as Book;
            return leg.side === "buy" ? amount / a[0][0] : amount * b[0][0];
          }, 1);
          if (best <= 1) continue;
          const name = nameOf(legs);
          proposed.add(name);
          const result = through(legs, books);
          if (typeof result === "string") {
            if (!open.has(name)) refused[result] = (refused[result] ?? 0) + 1;
          } else if (!open.has(name) && result.net >= 0) {
            open.set(name, legs);
            wanted.push({ ts: `${us}000`, action: "enter", direction: name, ...result });
          } else if (!open.has(name)) refused["below-cost"] = (refused["below-cost"] ?? 0) + 1;
          else if (result.net <= 0) {
            open.delete(name);
            wanted.push({ ts: `${us}000`, action: "exit", direction: name, ...result });
          }
        }
        for (const [name, legs] of [...open]) {
          if (proposed.has(name)) continue;
          const result = through(legs, books);
          if (typeof result === "string" || result.net > 0) continue;
          open.delete(name);
          wanted.push({ ts: `${us}000`, action: "exit", direction: name, ...result });
        }
      }
      const path = folder.write("random.txt", `${lines.join("\n")}\n`);
      const { signals, summary } = await runReplay([{ path, market: "bybit.spot" }], { config });
      expect(summary.rejected).toBe(0);
      const got = signals.map((line) => signalSchema.parse(JSON.parse(line)));
      const order = <T extends { ts: string; direction: string }>(all: T[]) =>
        [...all].sort((x, y) => (x.ts + x.direction < y.ts + y.direction ? -1 : 1));
      expect(order(got).map(({ ts, action, direction }) => ({ ts, action, direction }))).toEqual(
        order(wanted).map(({ ts, action, direction }) => ({ ts, action, direction })),
      );
      const found = order(got);
      for (const [i, { net, gross, sizes }] of order(wanted).entries()) {
        expect(found[i].netBps).toBeCloseTo(net, 6);
        expect(found[i].grossBps).toBeCloseTo(gross, 6);
        for (const [k, { size }] of found[i].legs.entries()) expect(size / sizes[k]).toBeCloseTo(1, 9);
        expect(found[i].statistics.dustBps).toBeGreaterThanOrEqual(0);
        if (found[i].action === "enter") seen.enter++;
        else seen.exit++;
      }
      expect(summary.strategies.tri.refused).toEqual(refused);
      seen.lot += refused.lot ?? 0;
      seen.depth += refused.depth ?? 0;
    }),
    { numRuns: runs(8), seed: SEED },
  );
  console.log(`compared: ${JSON.stringify(seen)}`);
  expect(seen.enter).toBeGreaterThan(10);
  expect(seen.exit).toBeGreaterThan(5);
  expect(seen.depth).toBeGreaterThan(0);
});

test("the configuration refuses a lot of an instrument that is none, and one that comes twice", async () => {
  const [strategy] = config.strategies;
  const { parseConfig } = await import("crosstick/internal/config");
  const parse = (changes: object) => parseConfig({ strategies: [{ ...strategy, ...changes }] });
  expect(() => parse({ lots: { "bybit:SOL/USDT": 1 } })).toThrow(/lots.*none of instruments/);
  expect(() => parse({ instruments: [...strategy.instruments, strategy.instruments[0]] })).toThrow(/repeats/);
  expect(() => parse({ instruments: strategy.instruments.slice(0, 2) })).toThrow(/instruments/);
});
