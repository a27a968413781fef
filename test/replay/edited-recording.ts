import type { Level, ReferenceBook } from "./reference-book.js";
import { headOf, textOf } from "./reference-frames.js";
import type { RecordingFile } from "./shared-data.js";

/** Lines of a recording, without the empty one at its end; the first `count` of them. */
export function linesOf({ path }: Pick<RecordingFile, "path">, count = Number.POSITIVE_INFINITY): string[] {
  if (count === Number.POSITIVE_INFINITY) return textOf(path).trimEnd().split("\n");
  // Of a line that is cut off nothing is taken, unless it is the recording's last.
  for (let bytes = 100_000; ; bytes *= 4) {
    const { text, isWhole } = headOf(path, bytes);
    const lines = (isWhole ? text.trimEnd() : text).split("\n");
    if (isWhole || lines.length > count) return lines.slice(0, count);
  }
}

export const joined = (lines: readonly string[]): string => `${lines.join("\n")}\n`;

/** Without the line at `index`. */
export const without = (lines: readonly string[], index: number): string[] => lines.toSpliced(index, 1);

/** Two frames change places; the times stay where they are. */
export function swapped(lines: readonly string[], one: number, other: number): string[] {
  const parts = (line: string): [string, string] => [
    line.slice(0, line.indexOf(" ")),
    line.slice(line.indexOf(" ") + 1),
  ];
  const [timeOne, frameOne] = parts(lines[one]);
  const [timeOther, frameOther] = parts(lines[other]);
  return lines.with(one, `${timeOne} ${frameOther}`).with(other, `${timeOther} ${frameOne}`);
}

/** Indexes of the Binance depth lines. */
export function depthIndexes(lines: readonly string[]): number[] {
  return lines.flatMap((line, i) => (line.includes('"e":"depthUpdate"') ? [i] : []));
}

/** Indexes of the book changes of one Bybit instrument in a cryptofeed recording; the connection tells the product. */
export function bybitDeltaIndexes(lines: readonly string[], connection: string, symbol: string): number[] {
  return lines.flatMap((line, i) =>
    line.includes(`"conn":"${connection}"`) &&
    line.includes(`orderbook.200.${symbol}`) &&
    line.includes('\\"type\\":\\"delta\\"')
      ? [i]
      : [],
  );
}

/** The REST reply that would give this book. */
export function depthReply(book: ReferenceBook, lastUpdateId: number): string {
  const texts = (levels: Level[]): [string, string][] => levels.map(([p, q]) => [p.toFixed(8), q.toFixed(8)]);
  const [bids, asks] = [texts(book.topBids(Number.POSITIVE_INFINITY)), texts(book.topAsks(Number.POSITIVE_INFINITY))];
  return JSON.stringify({ lastUpdateId, bids, asks });
}
