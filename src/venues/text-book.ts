import { type DecimalText, decimalText } from "./decimal-text.js";

/** One level, as its venue writes it. */
export interface TextLevel {
  price: DecimalText;
  size: DecimalText;
}

/** Price and size of a level, as they stand in the frame. */
export type LevelText = readonly [price: string, size: string];

/**
 * The levels of one book by their exact text, best first: what a venue's checksum is made of. Trailing
 * zeros count there, and numbers do not keep them. The engine's own book is made of the records; this one only proves it.
 */
export class TextBook {
  readonly bids: TextLevel[] = [];
  readonly asks: TextLevel[] = [];
  /** The most digits after the point that any price and any size had. */
  priceDecimals = 0;
  sizeDecimals = 0;

  /** Sets levels of one side; size 0 removes. False for text that is no price or size. */
  apply(isAsk: boolean, levels: readonly LevelText[]): boolean {
    const side = isAsk ? this.asks : this.bids;
    for (const [priceText, sizeText] of levels) {
      const price = decimalText(priceText);
      const size = decimalText(sizeText);
      if (price === null || size === null) return false;
      this.priceDecimals = Math.max(this.priceDecimals, price.decimals);
      this.sizeDecimals = Math.max(this.sizeDecimals, size.decimals);
      const index = position(side, isAsk, price.scaled);
      const isThere = index < side.length && side[index].price.scaled === price.scaled;
      if (size.scaled > 0n) side.splice(index, isThere ? 1 : 0, { price, size });
      else if (isThere) side.splice(index, 1);
    }
    return true;
  }

  /** Drops what lies beyond the best `depth` levels of each side, and returns it. */
  truncate(depth: number): { isAsk: boolean; level: TextLevel }[] {
    const fallen = (side: TextLevel[], isAsk: boolean) => side.splice(depth).map((level) => ({ isAsk, level }));
    return [...fallen(this.bids, false), ...fallen(this.asks, true)];
  }
}

/** Place of a price in a side that is sorted best first. */
function position(side: readonly TextLevel[], isAsk: boolean, scaled: bigint): number {
  let low = 0;
  let high = side.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = side[middle].price.scaled;
    if (isAsk ? other < scaled : other > scaled) low = middle + 1;
    else high = middle;
  }
  return low;
}
