// Options in an account: against a ledger of single contracts, and on recorded frames against a plain reading of them.
import { fileURLToPath } from "node:url";
import { type BacktestResult, backtest } from "crosstick/internal/backtest";
import { parseConfig } from "crosstick/internal/config";
import type { Fill, Settlement, TradingLine } from "crosstick/internal/engine/trading";
import { parseVenueProduct } from "crosstick/internal/market/venues";
import { replay } from "crosstick/internal/replay";
import { Account } from "crosstick/internal/research/account";
import { sweep } from "crosstick/internal/sweep";
import { axisOf, pointsOf } from "crosstick/internal/sweep-grid";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { joined, linesOf } from "../replay/edited-recording.js";
import { recordingFolder } from "../replay/run-replay.js";
import { cryptofeedDeribit, hasRecordings } from "../replay/shared-data.js";

const folder = recordingFolder();
const NS = 1_000_000_000n;
const EXPIRY_NS = 1_750_000_000n * NS;
const STRIKE = 30_000;

/** One put in coin and one call in USDC, as their venues have them. */
const COIN = { instrument: "deribit:BTC/USD:BTC-250615-30000-P", venue: "deribit", quote: "USD", settle: "BTC" };
const LINEAR = { instrument: "bybit:BTC/USDC:USDC-250615-30000-C", venue: "bybit", quote: "USDC", settle: "USDC" };

interface Trade {
  isBought: boolean;
  isClosed: boolean;
  lots: number;
  priceBps: number;
  exitBps: number;
  index: number;
  feeBps: number;
  feeCap: number;
}

const trade: fc.Arbitrary<Trade> = fc.record({
  isBought: fc.boolean(),
  isClosed: fc.boolean(),
  lots: fc.integer({ min: 1, max: 40 }),
  priceBps: fc.integer({ min: 1, max: 900 }),
  exitBps: fc.integer({ min: 1, max: 900 }),
  index: fc.integer({ min: 20_000, max: 45_000 }),
  feeBps: fc.integer({ min: 0, max: 5 }),
  feeCap: fc.constantFrom(0.125, 0.07),
});

function linesOfTrade(of: typeof COIN, one: Trade, i: number): Fill[] {
  const isCoin = of === COIN;
  const at = (bps: number) => (isCoin ? bps / 1e4 : (bps / 1e4) * one.index);
  const fill = (side: "buy" | "sell", bps: number, rest: Partial<Fill>): Fill => ({
    ...{ type: "fill", ts: String(EXPIRY_NS - 1000n * NS + BigInt(i)), signal: `s-${i}`, closes: null, strategy: "s" },
    ...{ effect: "open", product: "option", base: "BTC", ...of, side, wanted: one.lots / 10, size: one.lots / 10 },
    ...{ price: at(bps), feeBps: one.feeBps },
    option: { mark: at(bps), index: one.index, feeCap: one.feeCap, expiry: String(EXPIRY_NS) },
    ...rest,
  });
  const [first, second] = one.isBought ? (["buy", "sell"] as const) : (["sell", "buy"] as const);
  const open = fill(first, one.priceBps, {});
  if (!one.isClosed) return [open];
  return [open, fill(second, one.exitBps, { signal: `x-${i}`, closes: `s-${i}`, effect: "close" })];
}

/** What each contract of a tenth brings by itself, in what it is paid in: `pays` a unit at the end. */
function ledger(isCoin: boolean, trades: readonly Trade[], pays: number) {
  let [sum, fees, open] = [0, 0, 0];
  for (const { isBought, isClosed, lots, priceBps, exitBps, index, feeBps, feeCap } of trades)
    for (let lot = 0; lot < lots; lot++) {
      const unit = isCoin ? 0.1 : 0.1 * index;
      const [entry, exit] = [(priceBps / 1e4) * unit, isClosed ? (exitBps / 1e4) * unit : pays * 0.1];
      const cost = (premium: number) => Math.min((unit * feeBps) / 1e4, premium * feeCap);
      const paid = cost(entry) + (isClosed ? cost(exit) : 0);
      sum += (isBought ? exit - entry : entry - exit) - paid;
      fees += paid;
      if (!isClosed) open += isBought ? 0.1 : -0.1;
    }
  return { sum, fees, open };
}

