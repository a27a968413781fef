import type { LevelText } from "../text-book.js";

/** A string, left as it is, or a number. JSON has them in no other place. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/** The levels of one message of a book frame, as they are written. */
export interface BookText {
  bids: readonly LevelText[];
  asks: readonly LevelText[];
}

/** Reads message `part` of a frame whose shape the decoder has found right: numbers as their text. */
export function bookText(frame: string, part: number): BookText {
  const quoted = frame.replace(TOKEN, (token) => (token.startsWith('"') ? token : `"${token}"`));
  const { data } = JSON.parse(quoted) as { data: { bids?: RawLevel[]; asks?: RawLevel[] }[] };
  const { bids, asks } = data[part];
  return { bids: levelsOf(bids), asks: levelsOf(asks) };
}

interface RawLevel {
  price: string;
  qty: string;
}

const levelsOf = (levels: RawLevel[] = []): LevelText[] => levels.map(({ price, qty }) => [price, qty]);
