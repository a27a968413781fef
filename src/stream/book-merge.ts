/** Price and absolute size; 0 removes the level. */
export type Level = readonly [price: number, size: number];

export interface BookUpdate {
  bids: readonly Level[];
  asks: readonly Level[];
  sequence: number | string;
}

/**
 * One update that does to a book what the given ones do one after another: of each price the last size,
 * best first, the last sequence.
 */
export function mergeBookUpdates(updates: readonly BookUpdate[]): BookUpdate {
  const bids = new Map<number, number>();
  const asks = new Map<number, number>();
  let sequence: number | string = 0;
  for (const update of updates) {
    for (const [price, size] of update.bids) bids.set(price, size);
    for (const [price, size] of update.asks) asks.set(price, size);
    sequence = update.sequence;
  }
  return {
    bids: [...bids].sort(([a], [b]) => b - a),
    asks: [...asks].sort(([a], [b]) => a - b),
    sequence,
  };
}
