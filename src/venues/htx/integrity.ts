import type { ProductName } from "../../market/venues.js";
import { type SequenceRule, VERDICT } from "../venue.js";

/**
 * Spot, `mbp.N`: each change names the number of the one before it, and is applied only there; a change
 * seen twice breaks that too, because a second look costs less than a wrong book. The snapshot is asked for
 * on the same connection, and its number is that of one of the changes.
 * Source: huobi.com/support, "Websocket channel 'market.$symbol.mbp.$levels'" of 2020-05-28.
 */
const spot: SequenceRule = {
  bridged: true,
  next: (book, { previous }) => (previous === book.last ? VERDICT.apply : VERDICT.gap),
  bridge(snapshot, { last, previous }) {
    if (last <= snapshot) return VERDICT.covered;
    return previous === snapshot ? VERDICT.apply : VERDICT.gap;
  },
};

/**
 * Derivatives, `depth.size_N.high_freq` as incremental: `version` rises by 1 with each message of a book.
 * A new subscription begins with a snapshot.
 * Source: htx.com API pages, "Subscribe Incremental Market Depth Data".
 */
const derivatives: SequenceRule = {
  bridged: false,
  next: (book, { last }) => (last === book.last + 1 ? VERDICT.apply : VERDICT.gap),
  bridge: () => VERDICT.gap,
};

export function integrity(product: ProductName): SequenceRule {
  return product === "spot" ? spot : derivatives;
}
