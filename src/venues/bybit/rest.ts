import type { ServerTime } from "../venue.js";

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
