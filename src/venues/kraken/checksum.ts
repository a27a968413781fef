import { crc32 } from "node:zlib";
import { digitsOf } from "../decimal-text.js";
import type { TextBook, TextLevel } from "../text-book.js";

/** Levels of each side that the checksum covers. */
const LEVELS = 10;

/**
 * Kraken's checksum of a book: CRC32 over the ten best asks, then the ten best bids, best first; of each
 * level price and quantity at the precision of the pair, without the point and without leading zeros.
 * The precision is the most digits after the point that any text had, because the venue pads its numbers
 * to it; a guess that is wrong fails the checksum, so it cannot pass unseen.
 * Source: docs.kraken.com/api/docs/guides/spot-ws-book-v2 (and the same for v1).
 */
export function krakenChecksum({ bids, asks, priceDecimals, sizeDecimals }: TextBook): number {
  let text = "";
  const add = ({ price, size }: TextLevel): void => {
    text += digitsOf(price.scaled, priceDecimals) + digitsOf(size.scaled, sizeDecimals);
  };
  for (const level of asks.slice(0, LEVELS)) add(level);
  for (const level of bids.slice(0, LEVELS)) add(level);
  return crc32(text);
}
