import { BYBIT_INVERSE_CONTRACT_USD, COMMON_ASSETS } from "../bundled-instruments.js";
import { pair, type SymbolParts } from "../unified.js";
import type { ProductName } from "../venues.js";
import { readDay, writeDay } from "./day.js";
import type { Quantity, Reading, SymbolGrammar } from "./grammar.js";
import { isAsset, splitPair } from "./split.js";

/**
 * Spot `BTCUSDT`; linear `BTCUSDT`, `BTCPERP` (USDC), `BTCUSDT-25DEC26`, `BTC-25DEC26` (USDC); inverse
 * `BTCUSD`, `BTCUSDZ26` (last Friday of the coded month); option `BTC-6JAN23-17500-C` (USDC) and
 * `BTC-6JAN23-17500-C-USDT`. Delivery is at 08:00 UTC.
 */
export const bybitGrammar: SymbolGrammar = { read, write, productOf, quantity };

const monthCodes = "FGHJKMNQUVXZ";

function read(product: ProductName, rawSymbol: string): Reading | null {
  if (product === "linear") return readLinear(rawSymbol);
  if (product === "inverse") return readInverse(rawSymbol);
  if (product === "option") return readOption(rawSymbol);
  const split = splitPair(`bybit.${product}`, rawSymbol);
  return split === null ? null : { parts: pair(split.base, split.quote), inferred: split.inferred };
}

function readLinear(rawSymbol: string): Reading | null {
  const dash = rawSymbol.indexOf("-");
  const name = dash < 0 ? rawSymbol : rawSymbol.slice(0, dash);
  const expiry = dash < 0 ? null : readDay(rawSymbol.slice(dash + 1));
  if (dash >= 0 && expiry === null) return null;
  const split = splitPair("bybit.linear", name);
  if (split !== null) {
    return { parts: { ...pair(split.base, split.quote, split.quote), expiry }, inferred: split.inferred };
  }
  if (dash < 0 && !name.endsWith("PERP")) return null;
  return coin(dash < 0 ? name.slice(0, -4) : name, "USDC", "USDC", expiry);
}

function readInverse(rawSymbol: string): Reading | null {
  const match = /^(.+)USD(?:([FGHJKMNQUVXZ])(\d\d))?$/.exec(rawSymbol);
  if (match === null) return null;
  const [, base, code, year] = match;
  const expiry = code === undefined ? null : lastFriday(2000 + Number(year), monthCodes.indexOf(code) + 1);
  return coin(base, "USD", base, expiry);
}

function readOption(rawSymbol: string): Reading | null {
  const match = /^([^-]+)-(\d{1,2}[A-Z]{3}\d\d)-(\d+(?:\.\d+)?)-([CP])(-USDT)?$/.exec(rawSymbol);
  if (match === null) return null;
  const [, base, day, strike, type, usdt] = match;
  const expiry = readDay(day);
  if (expiry === null) return null;
  const quote = usdt === undefined ? "USDC" : "USDT";
  const future = coin(base, quote, quote, expiry);
  if (future === null) return null;
  const option = { strike: Number(strike), optionType: type === "C" ? "call" : "put" } as const;
  return { parts: { ...future.parts, ...option }, inferred: future.inferred };
}

function coin(base: string, quote: string, settle: string, expiry: string | null): Reading | null {
  if (!isAsset(base) || base === quote) return null;
  return { parts: { ...pair(base, quote, settle), expiry }, inferred: !COMMON_ASSETS.has(base) };
}

function write(product: ProductName, parts: SymbolParts): string | null {
  if (productOf(parts) !== product) return null;
  const { base, quote, expiry, strike, optionType } = parts;
  if (expiry === null) return product === "linear" && quote === "USDC" ? `${base}PERP` : base + quote;
  if (product === "inverse") return writeInverse(base, expiry);
  const day = writeDay(expiry);
  if (product === "linear") return `${quote === "USDC" ? base : base + quote}-${day}`;
  const type = optionType === "put" ? "P" : "C";
  return `${base}-${day}-${strike}-${type}${quote === "USDT" ? "-USDT" : ""}`;
}

function writeInverse(base: string, expiry: string): string | null {
  const year = Number(expiry.slice(0, 4));
  const month = Number(expiry.slice(5, 7));
  return lastFriday(year, month) === expiry ? `${base}USD${monthCodes[month - 1]}${expiry.slice(2, 4)}` : null;
}

function productOf({ base, quote, settle, expiry, strike }: SymbolParts): ProductName | null {
  if (settle === null) return "spot";
  if (settle === base && quote === "USD") return strike === null ? "inverse" : null;
  if (settle !== quote || (quote !== "USDT" && quote !== "USDC")) return null;
  return strike === null ? "linear" : expiry === null ? null : "option";
}

function quantity(product: ProductName): Quantity {
  return product === "inverse"
    ? { unit: "inverse", contractSize: BYBIT_INVERSE_CONTRACT_USD }
    : { unit: "base", contractSize: null };
}

function lastFriday(year: number, month: number): string {
  const last = new Date(Date.UTC(year, month, 0));
  last.setUTCDate(last.getUTCDate() - ((last.getUTCDay() + 2) % 7));
  return last.toISOString().slice(0, 10);
}
