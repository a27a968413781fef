import { type SequenceRule, VERDICT } from "../venue.js";

/**
 * Coinbase numbers the messages of a connection, over all channels, and not those of a book: the feed
 * follows that numbering (src/feed/connection-numbers.ts), and while it has no gap, whatever comes is next.
 * Source: docs.cdp.coinbase.com/advanced-trade/docs/ws-overview, and a recording of 2026-08-09.
 */
const rule: SequenceRule = {
  unnumbered: true,
  bridged: false,
  next: () => VERDICT.apply,
  bridge: () => VERDICT.gap,
};

export function integrity(): SequenceRule {
  return rule;
}
