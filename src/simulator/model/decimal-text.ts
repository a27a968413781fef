import type { MarketSpec } from "./market-spec.js";

/** Exact decimal text of the whole numbers a market counts prices and sizes in. */
export interface MarketText {
  price(ticks: number): string;
  /** 0 is written as the venue does in a delta: `0.000` on Binance, `0` on Bybit. */
  size(lots: number): string;
  /** Price nearest to a number, for marks and indices, which are finer than a tick. */
  finePrice(price: number): string;
}

export function marketText(spec: MarketSpec): MarketText {
  const { priceDecimals, tickUnits, lotDecimals, sizeDecimals, trimmed, plainZero, fineDecimals } = spec;
  const padding = "0".repeat(sizeDecimals - lotDecimals);
  return {
    price: (ticks) => decimalText(ticks * tickUnits, priceDecimals, trimmed),
    size: (lots) => {
      if (lots === 0 && plainZero) return "0";
      const text = decimalText(lots, lotDecimals, trimmed);
      return padding === "" ? text : lotDecimals === 0 ? `${text}.${padding}` : text + padding;
    },
    finePrice: (price) => price.toFixed(fineDecimals),
  };
}

/** `count / 10^decimals`, exactly. `count` is whole and at least 0. */
export function decimalText(count: number, decimals: number, trimmed = false): string {
  if (decimals === 0) return String(count);
  const digits = String(count).padStart(decimals + 1, "0");
  const whole = digits.slice(0, -decimals);
  const fraction = trimmed ? digits.slice(-decimals).replace(/0+$/, "") : digits.slice(-decimals);
  return fraction === "" ? whole : `${whole}.${fraction}`;
}
