// CSV files of Tardis as inputs of a replay: its own sample rows, and books made of random rows against plain maps.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../runs.js";
import { recordings } from "../sources/recorded.js";
import { replayCommand } from "./command.js";
import { recordingFolder, runReplay } from "./run-replay.js";

const folder = recordingFolder();
const shared = recordings();
const samples = shared === null ? "" : join(shared, "nautilus_tardis_csv");
const SEED = Number(process.env.CROSSTICK_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`tardis rows: CROSSTICK_SEED=${SEED}`);

const L2 = "exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount";
const TRADES = "exchange,symbol,timestamp,local_timestamp,id,side,price,amount";
const US = 1_700_000_000_000_000;
const BTC = "binance:BTC/USDT:USDT";

async function played(name: string, text: string) {
  return runReplay([{ path: folder.write(name, text) }]);
}

describe.skipIf(shared === null)("Tardis's own sample rows", () => {
  const rows = (name: string): string[][] =>
    readFileSync(join(samples, name), "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(","));

  test.each([5, 25])("the best %i levels: each row is the book as a whole", async (depth) => {
    const name = `binance-futures_book_snapshot_${depth}_BTCUSDT.csv`;
    const { summary, damages } = await runReplay([{ path: join(samples, name) }]);
    const all = rows(name);
    const last = (all.at(-1) ?? []).slice(4).map(Number);
    const best = Array.from({ length: 5 }, (_, i) => last.slice(4 * i, 4 * i + 4));
    expect(damages).toEqual([]);
    expect(summary).toMatchObject({ frames: all.length, rejected: 0 });
    expect(summary.instruments[BTC]).toMatchObject({
      ...{ snapshots: all.length, state: "live", levels: [depth, depth], gaps: 0 },
      asks: best.map(([price, amount]) => [price, amount]),
      bids: best.map(([, , price, amount]) => [price, amount]),
      lastReceived: `${all.at(-1)?.[3]}000`,
    });
  });

  test("contracts of an inverse future count in coin", async () => {
    const name = "deribit_incremental_book_L2_BTC-PERPETUAL.csv";
    const { summary } = await runReplay([{ path: join(samples, name) }]);
    const asks = rows(name)
      .map((row) => [Number(row[6]), Number(row[7]) / Number(row[6])])
      .sort(([a], [b]) => a - b);
    expect(summary.instruments["deribit:BTC/USD:BTC"]).toMatchObject({
      snapshots: 1,
      asks: asks.slice(0, 5),
      bids: [],
    });
  });

  test("quotes of contracts worth 100 dollars, in the column order of 2020", async () => {
    const name = "huobi-dm-swap_quotes_BTC-USD.csv";
    const { summary } = await runReplay([{ path: join(samples, name) }]);
    const [, , , , askAmount, ask, bid, bidAmount] = (rows(name).at(-1) ?? []).map(Number);
    expect(summary.instruments["htx:BTC/USD:BTC"]).toMatchObject({
      bboUpdates: 10,
      bbo: [bid, (bidAmount * 100) / bid, ask, (askAmount * 100) / ask],
    });
  });

  test("an options chain: touch and mark of each option", async () => {
    const { summary } = await runReplay([{ path: join(samples, "options_chain.csv") }]);
    expect(summary.rejected).toBe(0);
    const row = rows("options_chain.csv").findLast(([, symbol]) => symbol === "BTC-9JUN20-9875-P") ?? [];
    const option = summary.instruments["deribit:BTC/USD:BTC-200609-9875-P"];
    expect(option.bbo).toEqual([row[9], row[10], row[12], row[13]].map(Number));
    expect(option.mark).toBe(Number(row[15]));
  });

  test("an exchange that is none of the venues is refused by name; in a directory the others are played", async () => {
    const { code, stderr } = replayCommand([join(samples, "bitmex_trades_XBTUSD.csv")]);
    expect({ code, stderr }).toEqual({
      code: 5,
      stderr: expect.stringMatching(/of bitmex; known are .*INPUT_EXCHANGE/),
    });
    const { summary, damages } = await runReplay([{ path: samples }]);
    expect(damages).toEqual([{ code: "INPUT_EXCHANGE", message: expect.stringContaining("bitmex") }]);
    expect(summary.frames).toBe(38);
  });
});

const row = fc.record({
  symbol: fc.constantFrom("BTCUSDT", "ETHUSDT"),
  isAsk: fc.boolean(),
  tick: fc.integer({ min: 1, max: 12 }),
  amount: fc.integer({ min: 0, max: 4 }),
  /** 0: received together with the row before. */
  later: fc.constantFrom(0, 0, 1, 5),
  begins: fc.integer({ min: 0, max: 11 }).map((value) => value === 0),
});

test("random rows end in the books that plain maps have, plain or gzip", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 5, maxLength: 120 }), fc.boolean(), async (all, isPacked) => {
      const books = new Map<string, Map<string, number>>();
      const inSnapshot = new Set<string>();
      let us = US;
      const lines = all.map(({ symbol, isAsk, tick, amount, later, begins }) => {
        us += later;
        const isSnapshot = begins || !books.has(symbol);
        const size = isSnapshot ? amount + 1 : amount;
        if (isSnapshot && !inSnapshot.has(symbol)) books.set(symbol, new Map());
        if (isSnapshot) inSnapshot.add(symbol);
        else inSnapshot.delete(symbol);
        const price = isAsk ? 100 + tick / 2 : 100 - tick / 2;
        const side = isAsk ? "ask" : "bid";
        if (size === 0) books.get(symbol)?.delete(`${side} ${price}`);
        else books.get(symbol)?.set(`${side} ${price}`, size);
        return `binance-futures,${symbol},${us - 7},${us},${isSnapshot},${side},${price},${size}`;
      });
      const name = isPacked ? "random.csv.gz" : "random.csv";
      const { summary, damages } = await played(name, [L2, ...lines, ""].join("\n"));
      expect(damages).toEqual([]);
      expect(summary.rejected).toBe(0);
      for (const [symbol, levels] of books) {
        const side = (name: string, sign: number) =>
          [...levels]
            .flatMap(([key, size]) => (key.startsWith(name) ? [[Number(key.slice(4)), size]] : []))
            .sort(([a], [b]) => sign * (a - b));
        const [bids, asks] = [side("bid", -1), side("ask", 1)];
        const got = summary.instruments[`binance:${symbol.slice(0, 3)}/USDT:USDT`];
        expect([got.bids, got.asks, got.levels]).toEqual([
          bids.slice(0, 5),
          asks.slice(0, 5),
          [bids.length, asks.length],
        ]);
      }
    }),
    { numRuns: runs(10), seed: SEED },
  );
});