describe("an account of options", () => {
  const cases = [
    { name: "in coin", of: COIN, currency: "USD", intrinsic: (index: number) => Math.max(0, STRIKE - index) / index },
    { name: "in USDC", of: LINEAR, currency: "USDC", intrinsic: (index: number) => Math.max(0, index - STRIKE) },
  ];
  for (const { name, of, currency, intrinsic } of cases)
    test(`${name}: premiums, capped fees, marks and what is paid at the end, contract by contract`, () => {
      const isCoin = of === COIN;
      fc.assert(
        fc.property(
          fc.array(trade, { minLength: 1, maxLength: 12 }),
          fc.integer({ min: 1, max: 900 }),
          fc.integer({ min: 20_000, max: 45_000 }),
          (trades, markBps, last) => {
            const account = new Account(currency);
            for (const [i, one] of trades.entries()) for (const fill of linesOfTrade(of, one, i)) account.take(fill);
            const mark = isCoin ? markBps / 1e4 : (markBps / 1e4) * last;
            const ts = String(EXPIRY_NS - 1n * NS);
            const indexes: Record<string, number> = isCoin ? { "BTC/USD": last } : {};
            account.take({ type: "marks", ts, mids: {}, marks: { [of.instrument]: mark }, indexes });
            const before = ledger(isCoin, trades, mark);
            const worth = isCoin ? last : 1;
            expect(account.report().pnl).toBeCloseTo(before.sum * worth, 4);
            expect(account.report().balances[of.settle] ?? 0).toBeCloseTo(before.sum, 9);
            expect(account.report().positions[of.instrument] ?? 0).toBeCloseTo(before.open, 9);
            const price = intrinsic(last);
            const end = { type: "settlement", ts: String(EXPIRY_NS), instrument: of.instrument } as const;
            account.take({ ...end, price, index: last });
            account.take({ type: "marks", ts: String(EXPIRY_NS + NS), mids: {} });
            const after = ledger(isCoin, trades, price);
            const { report, trades: told } = { report: account.report(), trades: account.trades };
            expect(report.pnl).toBeCloseTo(after.sum * worth, 4);
            expect(report).toMatchObject({ positions: {}, unvalued: [], legsRefused: {}, closed: trades.length });
            // Coin of a trade that is over stays at the price of its end.
            if (isCoin) return;
            expect(told.reduce((sum, { pnl }) => sum + (pnl ?? Number.NaN), 0)).toBeCloseTo(after.sum, 4);
            expect(report.fees).toBeCloseTo(after.fees, 6);
          },
        ),
      );
    });

  test("what cannot be settled is in no figure, and counted; what was given back before stays", () => {
    const trades: Trade[] = [
      { isBought: true, isClosed: true, lots: 10, priceBps: 100, exitBps: 150, index: 30_000, feeBps: 3, feeCap: 0.1 },
      { isBought: false, isClosed: false, lots: 5, priceBps: 300, exitBps: 1, index: 31_000, feeBps: 3, feeCap: 0.1 },
    ];
    const told = (account: Account, many: readonly Trade[]) => {
      for (const [i, one] of many.entries()) for (const fill of linesOfTrade(COIN, one, i)) account.take(fill);
    };
    const later = { type: "marks", ts: String(EXPIRY_NS + NS), mids: {}, indexes: { "BTC/USD": 30_500 } } as const;
    const [whole, first] = [new Account("USD"), new Account("USD")];
    told(first, trades.slice(0, 1));
    told(whole, trades);
    whole.take({
      ...{ type: "settlement", ts: String(EXPIRY_NS), instrument: COIN.instrument, price: null, index: null },
    });
    for (const account of [first, whole]) account.take(later);
    // Its day went by, and nobody said what became of it: a hole of a journal.
    const forgotten = new Account("USD");
    told(forgotten, trades);
    forgotten.take(later);
    for (const account of [whole, forgotten]) {
      const { report, trades: all } = { report: account.report(), trades: account.trades };
      for (const figure of ["pnl", "fees", "turnover"] as const)
        expect(report[figure]).toBeCloseTo(first.report()[figure] ?? Number.NaN, 6);
      expect(report).toMatchObject({ legsRefused: { "index-unknown": 1 }, positions: {}, closed: 2, hitRate: 1 });
      expect(all.map(({ closed, pnl }) => [closed !== null, pnl === null])).toEqual([
        [true, false],
        [true, true],
      ]);
    }
  });

  test("what was not given back whole waits for its expiry", () => {
    const one: Trade = {
      ...{ isBought: true, isClosed: true, lots: 10, priceBps: 100, exitBps: 150, index: 30_000, feeBps: 0, feeCap: 1 },
    };
    const [open, close] = linesOfTrade(LINEAR, one, 0);
    const account = new Account("USDC");
    account.take(open);
    account.take({ ...close, size: 0.4 });
    account.take({ type: "marks", ts: String(EXPIRY_NS - NS), mids: {}, marks: { [LINEAR.instrument]: 200 } });
    expect(account.trades).toMatchObject([{ closed: null, pnl: expect.closeTo(-300 + 0.4 * 450 + 0.6 * 200, 9) }]);
    account.take({
      ...{ type: "settlement", ts: String(EXPIRY_NS), instrument: LINEAR.instrument, price: 700, index: 30_700 },
    });
    account.take({ type: "marks", ts: String(EXPIRY_NS + NS), mids: {} });
    expect(account.trades).toMatchObject([
      { closed: String(EXPIRY_NS), pnl: expect.closeTo(-300 + 0.4 * 450 + 0.6 * 700, 9) },
    ]);
    expect(account.report()).toMatchObject({ partialFills: 1, closed: 1, positions: {} });
  });
});

