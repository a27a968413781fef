// Signals traded: against an independent program on real bars, against the reference's books, and without a look ahead.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { type BacktestResult, backtest } from "crosstick/internal/backtest";
import { parseConfig } from "crosstick/internal/config";
import type { Fill, TradingLine } from "crosstick/internal/engine/trading";
import { parseVenueProduct } from "crosstick/internal/market/venues";
import { Account } from "crosstick/internal/research/account";
import type { BarSpan } from "crosstick/internal/sources/recording/bars";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { crosstick } from "../cli/crosstick.js";
import { manySignals } from "../replay/configurations.js";
import { Reference } from "../replay/reference.js";
import { inTimeOrder } from "../replay/reference-frames.js";
import { recordingFolder } from "../replay/run-replay.js";
import { framesOf, hasRecordings, spotBtc, usdmBtc } from "../replay/shared-data.js";

const folder = recordingFolder();
const bars = fileURLToPath(new URL("../../../shared/data/klines_okx_swap/", import.meta.url));
const [ETH, BTC] = ["ETH", "BTC"].map((base) => `${bars}${base}-USDT-SWAP_5m_20220501_20221231.csv.gz`);
const idOf = (base: string) => `okx:${base}/USDT:USDT`;

const pair = {
  fees: { okx: { swap: { maker: 2, taker: 5 } } },
  gates: { alignMs: 1000, maxAgeMs: 86_400_000, maxClockUncertaintyMs: 50 },
  strategies: [
    {
      ...{ name: "pair", kind: "pair-zscore", a: idOf("ETH"), b: idOf("BTC"), spread: "log-ratio", stopZ: 5 },
      statistics: { sampleMs: 300_000, window: 2016, minSamples: 500 },
      ...{ notional: { amount: 10_000, currency: "USDT" }, entryZ: 2.5, exitZ: 0.5 },
    },
  ],
};

async function onBars(
  files: [string, string],
  config: object = pair,
  span: BarSpan = {},
): Promise<{ result: BacktestResult; lines: string[] }> {
  const lines: string[] = [];
  const result = await backtest({
    inputs: ["ETH", "BTC"].map((base, i) => ({
      path: files[i],
      bars: { instrument: idOf(base), book: { halfSpreadBps: 0.5 }, span },
    })),
    config: parseConfig(config),
    trading: { latencyMs: 1, markMs: 3_600_000 },
    onTrades: (some) => lines.push(...some),
  });
  return { result, lines };
}

