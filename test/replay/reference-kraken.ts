import { buf } from "crc-32";
import type { Fate } from "./reference-binance.js";
import { microseconds } from "./reference-coinbase.js";
import type { ReferenceFrame } from "./reference-frames.js";
import type { ReferenceInstrument } from "./reference-instrument.js";

type Texts = [price: string, qty: string];
type Side = Map<number, Texts>;
type Sides = { bids: Side; asks: Side; depth: number };
type Levels = { price: string; qty: string }[];

/** Texts of each book; the depth by the acknowledgement. */
const texts = new WeakMap<ReferenceInstrument, Sides>();

/** Kraken WebSocket v2, from the venue's pages on the book and its checksum, trade and ticker. */
export function takeKraken(frame: ReferenceFrame, instrumentOf: (symbol: string) => ReferenceInstrument): Fate {
  // Numbers as their text: they are values of keys, all of them.
  const message = JSON.parse(frame.text.replace(/(?<=":)-?\d[\d.eE+-]*/g, '"$&"'));
  const { channel, type, data, method, result } = message;
  if (method === "subscribe" && result?.channel === "book")
    textsOf(instrumentOf(result.symbol)).depth = Number(result.depth);
  const fate: Fate = { used: false, samples: [] };
  const isUsed = channel === "book" || channel === "ticker" || (channel === "trade" && type === "update");
  if (!isUsed) return fate;
  for (const element of data) {
    const instrument = instrumentOf(element.symbol);
    instrument.seen(frame);
    fate.used = true;
    const venueMs = microseconds(element.timestamp) / 1000;
    if (channel === "trade") instrument.trade(element.price, element.qty);
    else if (channel === "ticker") {
      instrument.bboUpdates++;
      instrument.bbo = [element.bid, element.bid_qty, element.ask, element.ask_qty].map(Number);
    } else if (!book(type === "snapshot", element, instrument)) continue;
    fate.samples.push({ receivedUs: frame.receivedUs, venueMs });
  }
  return fate;
}

function textsOf(instrument: ReferenceInstrument): Sides {
  const known = texts.get(instrument) ?? { bids: new Map(), asks: new Map(), depth: Number.POSITIVE_INFINITY };
  texts.set(instrument, known);
  return known;
}

/** True when the message went into the book. */
function book(
  isSnapshot: boolean,
  { bids, asks, checksum }: { bids: Levels; asks: Levels; checksum: string },
  instrument: ReferenceInstrument,
): boolean {
  const sides = textsOf(instrument);
  if (isSnapshot) {
    sides.bids.clear();
    sides.asks.clear();
  } else if (instrument.state !== "live") return false;
  const changes: [Texts[], Texts[]] = [set(sides.bids, bids), set(sides.asks, asks)];
  changes[0].push(...truncate(sides.bids, sides.depth, -1));
  changes[1].push(...truncate(sides.asks, sides.depth, 1));
  if (checksumOf(sides) !== Number(checksum)) {
    if (instrument.state !== "gap") instrument.lose();
    instrument.checksumFailures++;
    return false;
  }
  if (isSnapshot) instrument.load(...changes);
  else {
    instrument.set(...changes);
    instrument.depthUpdates++;
  }
  instrument.state = "live";
  instrument.look();
  return true;
}

function set(side: Side, levels: Levels): Texts[] {
  return levels.map(({ price, qty }) => {
    if (Number(qty) === 0) side.delete(Number(price));
    else side.set(Number(price), [price, qty]);
    return [price, qty];
  });
}

/** Removes what lies beyond the depth; what that was, as removals. */
function truncate(side: Side, depth: number, sign: number): Texts[] {
  if (side.size <= depth) return [];
  const beyond = [...side].sort(([a], [b]) => sign * (a - b)).slice(depth);
  return beyond.map(([price, [text]]) => {
    side.delete(price);
    return [text, "0"];
  });
}

/** The ten best, best first. */
function best(side: Side, sign: number): Texts[] {
  const found: number[] = [];
  for (const price of side.keys()) {
    if (found.length === 10 && sign * (price - found[9]) > 0) continue;
    const at = found.findIndex((other) => sign * (other - price) > 0);
    found.splice(at < 0 ? found.length : at, 0, price);
    if (found.length > 10) found.pop();
  }
  return found.map((price) => side.get(price) as Texts);
}

/** Unsigned CRC32 of the ten best asks and bids: digits of price and size, without point and leading zeros. */
function checksumOf({ bids, asks }: Sides): number {
  const digits = [...best(asks, 1), ...best(bids, -1)].flat().map((text) => text.replace(".", "").replace(/^0+/, ""));
  return buf(Buffer.from(digits.join(""))) >>> 0;
}
