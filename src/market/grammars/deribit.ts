import { pair, type SymbolParts } from "../unified.js";
import type { ProductName } from "../venues.js";
import { readDay, writeDay } from "./day.js";
import type { Quantity, Reading, SymbolGrammar } from "./grammar.js";
import { isAsset } from "./split.js";

/**
 * Spot `BTC_USDC`; inverse (USD, settled in the coin) `BTC-PERPETUAL`, `BTC-25DEC26`,
 * `BTC-25DEC26-100000-C`; linear, with the quote after the coin, `SOL_USDC-PERPETUAL`,
 * `BTC_USDC-25DEC26`, `XRP_USDC-30JUN24-0d625-C`, where `d` is the decimal point of a strike. Delivery
 * is at 08:00 UTC. Source: docs.deribit.com, "Naming".
 */
export const deribitGrammar: SymbolGrammar = { read, write, productOf, quantity };

const shapes: readonly { product: ProductName; pattern: RegExp }[] = [
  { product: "spot", pattern: /^([^-_]+)_([^-_]+)$/ },
  { product: "swap", pattern: /^([^-_]+)(?:_([^-_]+))?-PERPETUAL$/ },
  { product: "futures", pattern: /^([^-_]+)(?:_([^-_]+))?-(\d{1,2}[A-Z]{3}\d\d)$/ },
  { product: "option", pattern: /^([^-_]+)(?:_([^-_]+))?-(\d{1,2}[A-Z]{3}\d\d)-(\d+(?:d\d+)?)-([CP])$/ },
];

/** Product of a venue's own symbol by its shape alone; null for combos (`BTC-FS-30SEP26_PERP`) and all else. */
export function deribitProductOf(rawSymbol: string): ProductName | null {
  return shapes.find(({ pattern }) => pattern.test(rawSymbol))?.product ?? null;
}

function read(product: ProductName, rawSymbol: string): Reading | null {
  const match = shapes.find((shape) => shape.product === product)?.pattern.exec(rawSymbol);
  if (match === null || match === undefined) return null;
  const [, base, counter, day, strike, type] = match;
  const quote = counter ?? "USD";
  if (!isAsset(base) || !isAsset(quote) || base === quote) return null;
  const settle = product === "spot" ? null : (counter ?? base);
  const expiry = day === undefined ? null : readDay(day);
  if (day !== undefined && expiry === null) return null;
  const parts: SymbolParts = { ...pair(base, quote, settle), expiry };
  if (strike === undefined) return { parts, inferred: false };
  const optionType = type === "C" ? "call" : "put";
  return { parts: { ...parts, strike: Number(strike.replace("d", ".")), optionType }, inferred: false };
}

function write(product: ProductName, parts: SymbolParts): string | null {
  if (productOf(parts) !== product) return null;
  const { base, quote, settle, expiry, strike, optionType } = parts;
  const name = settle === base ? base : `${base}_${quote}`;
  if (product === "spot") return name;
  if (expiry === null) return `${name}-PERPETUAL`;
  const dated = `${name}-${writeDay(expiry)}`;
  return strike === null ? dated : `${dated}-${String(strike).replace(".", "d")}-${optionType === "put" ? "P" : "C"}`;
}

function productOf({ base, quote, settle, expiry, strike }: SymbolParts): ProductName | null {
  if (settle === null) return "spot";
  if (settle === base ? quote !== "USD" : settle !== quote) return null;
  if (expiry === null) return strike === null ? "swap" : null;
  return strike === null ? "futures" : "option";
}

/**
 * Amounts are US dollars for inverse perpetuals and futures and base coin for everything else: the
 * venue's `contract_size` only says in which steps, so the unit here is one dollar.
 * Source: docs.deribit.com, `amount` of public/get_order_book.
 */
function quantity(product: ProductName, parts: SymbolParts | null): Quantity {
  if (product === "spot" || product === "option") return { unit: "base", contractSize: null };
  if (parts === null) return { unit: "unknown", contractSize: null };
  return parts.settle === parts.base ? { unit: "inverse", contractSize: 1 } : { unit: "base", contractSize: null };
}