describe.skipIf(!hasRecordings)("a pair on eight months of real 5-minute bars", () => {
  let real: Awaited<ReturnType<typeof onBars>>;
  beforeAll(async () => {
    real = await onBars([ETH, BTC]);
  });

  test("earns what an independent program says that it earns", () => {
    const { report, trades } = real.result.strategies.pair;
    // python3 test/research/reference/pair_backtest.py ETH BTC, on the same files.
    expect(report).toMatchObject({ closed: 47, trades: 47, partialFills: 0, positions: {}, unvalued: [] });
    expect(report.pnl).toBeCloseTo(695.787137744841, 6);
    expect(report.fees).toBeCloseTo(938.9091548391887, 6);
    expect(report.hitRate).toBeCloseTo(31 / 47, 12);
    expect(trades.reduce((sum, { pnl }) => sum + (pnl ?? 0), 0)).toBeCloseTo(report.pnl ?? 0, 6);
    expect(report.maxDrawdown).toBeGreaterThan(0);
    expect(report.sharpe).not.toBeNull();
    for (const { pnl, legs } of trades) {
      const sums = legs.map(({ side, size, entry, exit }) => {
        const [before, after] = [entry ?? Number.NaN, exit ?? Number.NaN];
        return (side === "buy" ? 1 : -1) * size * (after - before) - size * (after + before) * 5e-4;
      });
      expect([legs.length, sums[0] + sums[1]]).toEqual([2, expect.closeTo(pnl ?? Number.NaN, 6)]);
    }
  });

  test("a span of the bars is a file that holds no others, and one without bars is refused", async () => {
    const [from, to] = [Date.UTC(2022, 5, 10, 3), Date.UTC(2022, 6, 20)];
    const cut = [ETH, BTC].map((path, k) => {
      const [header, ...rows] = gunzipSync(readFileSync(path)).toString().trim().split("\n");
      const kept = rows.filter((row) => Number(row.split(",")[0]) >= from && Number(row.split(",")[0]) < to);
      expect(kept.length).toBe((to - from) / 300_000);
      return folder.write(`cut-${k}.csv`, [header, ...kept, ""].join("\n"));
    });
    const span = { fromUs: from * 1000, toUs: to * 1000 };
    const whole = await onBars([ETH, BTC], pair, span);
    expect(whole.result.strategies.pair.report.trades).toBeGreaterThan(3);
    expect(whole.lines).toEqual((await onBars(cut as [string, string])).lines);
    await expect(onBars([ETH, BTC], pair, { toUs: 1 })).rejects.toMatchObject({ code: "BARS_NONE", exitCode: 2 });
  });

  test("nothing that comes later changes what came before", async () => {
    const cut = Date.UTC(2022, 7, 1);
    const scrambled = [ETH, BTC].map((path, k) => {
      const [header, ...rows] = gunzipSync(readFileSync(path)).toString().trim().split("\n");
      const changed = rows.map((row, i) => {
        const cells = row.split(",");
        if (Number(cells[0]) >= cut) cells[4] = String(Number(cells[4]) * (1 + ((i * 7919 + k) % 97) / 500));
        return cells.join(",");
      });
      return folder.write(`scrambled-${k}.csv`, [header, ...changed, ""].join("\n"));
    });
    const other = await onBars(scrambled as [string, string]);
    const before = (lines: string[]) =>
      lines.filter((line) => Number((JSON.parse(line) as TradingLine).ts) / 1e6 <= cut);
    expect(before(real.lines).length).toBeGreaterThan(1000);
    expect(before(other.lines)).toEqual(before(real.lines));
    expect(other.lines).not.toEqual(real.lines);
  });

  test("the command prints it, wants to know the spread, and writes every fill", () => {
    const file = folder.path("pair.json");
    writeFileSync(file, JSON.stringify(pair));
    const inputs = [`${idOf("ETH")}=${ETH}`, `${idOf("BTC")}=${BTC}`, "-c", file];
    const missing = crosstick(["backtest", ...inputs]);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("--half-spread-bps")]);
    const trades = folder.path("trades.ndjson");
    const told = ["--half-spread-bps", "0.5", "--latency-ms", "1"];
    const { code, stdout } = crosstick(["backtest", ...inputs, ...told, "--trades", trades, "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      strategy: "pair",
      closed: 47,
      pnl: expect.closeTo(695.787137744841, 6),
    });
    const lines = readFileSync(trades, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as TradingLine);
    expect(lines.filter(({ type }) => type === "fill").length).toBe(47 * 4);
  });
});

describe.skipIf(!hasRecordings)("on recorded books", () => {
  test("every fill is that of the reference's books after the latency, whole or as far as they go", async () => {
    const latencyMs = 75;
    const recordings = [spotBtc, usdmBtc];
    const fills: Fill[] = [];
    const config = { ...manySignals, strategies: manySignals.strategies.slice(0, 3) };
    const { strategies } = await backtest({
      inputs: recordings.map(({ path, market }) => ({ path, market: parseVenueProduct(market as string) })),
      config: parseConfig(config),
      trading: { latencyMs, markMs: 1000 },
      onTrades: (some) =>
        fills.push(...some.map((line) => JSON.parse(line) as TradingLine).filter((line) => line.type === "fill")),
    });
    const waiting = fills.map((fill) => ({ fill, us: Number(BigInt(fill.ts) / 1000n) }));
    const reference = new Reference();
    let compared = 0;
    let short = 0;
    for (const frame of inTimeOrder(recordings.flatMap(framesOf))) {
      while (waiting.length > 0 && waiting[0].us <= frame.receivedUs) {
        const { fill } = waiting.shift() as (typeof waiting)[number];
        const known = reference.instruments.get(fill.instrument);
        const walk =
          known?.state === "live" && !known.book.crossed ? known.book.walkSize(fill.side, fill.wanted) : null;
        if (walk === null) continue;
        // Beyond a cut snapshot the engine knows nothing, and the reference does not know that.
        if (fill.size < fill.wanted) {
          short++;
          continue;
        }
        expect([fill.signal, fill.size]).toEqual([fill.signal, fill.wanted]);
        expect((fill.price ?? 0) / walk.price).toBeCloseTo(1, 11);
        compared++;
      }
      reference.take(frame);
    }
    expect(compared).toBeGreaterThan(100);
    expect(short).toBeLessThan(compared / 20);
    for (const { report, trades } of Object.values(strategies)) {
      expect(report.trades).toBe(trades.length);
      expect(Object.values(report.positions).every((size) => Number.isFinite(size))).toBe(true);
    }
  });
});

