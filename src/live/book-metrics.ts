import type { MetricsData } from "../stream/data.js";

type Level = readonly [price: number, size: number];

/** Quote-currency amount whose cost of crossing `effectiveSpreadBps` tells. */
export const EFFECTIVE_NOTIONAL = 10_000;

/** What one moment of the book tells; the ages of its sides are not known here. */
export type BookMetrics = Omit<MetricsData, "bidAgeMs" | "askAgeMs">;

/** The numbers of DEFINITIONS, "Book and trades", of one touch and the best levels behind it. */
export function bookMetrics(
  { bid, bidSize, ask, askSize, vwap }: { bid: number; bidSize: number; ask: number; askSize: number; vwap: number },
  book: { bids: readonly Level[]; asks: readonly Level[] } | null,
): BookMetrics {
  const sane = bid < ask;
  const mid = sane ? (bid + ask) / 2 : Number.NaN;
  return {
    vwap: known(vwap),
    mid: known(mid),
    weightedMid: sane ? known((bid * askSize + ask * bidSize) / (bidSize + askSize)) : null,
    spreadBps: sane ? ((ask - bid) / mid) * 1e4 : null,
    effectiveSpreadBps: { buy: effective(book?.asks ?? [], mid), sell: effective(book?.bids ?? [], mid) },
    imbalance: sane ? known((bidSize - askSize) / (bidSize + askSize)) : null,
  };
}

function effective(levels: readonly Level[], mid: number): number | null {
  let left = EFFECTIVE_NOTIONAL;
  let size = 0;
  for (const [price, available] of levels) {
    const taken = Math.min(left, price * available);
    size += taken / price;
    left -= taken;
    if (left <= 0) break;
  }
  if (left > 1e-9) return null;
  return known(((2 * Math.abs(EFFECTIVE_NOTIONAL / size - mid)) / mid) * 1e4);
}

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
