import type { Market } from "../model/market.js";
import { Past } from "../model/past.js";

const MINUTE_MS = 60_000;
const LONGEST = 1000;
const intervals: Readonly<Record<string, number>> = Object.fromEntries([
  ...[1, 3, 5, 15, 30, 60, 120, 240, 360, 720].map((minutes) => [String(minutes), minutes]),
  ["D", 1440],
]);

/** Newest first; of a range that holds more than the limit, the newest. null for a width that there is not. */
export function klines({ spec, text, tickSize }: Market, query: URLSearchParams, nowMs: number): string[][] | null {
  const minutes = intervals[query.get("interval") ?? ""];
  if (minutes === undefined) return null;
  const widthMs = minutes * MINUTE_MS;
  const limit = Math.min(Number(query.get("limit") ?? 200), LONGEST);
  const endMs = Math.min(Number(query.get("end") ?? nowMs), nowMs);
  const startMs = Math.max(Number(query.get("start") ?? 0), endMs - limit * widthMs);
  const bars = new Past(spec).bars(widthMs, startMs, endMs + 1).slice(-limit);
  return bars.reverse().map(({ openMs, openTick, highTick, lowTick, closeTick, lots }) => {
    const price = ((openTick + closeTick) / 2) * tickSize;
    const quantity = lots / 10 ** spec.lotDecimals;
    const turnover = spec.contractUsd === null ? quantity * price : quantity / price;
    const prices = [openTick, highTick, lowTick, closeTick].map((tick) => text.price(tick));
    return [String(openMs), ...prices, text.size(lots), turnover.toFixed(8)];
  });
}
