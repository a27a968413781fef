import { crc32 } from "node:zlib";
import type { Level } from "../model/levels.js";
import type { Market } from "../model/market.js";

const LEVELS = 10;

/** Unsigned CRC32 over the ten best asks, then bids. Source: docs.kraken.com/api/docs/guides/spot-ws-book-v2. */
export function checksumOf({ text }: Market, bids: readonly Level[], asks: readonly Level[]): number {
  const digits = (number: string): string => number.replace(".", "").replace(/^0+/, "");
  const part = (levels: readonly Level[]): string =>
    levels
      .slice(0, LEVELS)
      .map(({ tick, lots }) => digits(text.price(tick)) + digits(text.size(lots)))
      .join("");
  return crc32(part(asks) + part(bids));
}
