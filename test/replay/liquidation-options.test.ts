// Liquidations against real options: what is signalled must be what a plain reading of the same frames gives.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { recordingFolder, runReplay } from "./run-replay.js";
import { signalSchema } from "./signal-schema.js";

const recording = fileURLToPath(new URL("../../../shared/data/cryptofeed/DERIBIT.jsonl.gz", import.meta.url));
const isThere = existsSync(recording);
if (!isThere) console.info(`no recording at ${recording}: the tests of liquidation-options are skipped`);

const folder = recordingFolder();
const PERPETUAL = "bybit:BTC/USDT:USDT";
/** Within the recording, s. */
const AT = 1_626_993_745.1;
const PRICE = 32_000;
const FEE_BPS = 3;

/** Bybit's message of a closing by force; `Buy` is a long position's (bybit-exchange.github.io, "All Liquidation"). */
const liquidation = (atS: number, side: "Buy" | "Sell", size: number): string => {
  const ms = Math.round(atS * 1000);
  const data = [{ T: ms - 50, s: "BTCUSDT", S: side, v: String(size), p: String(PRICE) }];
  return `${atS.toFixed(6)} ${JSON.stringify({ topic: "allLiquidation.BTCUSDT", type: "snapshot", ts: ms - 5, data })}\n`;
};

const strategy = (rest: object) => ({
  ...{ name: "lo", kind: "liquidation-options", liquidations: [PERPETUAL], venues: ["deribit"], base: "BTC" },
  ...{ strikeTolerance: 0.1, expiryDays: [1, 400], notional: { amount: 10_000, currency: "USD" }, ...rest },
});

async function run(lines: string, rest: object = {}) {
  const { signals, summary } = await runReplay(
    [{ path: recording }, { path: folder.write("liquidations.log", lines), market: "bybit.linear" }],
    {
      config: {
        fees: { deribit: { option: { maker: FEE_BPS, taker: FEE_BPS } } },
        gates: { alignMs: 10_000, maxAgeMs: 60_000, maxClockUncertaintyMs: 1000 },
        strategies: [strategy(rest)],
      },
    },
  );
  return { signals: signals.map((line) => signalSchema.parse(JSON.parse(line))), summary: summary.strategies.lo };
}

interface Ticker {
  instrument_name: string;
  underlying_price: number;
  mark_iv: number;
  bid_iv: number;
  ask_iv: number;
  best_bid_price: number;
  best_ask_price: number;
  best_bid_amount: number;
  stats: { volume: number | null };
}

/** The last ticker of each instrument up to a time, by instrument. */
function tickersUntil(atS: number): Map<string, Ticker> {
  const tickers = new Map<string, Ticker>();
  for (const line of gunzipSync(readFileSync(recording)).toString("utf8").split("\n")) {
    if (!line.includes("ticker.")) continue;
    const { t, ts, data } = JSON.parse(line);
    if (t !== "recv" || ts > atS) continue;
    const { params } = JSON.parse(data);
    if (params?.channel?.startsWith("ticker.")) tickers.set(params.data.instrument_name, params.data);
  }
  return tickers;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/** Price in USD of an option on a forward (Black 1976, no interest), from the error function of Abramowitz and Stegun 7.1.26. */
function blackPrice(forward: number, strike: number, years: number, volatility: number, isCall: boolean): number {
  const spread = volatility * Math.sqrt(years);
  const d1 = Math.log(forward / strike) / spread + spread / 2;
  const call = forward * normal(d1) - strike * normal(d1 - spread);
  return isCall ? call : call - forward + strike;
}

/** The normal distribution as the sum of its series: exact to rounding for small x. */
function normal(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= -(x * x) / (2 * n);
    sum += term / (2 * n + 1);
  }
  return 0.5 + sum / Math.sqrt(2 * Math.PI);
}

/** All puts or calls near the price of the liquidation, with what selling at the mark above 15 % brings, bps. */
function expected(type: "P" | "C") {
  const candidates = [];
  for (const ticker of tickersUntil(AT).values()) {
    const [, coin, day, month, year, strike, kind] =
      /^(\w+)-(\d+)([A-Z]{3})(\d\d)-(\d+)-([CP])$/.exec(ticker.instrument_name) ?? [];
    if (coin !== "BTC" || kind !== type || Math.abs(Number(strike) / PRICE - 1) > 0.1) continue;
    if (!ticker.stats.volume) continue;
    const years = (Date.UTC(2000 + Number(year), MONTHS.indexOf(month), Number(day), 8) / 1000 - AT) / (365 * 86_400);
    const { underlying_price: forward, mark_iv: mark } = ticker;
    const at = (volatility: number) => blackPrice(forward, Number(strike), years, volatility, type === "C");
    const vega = (at(mark / 100 + 1e-4) - at(mark / 100 - 1e-4)) / 2e-4;
    const mid = (ticker.best_bid_price + ticker.best_ask_price) / 2;
    const edgeBps = ((vega * (mark / 100 - 0.15)) / forward) * 1e4;
    const feeBps = Math.min(FEE_BPS, 0.125 * ticker.best_bid_price * 1e4);
    candidates.push({
      ticker,
      vega,
      forward,
      edgeBps,
      grossBps: edgeBps - (mid - ticker.best_bid_price) * 1e4,
      feeBps,
    });
  }
  return candidates.sort((a, b) => b.edgeBps - a.edgeBps)[0];
}

