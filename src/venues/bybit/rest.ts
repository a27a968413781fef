import type { ServerTime, VenueLimits } from "../venue.js";

/** `{"retCode":0,"result":{"timeSecond":"…","timeNano":"…"}}` */
export function time(): ServerTime {
  return {
    path: "/v5/market/time",
    headers: {},
    halfUnitUs: 1,
    read: (body) => {
      const nano = (body as { result?: { timeNano?: unknown } } | null)?.result?.timeNano;
      return typeof nano === "string" && /^\d{19}$/.test(nano) ? Number(BigInt(nano) / 1000n) : Number.NaN;
    },
  };
}

/**
 * 600 requests in five seconds and 500 connections in five minutes an address; half of each, for our
 * windows are not the venue's. Source: bybit-exchange/docs v5/rate-limit and v5/ws/connect.
 */
export function limits(): VenueLimits {
  return {
    requests: [{ points: 300, everyMs: 5000 }],
    connects: [
      { points: 250, everyMs: 300_000 },
      { points: 10, everyMs: 1000 },
    ],
  };
}
