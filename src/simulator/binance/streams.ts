/** On which of the two USD-M routes a stream comes. */
export type RouteClass = "public" | "market";

/**
 * What is known of a stream by what stands after the symbol. `trade` is public though the documents
 * do not list it. Source: developers.binance.com, USD-M "Important WebSocket Change Notice" (2026-03).
 */
export const STREAM_CLASS: ReadonlyMap<string, { channel: string; route: RouteClass }> = new Map(
  (
    [
      ["trade", "trade", "public"],
      ["bookTicker", "bookTicker", "public"],
      ["aggTrade", "aggTrade", "market"],
      ["markPrice", "markPrice", "market"],
      ["markPrice@1s", "markPrice", "market"],
      ["forceOrder", "forceOrder", "market"],
      ["ticker", "ticker", "market"],
      ["miniTicker", "miniTicker", "market"],
    ] as const
  ).map(([suffix, channel, route]) => [suffix, { channel, route }]),
);

export interface StreamName {
  /** Upper case. */
  symbol: string;
  suffix: string;
  channel: string;
  route: RouteClass;
}

/** Reads `btcusdt@depth@100ms`; null for what is no stream of a symbol. */
export function parseStream(name: string): StreamName | null {
  const at = name.indexOf("@");
  if (at <= 0 || name !== name.slice(0, at).toLowerCase() + name.slice(at)) return null;
  const symbol = name.slice(0, at).toUpperCase();
  const suffix = name.slice(at + 1);
  const known = STREAM_CLASS.get(suffix);
  if (known !== undefined) return { symbol, suffix, ...known };
  if (/^depth(5|10|20)?(@\d+ms)?$/.test(suffix)) return { symbol, suffix, channel: "depth", route: "public" };
  return { symbol, suffix, channel: suffix.split("@")[0], route: "market" };
}