const PERPETUAL = "bybit:BTC/USDT:USDT";
const PUT = "deribit:BTC/USD:BTC-210924-34000-P";
const RAW_PUT = "BTC-24SEP21-34000-P";
const PRICE = 32_000;
const FEE_BPS = 3;
const LATENCY_MS = 75;
/** Within the recording, epoch ms. */
const AT_MS = 1_626_993_745_100;
const EXPIRY_MS = Date.UTC(2021, 8, 24, 8);

const liquidation = (atMs: number, size: number): string => {
  const data = [{ T: atMs - 50, s: "BTCUSDT", S: "Buy", v: String(size), p: String(PRICE) }];
  return `${(atMs / 1000).toFixed(6)} ${JSON.stringify({ topic: "allLiquidation.BTCUSDT", type: "snapshot", ts: atMs - 5, data })}\n`;
};

interface Line {
  t: string;
  ts?: number;
  data?: string;
}

/** The recording so much later; `change` edits what a frame says. */
function moved(byMs: number, change: (data: string, ms: number) => string = (data) => data): string {
  return joined(
    linesOf(cryptofeedDeribit).map((line) => {
      const parsed = JSON.parse(line) as Line;
      if (parsed.ts === undefined || parsed.data === undefined) return line;
      const ms = Math.round(parsed.ts * 1000) + byMs;
      const data = parsed.data.replace(/"timestamp":(\d+)/g, (_, at) => `"timestamp":${Number(at) + byMs}`);
      return JSON.stringify({ ...parsed, ts: parsed.ts + byMs / 1000, data: change(data, ms) });
    }),
  );
}

interface Ticker {
  ms: number;
  instrument_name: string;
  mark_price: number;
  index_price: number;
  underlying_price: number;
  best_bid_price: number;
  best_ask_price: number;
}

/** Tickers of a recording as they stand in it. */
function tickersOf(text: string): Ticker[] {
  return text.split("\n").flatMap((line) => {
    if (!line.includes("ticker.BTC")) return [];
    const { t, ts, data } = JSON.parse(line) as Line;
    const { params } = JSON.parse(data ?? "{}");
    return t === "recv" && params !== undefined ? [{ ...params.data, ms: (ts ?? 0) * 1000 }] : [];
  });
}

/** The last ticker before a time, of the put or of any option. */
const lastOf = (tickers: readonly Ticker[], ms: number, name?: string): Ticker =>
  tickers.findLast((one) => one.ms < ms && (name ?? one.instrument_name) === one.instrument_name) as Ticker;

const common = {
  ...{ name: "lo", entryNetBps: -100, exitNetBps: -200, notional: { amount: 10_000, currency: "USD" } },
};
const liquidationOptions = {
  ...{ kind: "liquidation-options", liquidations: [PERPETUAL], venues: ["deribit"], base: "BTC", preset: "system-a" },
  ...{ volumeShare: 0.5, strikeTolerance: 0.1, expiryDays: [0, 65] },
};

const configOf = (strategy: object, rest: object = {}) =>
  parseConfig({
    fees: { deribit: { option: { maker: FEE_BPS, taker: FEE_BPS } } },
    gates: { alignMs: 10_000, maxAgeMs: 60_000, maxClockUncertaintyMs: 1000 },
    strategies: [{ ...common, ...strategy }],
    ...rest,
  });

