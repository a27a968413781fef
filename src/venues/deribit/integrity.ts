import { type SequenceRule, VERDICT } from "../venue.js";

/**
 * Each change names the id of the one before it; the first after a snapshot names the snapshot's. Ids are
 * shared by all instruments, so they jump. A snapshot comes with every new subscription.
 * Source: docs.deribit.com, book.{instrument_name}.{interval}.
 */
const rule: SequenceRule = {
  bridged: false,
  next(book, { last, previous }) {
    if (previous === book.last) return VERDICT.apply;
    return last <= book.last ? VERDICT.covered : VERDICT.gap;
  },
  bridge: () => VERDICT.gap,
};

export function integrity(): SequenceRule {
  return rule;
}
