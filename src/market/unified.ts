/** What a unified symbol says. */
export interface SymbolParts {
  base: string;
  quote: string;
  /** null for spot. */
  settle: string | null;
  /** `2026-12-25`, null for spot and perpetuals. */
  expiry: string | null;
  strike: number | null;
  optionType: "call" | "put" | null;
}

/** Parts of a spot pair, or of a perpetual when `settle` is given. */
export function pair(base: string, quote: string, settle: string | null = null): SymbolParts {
  return { base, quote, settle, expiry: null, strike: null, optionType: null };
}

/** `BTC/USDT`, `BTC/USDT:USDT`, `BTC/USD:BTC-261225`, `BTC/USD:BTC-261225-100000-C`. */
export function unifiedSymbol(parts: SymbolParts): string {
  let text = `${parts.base}/${parts.quote}`;
  if (parts.settle !== null) text += `:${parts.settle}`;
  if (parts.expiry !== null) text += `-${shortDate(parts.expiry)}`;
  if (parts.strike !== null) text += `-${parts.strike}-${parts.optionType === "put" ? "P" : "C"}`;
  return text;
}

const unifiedPattern = /^([^/:\s]+)\/([^/:\s-]+)(?::([^/:\s-]+)(?:-(\d{6})(?:-(\d+(?:\.\d+)?)-([CP]))?)?)?$/;

/** Reads a unified symbol; null when the text is none. */
export function parseUnified(symbol: string): SymbolParts | null {
  const match = unifiedPattern.exec(symbol);
  if (match === null) return null;
  const [, base, quote, settle, date, strike, type] = match;
  const expiry = date === undefined ? null : longDate(date);
  if (date !== undefined && expiry === null) return null;
  return {
    base,
    quote,
    settle: settle ?? null,
    expiry,
    strike: strike === undefined ? null : Number(strike),
    optionType: type === undefined ? null : type === "P" ? "put" : "call",
  };
}

/** `261225` of `2026-12-25`. */
export function shortDate(expiry: string): string {
  return expiry.slice(2, 4) + expiry.slice(5, 7) + expiry.slice(8, 10);
}

/** `2026-12-25` of `261225`; null when there is no such day. Years are 2000 to 2099. */
export function longDate(yymmdd: string): string | null {
  return calendarDate(2000 + Number(yymmdd.slice(0, 2)), Number(yymmdd.slice(2, 4)), Number(yymmdd.slice(4, 6)));
}

/** ISO text of a day, null when the calendar has no such day. Months count from 1. */
export function calendarDate(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  if (Number.isNaN(date.getTime()) || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return date.toISOString().slice(0, 10);
}
