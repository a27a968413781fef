import type { InstrumentMetadata, MetadataSource, ServerTime } from "../venue.js";

/**
 * `{"error":[],"result":{"unixtime":1616336594,"rfc1123":"…"}}`: whole seconds, so that the clock is known
 * to half a second at best. Source: docs.kraken.com/api/docs/rest-api/get-server-time.
 */
export function time(): ServerTime {
  return {
    path: "/0/public/Time",
    headers: {},
    halfUnitUs: 500_000,
    read: (body) => {
      const seconds = (body as { result?: { unixtime?: unknown } } | null)?.result?.unixtime;
      // The middle of the second: the reply says when it began.
      return typeof seconds === "number" ? seconds * 1e6 + 500_000 : Number.NaN;
    },
  };
}

interface AssetPair {
  wsname?: string;
  pair_decimals?: number;
  lot_decimals?: number;
  tick_size?: string;
  status?: string;
}

/** Names that only REST and the older protocol have. Source: docs.kraken.com/api/docs/guides/spot-ws-v2-faq. */
const NEWER_NAMES: Readonly<Record<string, string>> = { XBT: "BTC", XDG: "DOGE" };

/** Every pair, with its precision. Source: docs.kraken.com/api/docs/rest-api/get-tradable-asset-pairs. */
export function metadata(): MetadataSource {
  return {
    path: "/0/public/AssetPairs",
    read: (body) => {
      const pairs = Object.values((body as { result?: Record<string, AssetPair> } | null)?.result ?? {});
      return { instruments: pairs.flatMap(instrumentOf), nextPaths: [] };
    },
  };
}

function instrumentOf({ wsname, pair_decimals, lot_decimals, tick_size, status }: AssetPair): InstrumentMetadata[] {
  if (wsname === undefined) return [];
  const step = (decimals: number | undefined) => (decimals === undefined ? null : Number(`1e-${decimals}`));
  const names = wsname.split("/").map((name) => NEWER_NAMES[name] ?? name);
  return [
    {
      rawSymbol: names.join("/"),
      contractSize: null,
      unit: "base",
      priceStep: tick_size === undefined ? step(pair_decimals) : Number(tick_size),
      sizeStep: step(lot_decimals),
      active: status === undefined || status === "online",
    },
  ];
}
