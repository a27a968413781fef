import { COMMON_ASSETS } from "../bundled-instruments.js";
import { QUOTE_ASSETS } from "../quote-assets.js";

export interface Split {
  base: string;
  quote: string;
  inferred: boolean;
}

/**
 * Splits `BTCUSDT` by the quote assets of a `venue.product`. A common asset before a quote wins and is
 * not inferred; two such readings decide nothing; otherwise the longest quote wins and is inferred.
 */
export function splitPair(market: string, symbol: string): Split | null {
  const quotes = QUOTE_ASSETS[market];
  if (quotes === undefined) return null;
  let common: Split | null = null;
  for (const quote of [...quotes.general, ...quotes.rare]) {
    const base = baseBefore(symbol, quote);
    if (base === null || !COMMON_ASSETS.has(base)) continue;
    if (common !== null) return null;
    common = { base, quote, inferred: false };
  }
  if (common !== null) return common;
  for (const quote of quotes.general) {
    const base = baseBefore(symbol, quote);
    if (base !== null) return { base, quote, inferred: true };
  }
  return null;
}

/** Whether a `venue.product` quotes in this asset. */
export function isQuote(market: string, asset: string): boolean {
  const quotes = QUOTE_ASSETS[market];
  return quotes !== undefined && (quotes.general.includes(asset) || quotes.rare.includes(asset));
}

/** Text that may stand as an asset in a unified symbol: anything printable without its separators. */
export function isAsset(text: string): boolean {
  return /^[^\s/:\-_.*]+$/u.test(text);
}

function baseBefore(symbol: string, quote: string): string | null {
  if (!symbol.endsWith(quote)) return null;
  const base = symbol.slice(0, symbol.length - quote.length);
  return base !== quote && isAsset(base) ? base : null;
}
