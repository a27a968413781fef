import type { ReferenceFrame } from "./reference-frames.js";
import type { Change, ReferenceInstrument } from "./reference-instrument.js";

/** What became of a frame: used (with the venue's time where it has one), or understood and not used. */
export type Fate = { used: boolean; samples: { receivedUs: number; venueMs: number }[] };

const nothing: Fate = { used: false, samples: [] };

/**
 * Binance, from the venue's own text: "How to manage a local order book correctly" of spot and of
 * futures, and the field tables of the streams.
 */
export function takeBinance(frame: ReferenceFrame, instrumentOf: (symbol: string) => ReferenceInstrument): Fate {
  const message = JSON.parse(frame.text);
  const data = message.data ?? message;
  if (data.lastUpdateId !== undefined) {
    if (frame.symbol === null) throw new Error("a snapshot of no symbol");
    return snapshot(frame, data, named(frame, frame.symbol));
  }
  if (data.e === "depthUpdate") return depth(frame, data, named(frame, data.s));
  if (data.e === "bookTicker" || (data.e === undefined && data.B !== undefined)) return ticker(frame, data);
  if (data.e === "trade" || data.e === "aggTrade") return trade(frame, data);
  if (data.e === "markPriceUpdate") return mark(frame, data);
  if (data.e !== "kline" && data.timezone === undefined)
    throw new Error(`the reference does not know ${frame.text.slice(0, 100)}`);
  return nothing;

  function named(frame: ReferenceFrame, symbol: string): ReferenceInstrument {
    const instrument = instrumentOf(symbol);
    instrument.seen(frame);
    return instrument;
  }

  function ticker(frame: ReferenceFrame, data: Record<string, string>): Fate {
    const instrument = named(frame, data.s);
    const { b, B, a, A } = data;
    instrument.bboUpdates++;
    instrument.bbo = [Number(b), instrument.size(B, b), Number(a), instrument.size(A, a)];
    return used(frame, data.E);
  }

  function trade(frame: ReferenceFrame, data: Record<string, string>): Fate {
    const aggregated = data.e === "aggTrade";
    const excluded = data.X !== undefined && data.X !== "MARKET";
    named(frame, data.s).trade(data.p, data.q, { aggregated, excluded });
    return used(frame, data.E);
  }

  function mark(frame: ReferenceFrame, data: Record<string, string>): Fate {
    const instrument = named(frame, data.s);
    instrument.mark = Number(data.p);
    instrument.rate = Number(data.r);
    instrument.nextFundingMs = Number(data.T);
    return used(frame, data.E);
  }
}

function used(frame: ReferenceFrame, venueMs: string | number | undefined): Fate {
  const samples = venueMs === undefined ? [] : [{ receivedUs: frame.receivedUs, venueMs: Number(venueMs) }];
  return { used: true, samples };
}

interface DepthUpdate {
  U: number;
  u: number;
  pu?: number;
  E: number;
  b: [string, string][];
  a: [string, string][];
}

function depth(frame: ReferenceFrame, data: DepthUpdate, instrument: ReferenceInstrument): Fate {
  const change: Change = {
    first: data.U,
    last: data.u,
    previous: data.pu ?? Number.NaN,
    bids: data.b,
    asks: data.a,
    venueMs: data.E,
    receivedUs: frame.receivedUs,
  };
  return { used: true, samples: take(change, frame.product === "spot", instrument) ? [change] : [] };
}

/** True when the change went into the book. */
function take(change: Change, isSpot: boolean, instrument: ReferenceInstrument): boolean {
  if (instrument.state !== "live") {
    if (!instrument.unbridged) {
      instrument.buffer.push(change);
      return false;
    }
    if (change.last <= instrument.id) return false;
    if (!bridges(change, isSpot, instrument.id)) {
      instrument.unbridged = false;
      instrument.buffer.push(change);
      return false;
    }
    instrument.unbridged = false;
    instrument.state = "live";
  } else {
    // A change that came before is in the book already.
    if (change.last <= instrument.id) return false;
    const isNext = isSpot ? change.first <= instrument.id + 1 : change.previous === instrument.id;
    if (!isNext) {
      instrument.lose();
      instrument.buffer = [change];
      return false;
    }
  }
  instrument.set(change.bids, change.asks);
  instrument.id = change.last;
  instrument.depthUpdates++;
  instrument.look();
  return true;
}

/** Spot: U <= id + 1 <= u. Futures: U <= id <= u, or pu is the snapshot's id. */
function bridges({ first, last, previous }: Change, isSpot: boolean, id: number): boolean {
  if (isSpot) return first <= id + 1 && id + 1 <= last;
  return (first <= id && id <= last) || previous === id;
}

interface DepthReply {
  lastUpdateId: number;
  E?: number;
  bids: [string, string][];
  asks: [string, string][];
}

function snapshot(frame: ReferenceFrame, data: DepthReply, instrument: ReferenceInstrument): Fate {
  const isSpot = frame.product === "spot";
  if (instrument.state === "live") return nothing;
  const next = instrument.buffer.find(({ last }) => last > data.lastUpdateId);
  if (next !== undefined && !bridges(next, isSpot, data.lastUpdateId)) return nothing; // too old: another is needed
  instrument.load(data.bids, data.asks);
  instrument.id = data.lastUpdateId;
  instrument.unbridged = true;
  const { samples } = used(frame, data.E);
  for (const change of instrument.buffer.splice(0)) if (take(change, isSpot, instrument)) samples.push(change);
  return { used: true, samples };
}
