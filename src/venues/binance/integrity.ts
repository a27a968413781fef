import type { ProductName } from "../../market/venues.js";
import { type SequenceRule, VERDICT } from "../venue.js";

/**
 * Spot: a delta covers the ids U..u; the next one starts at the book's id + 1.
 * Source: binance-spot-api-docs, web-socket-streams.md, "How to manage a local order book correctly".
 */
const spot: SequenceRule = {
  bridged: true,
  next(book, { first, last }) {
    if (last <= book.last) return VERDICT.covered;
    return first > book.last + 1 ? VERDICT.gap : VERDICT.apply;
  },
  bridge(snapshot, { first, last }) {
    if (last <= snapshot) return VERDICT.covered;
    return first > snapshot + 1 ? VERDICT.gap : VERDICT.apply;
  },
};

/**
 * USD-M and COIN-M: ids are shared by all symbols, so U is not the previous u + 1; `pu` names the
 * predecessor instead. A delta covers everything after pu up to u, hence it bridges a snapshot that
 * lies in [pu, u): the venue's two forms (U <= id <= u, or pu = id) are both inside that.
 * Source: developers.binance.com, "How to manage a local order book correctly" of USD-M futures.
 */
const futures: SequenceRule = {
  bridged: true,
  next(book, { last, previous }) {
    if (previous === book.last) return VERDICT.apply;
    return last <= book.last ? VERDICT.covered : VERDICT.gap;
  },
  bridge(snapshot, { last, previous }) {
    if (last <= snapshot) return VERDICT.covered;
    return previous <= snapshot ? VERDICT.apply : VERDICT.gap;
  },
};

export function integrity(product: ProductName): SequenceRule {
  return product === "spot" ? spot : futures;
}
