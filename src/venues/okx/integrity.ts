import { type LevelText, TextBook } from "../text-book.js";
import { type BookWitness, type SequenceRule, VERDICT, type WitnessedMessage } from "../venue.js";
import { okxChecksum } from "./checksum.js";

/**
 * Every update names its predecessor: `prevSeqId` is the `seqId` of the message before. It may be its own,
 * when nothing changed for a minute, or the larger one, once, when the venue starts its numbers afresh; a
 * message seen twice breaks the chain like one that is missing. A snapshot replaces the book in the stream.
 * Recordings of 2022 have no ids at all, only checksums: those books are proved by their witness alone.
 * Source: www.okx.com/docs-v5, order book channel, "Sequence ID".
 */
const rule: SequenceRule = {
  bridged: false,
  next: (book, { previous }) =>
    previous === book.last || (Number.isNaN(previous) && Number.isNaN(book.last)) ? VERDICT.apply : VERDICT.gap,
  bridge: () => VERDICT.gap,
};

export function integrity(): SequenceRule {
  return rule;
}

/** Proves one book by OKX's checksum. The venue itself removes what falls off its 400 levels. */
export class OkxWitness implements BookWitness {
  private readonly book = new TextBook();

  check({ frame, part, checksum }: WitnessedMessage): boolean {
    const { data } = JSON.parse(frame) as { data: { bids: unknown[][]; asks: unknown[][] }[] };
    const { bids, asks } = data[part];
    const isRead = this.book.apply(false, bids.map(textOf)) && this.book.apply(true, asks.map(textOf));
    return isRead && okxChecksum(this.book) === checksum;
  }
}

function textOf([price, size]: readonly unknown[]): LevelText {
  return [String(price), String(size)];
}
