import { type SequenceRule, VERDICT } from "../venue.js";

/**
 * Every update names its predecessor: `prevSeqId` is the `seqId` of the message before. It may be its own,
 * when nothing changed for a minute, or the larger one, once, when the venue starts its numbers afresh; a
 * message seen twice breaks the chain like one that is missing. A snapshot replaces the book in the stream.
 * Recordings of 2022 have no ids at all, only checksums: those books are proved by their witness alone.
 * Source: www.okx.com/docs-v5, order book channel, "Sequence ID".
 */
const rule: SequenceRule = {
  bridged: false,
  next: (book, _first, _last, previous) =>
    previous === book || (Number.isNaN(previous) && Number.isNaN(book)) ? VERDICT.apply : VERDICT.gap,
  bridge: () => VERDICT.gap,
};

export function integrity(): SequenceRule {
  return rule;
}