test.skipIf(!isThere)(
  "system A's rule sells the put with the largest edge, as much as its day's volume allows",
  async () => {
    const { signals } = await run(liquidation(AT, "Buy", 2.5), {
      ...{ preset: "system-a", holdMinutes: 0.1, volumeShare: 0.5 },
    });
    const want = expected("P");
    const [enter, exit] = signals;
    const most = Math.min(2.5, 0.5 * (want.ticker.stats.volume ?? 0), 10_000 / want.forward);
    const size = Math.floor(most * 10) / 10; // the recorded list of instruments: tenths of a coin
    expect([most > 0.3, size]).toEqual([true, 0.3]);
    expect(want.ticker.best_bid_amount).toBeGreaterThan(size); // one level is all that is walked
    expect(enter).toMatchObject({
      action: "enter",
      direction: `sell deribit:BTC/USD:BTC-210924-34000-P`,
      legs: [{ side: "sell", price: want.ticker.best_bid_price, levels: 1 }],
      statistics: { liquidated: "long", liquidationSize: 2.5, strike: 34_000, type: "put", fairVolatility: 0.15 },
    });
    expect(want.ticker.instrument_name).toBe("BTC-24SEP21-34000-P");
    expect(enter.legs[0].size).toBe(size);
    expect(enter.notional.amount).toBeCloseTo(size * want.forward, 6);
    expect(Number(enter.statistics.vega) / want.vega).toBeCloseTo(1, 5);
    expect(enter.grossBps).toBeCloseTo(want.grossBps, 2);
    expect(enter.feesBps).toBeCloseTo(want.feeBps, 9);
    expect(enter.netBps).toBeCloseTo(enter.grossBps - enter.feesBps, 9);
    expect(enter.net.amount).toBeCloseTo((enter.netBps / 1e4) * size * want.forward, 6);
    // Given back six seconds later.
    expect(exit).toMatchObject({
      action: "exit",
      enterId: enter.id,
      legs: [{ side: "buy", size: enter.legs[0].size }],
    });
    expect(Number(BigInt(exit.ts) - BigInt(enter.ts)) / 1e9).toBeGreaterThanOrEqual(6);
    expect(Number(BigInt(exit.ts) - BigInt(enter.ts)) / 1e9).toBeLessThanOrEqual(7);
  },
);

test.skipIf(!isThere)(
  "against the mark a quote has no edge, and says so; a small closing is not looked at",
  async () => {
    const { signals, summary } = await run(liquidation(AT, "Buy", 2.5) + liquidation(AT + 1, "Buy", 0.1), {
      volumeShare: 0.5,
    });
    expect(signals).toEqual([]);
    expect(summary.refused).toEqual({ "below-volatility-edge": 1 });
  },
);

test.skipIf(!isThere)("what has no volume, no strike near, or another currency is refused by name", async () => {
  const short = await run(liquidation(AT, "Sell", 2.5), { preset: "system-a" });
  expect([short.signals, short.summary.refused]).toEqual([[], { "no-volume": 1 }]);
  for (const rest of [
    { strikeTolerance: 0.01 },
    { expiryDays: [1, 30] },
    { notional: { amount: 10_000, currency: "USDT" } },
    { venues: ["okx"] },
  ]) {
    const { signals, summary } = await run(liquidation(AT, "Buy", 2.5), { preset: "system-a", ...rest });
    expect([rest, signals, summary.refused]).toEqual([rest, [], { "no-strike": 1 }]);
  }
});

test.skipIf(!isThere)("what is less than a lot is not traded, and counted", async () => {
  // A tenth of a day's volume of 0.9 coins.
  const small = await run(liquidation(AT, "Buy", 2.5), { preset: "system-a" });
  expect([small.signals, small.summary.refused]).toEqual([[], { lot: 1 }]);
  const told = await run(liquidation(AT, "Buy", 2.5), { preset: "system-a", lots: { deribit: 0.02 } });
  expect(told.signals.map(({ legs }) => legs[0].size)).toEqual([0.08]);
});

test.skipIf(!isThere)("closings that one message tells together count together", async () => {
  const two = JSON.parse(liquidation(AT, "Buy", 0.2).slice(18));
  two.data.push({ ...two.data[0], v: "0.3" });
  const { signals } = await run(`${AT.toFixed(6)} ${JSON.stringify(two)}\n`, { preset: "system-a", volumeShare: 0.5 });
  expect(signals.map(({ statistics }) => statistics.liquidationSize)).toEqual([0.5]);
});
