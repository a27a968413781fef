import { type SequenceRule, VERDICT } from "../venue.js";

/**
 * Every delta is the previous `u` + 1. The venue's text does not promise it, its stream keeps it, and
 * nothing else would show a loss. A snapshot (and any message with u = 1, the venue's reset) replaces
 * the book in the stream itself.
 * Source: bybit-exchange/docs v5/websocket/public/orderbook.
 */
const rule: SequenceRule = {
  bridged: false,
  next(book, { last }) {
    if (last === book.last + 1) return VERDICT.apply;
    return last <= book.last ? VERDICT.covered : VERDICT.gap;
  },
  bridge: () => VERDICT.gap,
};

export function integrity(): SequenceRule {
  return rule;
}
