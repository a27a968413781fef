import { crc32 } from "node:zlib";
import type { Fate } from "./reference-binance.js";
import type { ReferenceFrame } from "./reference-frames.js";
import type { ReferenceInstrument } from "./reference-instrument.js";

const nothing: Fate = { used: false, samples: [] };
/** Checksums that agreed, and those that did not, of all frames taken. */
export const okxChecksums = { right: 0, wrong: 0 };

interface Book {
  bids: string[][];
  asks: string[][];
  ts: string;
  checksum: number;
  seqId?: number;
  prevSeqId?: number;
}

/** Each book's levels as they were written, by price. */
const texts = new WeakMap<ReferenceInstrument, { bids: Map<number, string[]>; asks: Map<number, string[]> }>();

/** OKX v5, from the venue's pages on books, trades and tickers: numbered today, proved by checksums alone in 2022. */
export function takeOkx(frame: ReferenceFrame, instrumentOf: (symbol: string) => ReferenceInstrument): Fate {
  const { arg, action, event, data } = JSON.parse(frame.text);
  if (arg === undefined || event !== undefined) return nothing; // acknowledgements and replies
  const instrument = instrumentOf(arg.instId);
  instrument.seen(frame);
  const [element, ...others] = data;
  if (others.length > 0) throw new Error("the reference takes one element a frame");
  const used: Fate = { used: true, samples: [{ receivedUs: frame.receivedUs, venueMs: Number(element.ts) }] };
  if (arg.channel === "tickers") return used; // day figures, of which the summary tells nothing
  if (arg.channel === "trades") {
    instrument.trade(element.px, element.sz, { aggregated: true });
    return used;
  }
  if (arg.channel !== "books") throw new Error(`the reference does not know ${arg.channel}`);
  return take(element, action === "snapshot", instrument) ? used : { used: true, samples: [] };
}

/** True when the message went into the book: it is there, and what should prove it does. */
function take(book: Book, isSnapshot: boolean, instrument: ReferenceInstrument): boolean {
  if (!isSnapshot && instrument.state !== "live") return false;
  const isProved =
    book.seqId === undefined ? agrees(book, isSnapshot, instrument) : isSnapshot || book.prevSeqId === instrument.id;
  if (!isProved) {
    instrument.lose();
    if (book.seqId === undefined) instrument.checksumFailures++;
    return false;
  }
  const levels = (list: string[][]) => list.map(([price, size]): [string, string] => [price, size]);
  if (isSnapshot) {
    instrument.load(levels(book.bids), levels(book.asks));
    instrument.state = "live";
  } else {
    instrument.set(levels(book.bids), levels(book.asks));
    instrument.depthUpdates++;
  }
  instrument.id = book.seqId ?? Number.NaN;
  instrument.look();
  return true;
}

function agrees(book: Book, isSnapshot: boolean, instrument: ReferenceInstrument): boolean {
  if (isSnapshot) texts.set(instrument, { bids: new Map(), asks: new Map() });
  const held = texts.get(instrument);
  if (held === undefined) return false;
  for (const side of ["bids", "asks"] as const)
    for (const [price, size] of book[side])
      if (Number(size) === 0) held[side].delete(Number(price));
      else held[side].set(Number(price), [price, size]);
  const isRight = checksum(held.bids, held.asks) === book.checksum;
  okxChecksums[isRight ? "right" : "wrong"]++;
  return isRight;
}

/** CRC32 over price:size of the best 25, a bid and an ask in turn, as a signed number. */
function checksum(bids: Map<number, string[]>, asks: Map<number, string[]>): number {
  const best = [...bids].sort(([a], [b]) => b - a).map(([, level]) => level);
  const offers = [...asks].sort(([a], [b]) => a - b).map(([, level]) => level);
  const parts: string[] = [];
  for (let i = 0; i < 25; i++) parts.push(...(best[i] ?? []), ...(offers[i] ?? []));
  return crc32(parts.join(":")) | 0;
}
