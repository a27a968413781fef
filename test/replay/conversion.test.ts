// Dollars and dollar tokens are different currencies: the week of March 2023 when one of them was worth less.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { recordings } from "../sources/recorded.js";
import { recordingFolder, runReplay } from "./run-replay.js";
import { type SignalLine, signalSchema } from "./signal-schema.js";

const shared = recordings();
const folder = recordingFolder();
const HALF_SPREAD = 0.5e-4;
/** The days around the weekend of 11 March. */
const [FROM, TO] = [Date.UTC(2023, 2, 9), Date.UTC(2023, 2, 14)];

const MARKETS = [
  { file: "coinbase_btcusd", exchange: "coinbase", symbol: "BTC-USD", id: "coinbase:BTC/USD", size: 50 },
  { file: "binance_btcusdc", exchange: "binance", symbol: "BTCUSDC", id: "binance:BTC/USDC", size: 50 },
  { file: "kraken_usdcusd", exchange: "kraken", symbol: "USDC/USD", id: "kraken:USDC/USD", size: 2e6 },
];

/** The closes of a market's minutes as a book of one level a side, in Tardis's columns. */
function booksOf({ file, exchange, symbol, size }: (typeof MARKETS)[number]): string {
  const text = gunzipSync(readFileSync(join(shared ?? "", "multivenue_1m_202303", `${file}.csv.gz`))).toString();
  const header = "exchange,symbol,timestamp,local_timestamp,asks[0].price,asks[0].amount,bids[0].price,bids[0].amount";
  const rows: string[] = [];
  // A market without a trade in a minute keeps its price: its quote is still there.
  const closes = new Map(
    text
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(","))
      .map(([ms, , , , close]) => [Number(ms), Number(close)]),
  );
  let close = Number.NaN;
  for (let ms = FROM; ms < TO; ms += 60_000) {
    close = closes.get(ms) ?? close;
    if (Number.isNaN(close)) continue;
    const us = (ms + 60_000) * 1000;
    const [ask, bid] = [close * (1 + HALF_SPREAD), close * (1 - HALF_SPREAD)];
    rows.push(`${exchange},${symbol},${us},${us + 1000},${ask},${size},${bid},${size}`);
  }
  return [header, ...rows, ""].join("\n");
}

const run = async (strategy: object) => {
  const inputs = MARKETS.map((market) => ({ path: folder.write(`${market.file}.csv`, booksOf(market)) }));
  const fee = { maker: 5, taker: 5 };
  const { signals, summary } = await runReplay(inputs, {
    config: {
      fees: { coinbase: { spot: fee }, binance: { spot: fee }, kraken: { spot: fee } },
      gates: { alignMs: 60_000, maxAgeMs: 120_000, maxClockUncertaintyMs: 1000 },
      strategies: [
        {
          ...{ name: "btc", kind: "cross-venue", instruments: ["coinbase:BTC/USD", "binance:BTC/USDC"] },
          ...{ notional: { amount: 10_000, currency: "USD" }, entryNetBps: 5 },
          ...strategy,
        },
      ],
    },
  });
  expect(summary.rejected).toBe(0);
  return {
    signals: signals.map((line) => signalSchema.parse(JSON.parse(line))),
    refused: summary.strategies.btc.refused,
  };
};

describe.skipIf(shared === null)("a dollar token that loses its peg", () => {
  test("is no arbitrage by default: every such proposal is refused and counted", async () => {
    const { signals, refused } = await run({});
    expect(signals).toEqual([]);
    expect(refused.unconverted).toBeGreaterThan(1000);
  });

  test("with the rate as a leg of its own, what is left is what could be had", async () => {
    const { signals, refused } = await run({ convertQuotes: true, rates: ["kraken:USDC/USD"] });
    const entries = signals.filter(({ action }) => action === "enter");
    console.log(`entries with conversion: ${entries.length}; refused: ${JSON.stringify(refused)}`);
    expect(refused.unconverted).toBeUndefined();
    const raw = (legs: SignalLine["legs"]) => {
      const priceOf = (id: string) => legs.find(({ instrument }) => instrument === id)?.price ?? Number.NaN;
      return Math.abs(priceOf("binance:BTC/USDC") / priceOf("coinbase:BTC/USD") - 1) * 1e4;
    };
    let widest = 0;
    for (const { legs, netBps, grossBps } of entries) {
      const rate = legs.find(({ instrument }) => instrument === "kraken:USDC/USD");
      expect(legs.length).toBe(3);
      // The rate has its own book, age and fee, and its size is what the other legs bring.
      expect(rate).toMatchObject({ book: { state: "live" }, feeBps: 5, ageUs: expect.any(Number) });
      widest = Math.max(widest, raw(legs));
      expect(grossBps - netBps).toBeGreaterThan(14.9);
      // By far less than the two prices are apart.
      if (raw(legs) > 500) expect(netBps).toBeLessThan(raw(legs) / 2);
    }
    expect(entries.length).toBeGreaterThan(0);
    expect(widest).toBeGreaterThan(500);
  });

  test("a rate that is needed and not given is a mistake in the configuration", async () => {
    await expect(run({ convertQuotes: true })).rejects.toThrow(/rates is empty, but needed with convertQuotes/);
    await expect(run({ rates: ["kraken:USDC/USD"] })).rejects.toThrow(/no use without convertQuotes/);
  });
});
