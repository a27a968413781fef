import { fileURLToPath, pathToFileURL } from "node:url";

/** Fees of every market in the recordings, bps. */
export const fees = {
  binance: { spot: { maker: 10, taker: 10 }, usdm: { maker: 2, taker: 5 }, coinm: { maker: 2, taker: 5 } },
  bybit: { spot: { maker: 10, taker: 10 }, linear: { maker: 2, taker: 5.5 } },
};

/** Gates that recordings pass whose recorder was seconds away from the venue. */
export const wideGates = { alignMs: 10_000, maxAgeMs: 10_000, maxClockUncertaintyMs: 10_000 };

const everyChange = new URL("./every-change.js", import.meta.url).href;

/** A strategy that signals at each change of two instruments, as long as both books are live. */
export function everyChangeOf(name: string, buy: string, sell: string): object {
  const notional = { amount: 100, currency: "USDT" };
  const options = { buy, sell };
  return { name, use: everyChange, notional, entryNetBps: -10_000, exitNetBps: -10_000, options };
}

const [spot, future] = ["binance:BTC/USDT", "binance:BTC/USDT:USDT"];
const notional = { amount: 10_000, currency: "USDT" };
/** Every reversion enters, whatever it would earn: what is looked at is when. */
const anyEdge = { entryNetBps: -1000, exitNetBps: -2000 };
const leaningCross = fileURLToPath(new URL("../../examples/leaning-cross.ts", import.meta.url));

/** Strategies of every kind over one coin's spot and perpetual and Bybit's, some hundred signals on the recordings. */
export const manySignals = {
  fees,
  gates: { alignMs: 200, maxAgeMs: 1000, maxClockUncertaintyMs: 100 },
  strategies: [
    { name: "cross", kind: "cross-venue", instruments: [spot, future], notional, entryNetBps: -10, exitNetBps: -10.5 },
    {
      ...{ name: "basis", kind: "basis", spot, future, entryNetBps: -25, exitNetBps: -25.5 },
      notional: { amount: 50_000, currency: "USDT" },
      statistics: { sampleMs: 1000, window: 100, minSamples: 10 },
    },
    {
      ...{ name: "z-update", kind: "pair-zscore", a: spot, b: future, notional, ...anyEdge },
      ...{ entryZ: 2, exitZ: 0.5, stopZ: 4, statistics: { sampleMs: 0, window: 1000, minSamples: 100 } },
    },
    {
      ...{ name: "z-grid", kind: "pair-zscore", a: spot, b: future, spread: "difference", notional, ...anyEdge },
      ...{ entryZ: 1.5, exitZ: 0.5, statistics: { sampleMs: 250, window: 200, minSamples: 20 } },
    },
    {
      ...{ name: "z-between", kind: "pair-zscore", a: spot, b: future, between: true, notional, ...anyEdge },
      ...{ entryZ: 1.5, exitZ: 0.5, stopZ: 6, statistics: { sampleMs: 1000, window: 60, minSamples: 10 } },
    },
    {
      ...{ name: "lean", use: pathToFileURL(leaningCross).href, notional, entryNetBps: -13, exitNetBps: -14 },
      options: { buy: future, sell: spot, minImbalance: 0.5 },
    },
    {
      ...{ name: "bybit-eth", kind: "basis", spot: "bybit:ETH/USDT", future: "bybit:ETH/USDT:USDT", holdHours: 24 },
      ...{ notional: { amount: 1000, currency: "USDT" }, entryNetBps: -27, exitNetBps: -27 },
      gates: wideGates,
    },
  ],
};

/** What a few seconds of a recording are enough for. */
export const quickSignals = {
  fees,
  gates: wideGates,
  strategies: [
    everyChangeOf("changes", spot, future),
    {
      ...{ name: "grid", kind: "pair-zscore", a: spot, b: future, notional, ...anyEdge },
      ...{ entryZ: 0.5, exitZ: 0.1, statistics: { sampleMs: 20, window: 20, minSamples: 5 } },
    },
    {
      ...{ name: "updates", kind: "pair-zscore", a: spot, b: future, notional, ...anyEdge },
      ...{ entryZ: 0.5, exitZ: 0.1, statistics: { sampleMs: 0, window: 20, minSamples: 5 } },
    },
  ],
};
