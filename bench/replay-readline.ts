// What one writes without an engine: readline, JSON.parse, and the numbers into a preallocated array. No books,
// no continuity, no order between the markets.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

type Level = [string, string];

/** What the venue sends, as far as it is looked at. */
export interface PlainMessage {
  e?: string;
  /** Bid, or bid levels. */
  b: string & Level[];
  B: string;
  a: string & Level[];
  A: string;
  p: string;
  q: string;
  /** First and last update id. */
  U: number;
  u: number;
  lastUpdateId?: number;
  bids: Level[];
  asks: Level[];
}

/** Counts and sums that tell whether two ways saw the same. */
export class PlainTotals {
  frames = 0;
  trades = 0;
  touches = 0;
  levels = 0;
  volume = 0;
  /** Sum of price times size. */
  turnover = 0;
}

/** Numbers of the largest frame, and more. */
const numbers = new Float64Array(65_536);

/** Reads one recording event by event; `look` sees every message after its numbers were taken. */
export async function readByReadline(path: string, look?: (message: PlainMessage) => void): Promise<PlainTotals> {
  const totals = new PlainTotals();
  await new Promise<void>((resolve, reject) => {
    const input = createReadStream(path, { highWaterMark: 256 * 1024 });
    input.on("error", reject);
    const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
    lines.on("line", (line) => {
      const message = take(line, totals);
      if (look !== undefined) look(message);
    });
    lines.on("close", resolve);
  });
  return totals;
}

function take(line: string, totals: PlainTotals): PlainMessage {
  const space = line.indexOf(" ");
  const frame = JSON.parse(line.slice(space + 1));
  const message: PlainMessage = frame.data ?? frame;
  totals.frames++;
  numbers[0] = Number(line.slice(0, space)) / 1000;
  if (message.e === "depthUpdate") totals.levels += takeLevels(message.b, message.a);
  else if (message.e === "trade") {
    numbers[1] = +message.p;
    numbers[2] = +message.q;
    totals.trades++;
    totals.volume += numbers[2];
    totals.turnover += numbers[1] * numbers[2];
  } else if (message.lastUpdateId !== undefined) totals.levels += takeLevels(message.bids, message.asks);
  else if (message.B !== undefined) {
    numbers[1] = +message.b;
    numbers[2] = +message.B;
    numbers[3] = +message.a;
    numbers[4] = +message.A;
    totals.touches++;
  }
  return message;
}

function takeLevels(bids: readonly Level[], asks: readonly Level[]): number {
  let at = 1;
  for (let i = 0; i < bids.length; i++) {
    numbers[at++] = +bids[i][0];
    numbers[at++] = +bids[i][1];
  }
  for (let i = 0; i < asks.length; i++) {
    numbers[at++] = +asks[i][0];
    numbers[at++] = +asks[i][1];
  }
  return bids.length + asks.length;
}