async function run(
  name: string,
  text: string,
  liquidations: string,
  rest: object,
  latencyMs = LATENCY_MS,
  kind: object = liquidationOptions,
): Promise<{ result: BacktestResult; lines: TradingLine[] }> {
  const lines: TradingLine[] = [];
  const result = await backtest({
    inputs: [
      { path: folder.write(`${name}.jsonl`, text) },
      { path: folder.write(`${name}.log`, liquidations), market: parseVenueProduct("bybit.linear") },
    ],
    config: configOf({ ...kind, ...rest }),
    trading: { latencyMs, markMs: 1000 },
    onTrades: (some) => lines.push(...some.map((line) => JSON.parse(line) as TradingLine)),
  });
  return { result, lines };
}

const msOf = ({ ts }: { ts: string }): number => Number(BigInt(ts) / 1000n) / 1000;
const fillsOf = (lines: readonly TradingLine[]): Fill[] => lines.filter((line) => line.type === "fill");
const endsOf = (lines: readonly TradingLine[]): Settlement[] => lines.filter((line) => line.type === "settlement");

describe.skipIf(!hasRecordings)("liquidation-options on recorded options", () => {
  test("sold at the bid and given back at the offer, a latency later, valued at the mark in between", async () => {
    const text = hasRecordings ? moved(0) : "";
    const tickers = tickersOf(text);
    // Its mark moves while it is held.
    const atMs = AT_MS - 7000;
    for (const feeCap of [0.125, 0.001]) {
      const { result, lines } = await run(`held-${feeCap}`, text, liquidation(atMs, 2.5), {
        holdMinutes: 0.1,
        feeCap,
      });
      const { report, trades, equity } = result.strategies.lo;
      const [sold, bought] = fillsOf(lines);
      expect([sold, bought].map(({ instrument, side, effect }) => [instrument, side, effect])).toEqual([
        [PUT, "sell", "open"],
        [PUT, "buy", "close"],
      ]);
      expect(msOf(sold)).toBe(atMs + LATENCY_MS);
      expect(msOf(bought) % 1000).toBe(LATENCY_MS);
      const { size } = sold;
      // 10,000 USD are 0.3089 coins of the forward: three lots of a tenth.
      expect([size, sold.wanted, bought.size]).toEqual([0.3, 0.3, 0.3]);
      const entry = lastOf(tickers, msOf(sold), RAW_PUT).best_bid_price;
      const exit = lastOf(tickers, msOf(bought), RAW_PUT).best_ask_price;
      expect([sold.price, bought.price]).toEqual([entry, exit]);
      const fees = [entry, exit].map((price) => Math.min(FEE_BPS / 1e4, feeCap * price) * size);
      const coins = size * (entry - exit) - fees[0] - fees[1];
      expect(coins).toBeLessThan(0);
      expect(report.balances.BTC).toBeCloseTo(coins, 12);
      expect(trades).toMatchObject([{ closed: bought.ts, legs: [{ entry, exit, size, side: "sell" }] }]);
      let compared = 0;
      for (const point of equity) {
        const ms = msOf(point);
        const isOpen = ms >= msOf(sold) && ms < msOf(bought);
        const mark = lastOf(tickers, ms, RAW_PUT).mark_price;
        const held = isOpen ? size * (entry - mark) - fees[0] : ms < msOf(sold) ? 0 : coins;
        expect(point.equity).toBeCloseTo(held * lastOf(tickers, ms).index_price, 6);
        compared++;
      }
      expect(compared).toBeGreaterThan(9);
      expect(report.pnl).toBeCloseTo(equity.at(-1)?.equity ?? Number.NaN, 9);
      expect(report).toMatchObject({ trades: 1, closed: 1, hitRate: 0, fills: 2, positions: {}, legsRefused: {} });
    }
  });

  /** The expiry of the put falls into the recording, at this time of it. */
  const END_MS = 1_626_993_750_000;
  const byMs = EXPIRY_MS - END_MS;
  /** A small one afterwards is not looked at: time goes on. */
  const before = liquidation(AT_MS + byMs, 2.5);

  test("at the expiry it pays what it is worth by the index of then, and the entry is over", async () => {
    const text = hasRecordings ? moved(byMs) : "";
    const { result, lines } = await run("ends", text, before, { holdMinutes: 0.1 });
    const { report, trades, refused, signals } = result.strategies.lo;
    const { index_price: index } = lastOf(tickersOf(text), EXPIRY_MS);
    const intrinsic = (34_000 - index) / index;
    const [sold, ...others] = fillsOf(lines);
    expect(others).toEqual([]);
    expect(endsOf(lines)).toEqual([
      {
        type: "settlement",
        ts: String(BigInt(EXPIRY_MS) * 1_000_000n),
        instrument: PUT,
        index,
        price: expect.closeTo(intrinsic, 12),
      },
    ]);
    const coins = sold.size * ((sold.price ?? Number.NaN) - intrinsic - FEE_BPS / 1e4);
    expect(coins).toBeGreaterThan(0);
    expect(report.balances.BTC).toBeCloseTo(coins, 12);
    expect(report).toMatchObject({ trades: 1, closed: 1, hitRate: 1, positions: {}, legsRefused: {} });
    expect(trades[0]).toMatchObject({ closed: endsOf(lines)[0].ts, legs: [{ exit: expect.closeTo(intrinsic, 12) }] });
    // When it was to be given back there was nothing any more.
    expect([signals, refused]).toEqual([1, { expired: 1 }]);
    const value = report.pnl ?? Number.NaN;
    expect(value / coins).toBeCloseTo(lastOf(tickersOf(text), EXPIRY_MS + 4000).index_price, -1);
  });

  test("nothing after the expiry changes it, and the last index before it does", async () => {
    const scale = (from: number) => (data: string, ms: number) =>
      ms < from ? data : data.replace(/"index_price":([\d.]+)/g, (_, price) => `"index_price":${Number(price) * 1.01}`);
    const whole = await run("real", moved(byMs), before, {});
    const after = await run("after", moved(byMs, scale(EXPIRY_MS)), before, {});
    const earlier = await run("earlier", moved(byMs, scale(EXPIRY_MS - 2000)), before, {});
    const told = ({ lines }: typeof whole) => lines.filter((line) => msOf(line) <= EXPIRY_MS);
    expect(told(whole).length).toBeGreaterThan(4);
    expect(told(after)).toEqual(told(whole));
    expect(after.result.strategies.lo.report.balances).toEqual(whole.result.strategies.lo.report.balances);
    expect(endsOf(earlier.lines)[0].index).toBeCloseTo((endsOf(whole.lines)[0].index ?? Number.NaN) * 1.01, 6);
  });

  test("an order that is under way when it expires trades nothing", async () => {
    const text = hasRecordings ? moved(byMs) : "";
    const late = 1500;
    const closing = await run("closing", text, before, { holdMinutes: 0.05 }, late);
    expect(closing.result.strategies.lo.signals).toBe(2);
    expect(fillsOf(closing.lines).map(({ effect, size }) => [effect, size > 0])).toEqual([["open", true]]);
    expect(closing.result.strategies.lo.report).toMatchObject({ closed: 1, positions: {}, legsRefused: {} });
    const opening = await run("opening", text, liquidation(EXPIRY_MS - 500, 2.5), {}, late);
    expect(fillsOf(opening.lines)).toMatchObject([{ effect: "open", size: 0, refused: "expired" }]);
    expect(opening.result.strategies.lo.report).toMatchObject({ pnl: 0, positions: {}, legsRefused: { expired: 1 } });
  });

  test("a sweep has at each point the account of a backtest, from the recordings and from their journal", async () => {
    const text = hasRecordings ? moved(byMs) : "";
    const dir = folder.path("journal");
    const recordings = [
      { path: folder.write("swept.jsonl", text) },
      { path: folder.write("swept.log", before), market: parseVenueProduct("bybit.linear") },
    ];
    const record = { dir };
    await replay({ inputs: recordings, config: configOf(liquidationOptions, { record }), recordTo: dir });
    const axes = ["lo.volumeShare=0.05,0.3,0.5", "lo.holdMinutes=0.05,60"].map(axisOf);
    const trading = { latencyMs: LATENCY_MS, markMs: 1000 };
    const config = configOf(liquidationOptions);
    const alone: string[] = [];
    for (const point of pointsOf(axes)) {
      const [volumeShare, holdMinutes] = [point["lo.volumeShare"], point["lo.holdMinutes"]];
      const { result } = await run("point", text, before, { volumeShare, holdMinutes });
      alone.push(JSON.stringify(result.strategies.lo.report));
    }
    for (const inputs of [recordings, [{ path: dir }]]) {
      const { results } = await sweep({ inputs, config, trading, axes, file: null, workers: 2 });
      expect(results.map(({ reports }) => reports.lo.trades)).toEqual([0, 0, 1, 1, 1, 1]);
      expect(results.map(({ point }) => point)).toEqual(pointsOf(axes));
      expect(results.map(({ reports }) => JSON.stringify(reports.lo))).toEqual(alone);
      // Given back at the offer it loses, held to its end it earns: both were there.
      expect(results.map(({ reports }) => Math.sign(reports.lo.pnl ?? 0))).toEqual([0, 0, -1, 1, -1, 1]);
    }
  });

  test("a strategy of one's own trades whole lots, and has what it does not hold to its end", async () => {
    const use = fileURLToPath(new URL("./take-option.js", import.meta.url));
    const text = hasRecordings ? moved(byMs) : "";
    const take = (options: object, rest = {}) =>
      run("own", text, before, rest, LATENCY_MS, {
        use,
        options: { instrument: PUT, lot: 0.1, feeCap: 0.1, ...options },
      });
    const { result, lines } = await take({ size: 0.57 });
    const { report, trades } = result.strategies.lo;
    expect(fillsOf(lines)).toMatchObject([{ effect: "both", side: "buy", size: 0.5, wanted: 0.5, price: 0.1585 }]);
    const coins = 0.5 * ((endsOf(lines)[0].price ?? Number.NaN) - 0.1585 - FEE_BPS / 1e4);
    expect(report.balances.BTC).toBeCloseTo(coins, 12);
    expect(trades).toMatchObject([{ closed: endsOf(lines)[0].ts }]);
    const few = await take({ size: 0.09 });
    expect([few.lines, few.result.strategies.lo.refused]).toEqual([[], { lot: 1 }]);
    // Without a reference nobody said what its fee is capped at.
    const uncapped = await take(
      { feeCap: null, size: 0 },
      { entryNetBps: -1000, notional: { amount: 0.05, currency: "USD" } },
    );
    expect(fillsOf(uncapped.lines)).toMatchObject([{ size: 0, refused: "fees-unknown" }]);
    expect(uncapped.result.strategies.lo.report.legsRefused).toEqual({ "fees-unknown": 1 });
  });

  test("where no index is told, the forward of its day is what it ends at", async () => {
    const text = hasRecordings ? moved(byMs, (data) => data.replaceAll('"index_price":', '"unknown":')) : "";
    const { lines } = await run("forward", text, before, {});
    const { underlying_price: forward } = lastOf(tickersOf(text), EXPIRY_MS, RAW_PUT);
    expect(fillsOf(lines)[0]).toMatchObject({ price: 0.1555, option: { index: expect.any(Number) } });
    expect(endsOf(lines)).toMatchObject([{ index: forward, price: expect.closeTo((34_000 - forward) / forward, 12) }]);
  });

  test("an index of two minutes before is not that of the expiry: nothing is guessed", async () => {
    const late = byMs - 120_000;
    const text = hasRecordings ? moved(late) : "";
    const small = liquidation(EXPIRY_MS + 5000, 0.01);
    const { result, lines } = await run("unknown", text, liquidation(AT_MS + late, 2.5) + small, {});
    const { report, trades } = result.strategies.lo;
    expect(fillsOf(lines)).toMatchObject([{ side: "sell", size: expect.any(Number) }]);
    expect(fillsOf(lines)[0].size).toBeGreaterThan(0);
    expect(endsOf(lines)).toMatchObject([{ price: null, index: null }]);
    expect(report).toMatchObject({
      legsRefused: { "index-unknown": 1 },
      positions: {},
      trades: 1,
      closed: 1,
      hitRate: null,
    });
    for (const figure of ["pnl", "fees", "turnover"] as const) expect(report[figure]).toBeCloseTo(0, 9);
    expect(trades).toMatchObject([{ pnl: null, closed: endsOf(lines)[0].ts }]);
  });

  test("an option whose mark was never told is not traded, and the reason is counted", async () => {
    const text = hasRecordings ? moved(0, (data) => data.replaceAll('"mark_price":', '"unmarked":')) : "";
    const { result, lines } = await run("unmarked", text, liquidation(AT_MS, 2.5), { holdMinutes: 0.1 });
    const { report } = result.strategies.lo;
    expect(fillsOf(lines)[0]).toMatchObject({ effect: "open", size: 0, price: null, refused: "mark-unknown" });
    expect(report).toMatchObject({ fills: 0, legsRefused: { "mark-unknown": 1 }, pnl: 0, positions: {}, closed: 1 });
  });
});