const fillOf = (rest: Partial<Fill>): Fill => ({
  ...{ type: "fill", ts: "1700000000000000000", signal: "s-1", closes: null, strategy: "s", effect: "open" },
  ...{ instrument: "binance:BTC/USDT", venue: "binance", product: "spot", base: "BTC", quote: "USDT", settle: null },
  ...{ side: "buy", wanted: 1, size: 1, price: 100, feeBps: 10 },
  ...rest,
});

describe("an account", () => {
  test("conserves: what it has is what came in less what went out, whatever the fills", () => {
    const leg = fc.record({
      side: fc.constantFrom("buy" as const, "sell" as const),
      market: fc.constantFrom("spot", "perpetual"),
      size: fc.integer({ min: 0, max: 50 }),
      price: fc.integer({ min: 50, max: 150 }),
      feeBps: fc.integer({ min: -5, max: 20 }),
    });
    fc.assert(
      fc.property(fc.array(leg, { minLength: 1, maxLength: 40 }), fc.integer({ min: 50, max: 150 }), (legs, last) => {
        const account = new Account("USDT");
        let [cash, coins, contracts] = [0, 0, 0];
        legs.forEach(({ side, market, size, price, feeBps }, i) => {
          const isSpot = market === "spot";
          const instrument = isSpot ? "binance:BTC/USDT" : "binance:BTC/USDT:USDT";
          const settle = isSpot ? null : "USDT";
          account.take(
            fillOf({
              ts: String(1_700_000_000_000_000_000n + BigInt(i)),
              signal: `s-${i}`,
              side,
              instrument,
              settle,
              size,
              price: size === 0 ? null : price,
              feeBps,
            }),
          );
          const sign = side === "buy" ? 1 : -1;
          if (isSpot) coins += sign * size;
          else contracts += sign * size;
          cash -= sign * size * price + (size * price * feeBps) / 1e4;
        });
        const mids = { "binance:BTC/USDT": last, "binance:BTC/USDT:USDT": last + 1 };
        account.take({ type: "marks", ts: "1800000000000000000", mids });
        const hasCoins = legs.some(({ market, size }) => market === "spot" && size > 0);
        const wanted = cash + (hasCoins ? coins * last : 0) + contracts * (last + 1);
        expect(account.report().pnl).toBeCloseTo(wanted, 6);
        const parts = account.trades.reduce((sum, { pnl }) => sum + (pnl ?? 0), 0);
        expect(parts).toBeCloseTo(wanted, 6);
      }),
    );
  });

  test("funding is paid by longs and received by shorts, on what is held when it is due", () => {
    const perpetual = { instrument: "binance:BTC/USDT:USDT", product: "usdm", settle: "USDT", feeBps: 0 };
    const account = new Account("USDT");
    account.take(fillOf({ ...perpetual, side: "sell", size: 2, wanted: 2 }));
    account.take({
      type: "funding",
      ts: "1700000001000000000",
      instrument: perpetual.instrument,
      rate: 0.001,
      price: 100,
    });
    expect(account.report().funding).toBeCloseTo(0.2, 12);
    account.take(
      fillOf({
        ...perpetual,
        ts: "1700000002000000000",
        signal: "s-2",
        closes: "s-1",
        effect: "close",
        side: "buy",
        size: 2,
        wanted: 2,
      }),
    );
    account.take({
      type: "funding",
      ts: "1700000003000000000",
      instrument: perpetual.instrument,
      rate: 0.001,
      price: 100,
    });
    expect(account.report()).toMatchObject({
      funding: expect.closeTo(0.2, 12),
      pnl: expect.closeTo(0.2, 12),
      positions: {},
      closed: 1,
      hitRate: 1,
    });
  });

  test("drawdown, exposure and an asset without a price", () => {
    const account = new Account("USDT");
    const hour = 3_600_000_000_000n;
    const at = (hours: number) => String(1_700_000_000_000_000_000n + BigInt(hours) * hour);
    account.take(fillOf({ ts: at(0), feeBps: 0 }));
    for (const [hours, mid] of [
      [1, 120],
      [2, 90],
      [3, 130],
    ])
      account.take({ type: "marks", ts: at(hours), mids: { "binance:BTC/USDT": mid } });
    expect(account.report()).toMatchObject({ pnl: 30, maxDrawdown: 30, exposure: 1, sharpe: null, closed: 0 });
    expect(account.equity.map(({ equity }) => equity)).toEqual([0, 20, -10, 30]);
    account.take(fillOf({ ts: at(4), signal: "s-9", instrument: "kraken:ETH/EUR", base: "ETH", quote: "EUR" }));
    expect(account.report().unvalued).toEqual(["ETH", "EUR"]);
  });
});

