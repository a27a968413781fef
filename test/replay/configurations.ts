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
