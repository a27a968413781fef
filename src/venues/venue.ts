import type { ProductName } from "../market/venues.js";

/** What a depth message is to the book it belongs to. */
export const VERDICT = {
  /** Comes next: apply it. */
  apply: 0,
  /** The book already contains it: count it, leave it out. */
  covered: 1,
  /** Something is missing before it. */
  gap: 2,
} as const;
export type Verdict = (typeof VERDICT)[keyof typeof VERDICT];

/**
 * A venue's continuity rule for one product. Pure functions of update ids (exact up to 2^53; NaN
 * where the venue has none), called for every delta, so they must not allocate.
 */
export interface SequenceRule {
  /** The snapshot comes from another channel (REST): deltas are kept until one bridges it. */
  bridged: boolean;
  /** A delta on a book that is live at update id `book`. */
  next(book: number, first: number, last: number, previous: number): Verdict;
  /** A delta on a book whose snapshot stands at id `snapshot`, not bridged yet. Gap: the snapshot is too old. */
  bridge(snapshot: number, first: number, last: number, previous: number): Verdict;
}

/** What the engine needs to know about a venue. Its id is given by the registry in index.ts. */
export interface Venue {
  products: readonly ProductName[];
  /** Best bid/offer channel and book count in one sequence, so that the fresher of the two is known. */
  sharedSequence: boolean;
  integrity(product: ProductName): SequenceRule;
}
