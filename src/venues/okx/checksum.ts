import { crc32 } from "node:zlib";
import type { TextBook } from "../text-book.js";

/** Levels of each side that the checksum covers. */
const LEVELS = 25;

/**
 * OKX's checksum of a book, as it was until June 2026: CRC32, signed, over price and size as the venue wrote
 * them, bid and ask in turn from the best on; where one side has no more levels the other goes on alone.
 * Source: www.okx.com/docs-v5 of 2022, "Checksum"; every frame of the recording of 2022-05-13 agrees.
 */
export function okxChecksum({ bids, asks }: TextBook): number {
  const texts: string[] = [];
  for (let i = 0; i < LEVELS; i++)
    for (const { price, size } of [...bids.slice(i, i + 1), ...asks.slice(i, i + 1)]) texts.push(price.text, size.text);
  return crc32(texts.join(":")) | 0;
}
