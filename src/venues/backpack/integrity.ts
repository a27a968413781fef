import { type SequenceRule, VERDICT } from "../venue.js";

/**
 * A delta covers the ids U..u of its own book and the next one starts at u + 1, else the book is to be
 * fetched anew. The snapshot comes by REST, which lags behind the stream: deltas up to its id are in it,
 * the one that follows bridges it. Source: docs.backpack.exchange, "Depth".
 */
const rule: SequenceRule = {
  bridged: true,
  next(book, { first, last }) {
    if (last <= book.last) return VERDICT.covered;
    return first === book.last + 1 ? VERDICT.apply : VERDICT.gap;
  },
  bridge(snapshot, { first, last }) {
    if (last <= snapshot) return VERDICT.covered;
    return first > snapshot + 1 ? VERDICT.gap : VERDICT.apply;
  },
};

export function integrity(): SequenceRule {
  return rule;
}