test("what comes before the first snapshot makes no book; rows that are none are refused and counted", async () => {
  const { summary } = await played(
    "late.csv",
    [
      L2,
      `binance-futures,BTCUSDT,${US},${US},false,bid,99,1`,
      `binance-futures,BTCUSDT,${US},${US + 1},true,bid,98,1`,
      `binance-futures,BTCUSDT,${US},${US + 1},true,ask,101,2`,
      `binance-futures,BTCUSDT,${US},${US + 2},false,bid,98`,
      `binance-futures,BTCUSDT,soon,${US + 2},false,bid,98,3`,
      `binance-futures,BTCUSDT,${US},${US + 2},perhaps,bid,98,3`,
      "",
    ].join("\r\n"),
  );
  expect(summary).toMatchObject({ frames: 5, rejected: 3, rejections: { line: 3 } });
  expect(summary.instruments[BTC]).toMatchObject({ snapshots: 1, depthUpdates: 0, bids: [[98, 1]] });
});

test("a row without a number puts its book in doubt: nothing later would tell what is missing", async () => {
  const rows = ["true,bid,98,1", "true,ask,101,2", "false,bid,98,", "false,bid,97,1"];
  const lines = rows.map((rest, i) => `binance-futures,BTCUSDT,${US},${US + 10 * Math.max(i, 1)},${rest}`);
  const { summary } = await played("doubt.csv", [L2, ...lines, ""].join("\n"));
  expect(summary.rejected).toBe(1);
  expect(summary.instruments[BTC]).toMatchObject({ gaps: 1, state: "gap" });
});

test("trades and liquidations have the same columns: the name tells them apart, or nothing does", async () => {
  const text = `${TRADES}\nbybit,BTCUSDT,${US},${US},9,sell,100,2\nbybit,BTCUSD,${US},${US + 1},,buy,100,200\n`;
  const trades = await played("bybit_trades_2026-01-01_X.csv", text);
  expect(trades.summary.instruments["bybit:BTC/USDT:USDT"]).toMatchObject({ trades: 1, volume: 2 });
  expect(trades.summary.instruments["bybit:BTC/USD:BTC"]).toMatchObject({ trades: 1, volume: 2 });
  const liquidations = await played("bybit_liquidations_2026-01-01_X.csv", text);
  expect(liquidations.summary.instruments["bybit:BTC/USDT:USDT"]).toMatchObject({ trades: 0 });
  expect(liquidations.summary.records).toBeGreaterThan(0);
  await expect(played("data.csv", text)).rejects.toMatchObject({ code: "INPUT_UNKNOWN_FORMAT" });
});

test("marks and funding; a header alone; rows of the venue itself beside them", async () => {
  const header = `exchange,symbol,timestamp,local_timestamp,funding_timestamp,funding_rate,predicted_funding_rate,open_interest,last_price,index_price,mark_price`;
  const { summary } = await played(
    "ticker.csv",
    `${header}\nbinance-futures,BTCUSDT,${US},${US + 5},${US + 3_600_000_000},0.0001,,1000,100.5,100.2,100.4\n`,
  );
  expect(summary.instruments[BTC]).toMatchObject({ mark: 100.4 });
  expect(JSON.stringify(summary.instruments[BTC].funding)).toContain("0.0001");
  expect((await played("empty.csv", `${header}\n`)).summary.frames).toBe(0);
  const directory = folder.path("both");
  mkdirSync(directory);
  writeFileSync(join(directory, "a.csv"), `${L2}\nbinance-futures,BTCUSDT,${US},${US},true,bid,99,1\n`);
  writeFileSync(join(directory, "b.txt"), `${US} {"stream":"btcusdt@depth","data":{}}\n`);
  const both = [{ path: join(directory, "a.csv") }, { path: join(directory, "b.txt"), market: "binance.usdm" }];
  await expect(runReplay(both)).rejects.toMatchObject({ code: "USAGE_INPUTS" });
});

test("a file that was cut ends in damage, and all whole rows before it are played", async () => {
  const lines = Array.from({ length: 2000 }, (_, i) => `binance-futures,BTCUSDT,${US + i},${US + i},${i},buy,100,1`);
  const path = folder.write("binance-futures_trades.csv.gz", [TRADES, ...lines, ""].join("\n"));
  const cut = folder.path("binance-futures_trades_cut.csv.gz");
  writeFileSync(cut, readFileSync(path).subarray(0, 4000));
  const { summary, damages } = await runReplay([{ path: cut }]);
  expect(damages).toEqual([{ code: "INPUT_TRUNCATED", message: expect.any(String) }]);
  expect(summary.rejected).toBe(0);
  expect(summary.instruments[BTC].trades).toBeGreaterThan(100);
});
