import { crc32 } from "node:zlib";

/** Price and size as the venue writes them. */
export type TextRow = readonly [price: string, size: string];

const LEVELS = 25;

/** The venue's checksum of a book, best levels first: `bid:size:ask:size:…` of the best 25, as a signed number. */
export function checksumOf(bids: readonly TextRow[], asks: readonly TextRow[]): number {
  let text = "";
  for (let i = 0; i < LEVELS; i++)
    for (const side of [bids, asks]) if (i < side.length) text += `:${side[i][0]}:${side[i][1]}`;
  return crc32(text.slice(1)) | 0;
}