describe.skipIf(!hasRecordings)("funding beside bars", () => {
  const folderOf = fileURLToPath(new URL("../../../shared/data/klines_binance_usdm/", import.meta.url));
  const instrument = "binance:ETH/USDT:USDT";
  const rows = (name: string) =>
    gunzipSync(readFileSync(`${folderOf}${name}`))
      .toString()
      .trim()
      .split("\n")
      .slice(1)
      .map((row) => row.split(",").map(Number));

  test("each rate of the venue is paid on what was held when it was due, at the close of then", async () => {
    const lines: TradingLine[] = [];
    const span = { fromUs: Date.UTC(2025, 2, 20) * 1000, toUs: Date.UTC(2025, 4, 1) * 1000 };
    const use = fileURLToPath(new URL("./flip.js", import.meta.url));
    const { strategies } = await backtest({
      inputs: [
        {
          path: `${folderOf}ETHUSDT_30m-futures_2025.csv.gz`,
          bars: { instrument, book: { halfSpreadBps: 0 + 1e-9 }, span },
        },
        { path: `${folderOf}ETHUSDT_8h-funding_rate_2025.csv.gz`, funding: { instrument, span } },
      ],
      config: parseConfig({
        fees: { binance: { usdm: { maker: 0, taker: 0 } } },
        gates: { alignMs: 1000, maxAgeMs: 86_400_000, maxClockUncertaintyMs: 50 },
        strategies: [
          {
            ...{ name: "flip", use, options: { instrument, everyMs: 5 * 3_600_000 }, entryNetBps: -1000 },
            ...{ exitNetBps: -2000, notional: { amount: 10_000, currency: "USDT" } },
          },
        ],
      }),
      trading: { latencyMs: 1, markMs: 3_600_000 },
      onTrades: (some) => lines.push(...some.map((line) => JSON.parse(line) as TradingLine)),
    });
    const closes = new Map(rows("ETHUSDT_30m-futures_2025.csv.gz").map((row) => [row[0] + 1_800_000, row[4]]));
    const fills = lines.filter((line) => line.type === "fill");
    const first = Number(BigInt(fills[0].ts) / 1_000_000n);
    let [paid, count] = [0, 0];
    for (const [dueMs, rate] of rows("ETHUSDT_8h-funding_rate_2025.csv.gz")) {
      if (dueMs < first || dueMs * 1000 > span.toUs) continue;
      const held = fills
        .filter(({ ts }) => Number(BigInt(ts) / 1000n) <= dueMs * 1000)
        .reduce((sum, { side, size }) => sum + (side === "buy" ? size : -size), 0);
      const close = closes.get(Math.floor(dueMs / 1_800_000) * 1_800_000) as number;
      paid -= held * close * rate;
      if (held !== 0) count++;
    }
    expect(count).toBeGreaterThan(40);
    expect(strategies.flip.report.funding).toBeCloseTo(paid, 6);
  });
});
