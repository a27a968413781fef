// What one writes without the kernel: JSON.parse of the frame's text, fields into a preallocated Float64Array.
// Seven numbers a record, eight apart: kind and flags, venue time in µs, update or trade id, and the four payload numbers.
import * as L from "../src/layout.js";

export const JSON_RECORD = 8;

/** Contract size of the COIN-M instruments in the frames; everything else counts in base coin. */
export const COINM_CONTRACT = 100;

type Level = [string, string];

/** Node's own way to text of one byte a character, the fastest there is; its types leave it out. */
type Latin1Buffer = Buffer & { latin1Slice(): string };

/** Decodes one frame into `out`: records written, 0 when it is of no kind that is known here. */
export function jsonPath(frame: Buffer, venue: number, product: number, out: Float64Array): number {
  const message = JSON.parse((frame as Latin1Buffer).latin1Slice());
  return venue === L.VENUE_BINANCE ? binance(message.data ?? message, product, out) : bybit(message, out);
}

function put(out: Float64Array, index: number, head: number, time: number, id: number): number {
  const at = index * JSON_RECORD;
  out[at] = head;
  out[at + 1] = time;
  out[at + 2] = id;
  return at + 3;
}

function levels(
  out: Float64Array,
  count: number,
  list: Level[],
  head: number,
  time: number,
  id: number,
  contract: number,
): number {
  for (let i = 0; i < list.length; i += 2) {
    const isPair = i + 1 < list.length;
    const at = put(out, count++, head | (isPair ? L.FLAG_SECOND << 8 : 0), time, id);
    const price = +list[i][0];
    const size = +list[i][1];
    out[at] = price;
    out[at + 1] = contract === 0 ? size : (size * contract) / price;
    if (isPair) {
      const price = +list[i + 1][0];
      const size = +list[i + 1][1];
      out[at + 2] = price;
      out[at + 3] = contract === 0 ? size : (size * contract) / price;
    } else {
      out[at + 2] = 0;
      out[at + 3] = 0;
    }
  }
  return count;
}

function book(
  out: Float64Array,
  kind: number,
  bids: Level[],
  asks: Level[],
  time: number,
  id: number,
  contract: number,
): number {
  let count = levels(out, 0, bids, kind, time, id, contract);
  count = levels(out, count, asks, kind | (L.FLAG_ASK << 8), time, id, contract);
  if (count === 0) {
    const at = put(out, count++, kind | (L.FLAG_EMPTY << 8), time, id);
    out.fill(0, at, at + 4);
  }
  const isSnapshot = kind === L.KIND_SNAPSHOT;
  if (isSnapshot) out[0] |= L.FLAG_BEGIN << 8;
  out[(count - 1) * JSON_RECORD] |= (isSnapshot ? L.FLAG_LAST | L.FLAG_END : L.FLAG_LAST) << 8;
  return count;
}

// biome-ignore lint/suspicious/noExplicitAny: whatever JSON.parse gives
function binance(m: any, product: number, out: Float64Array): number {
  const contract = product === L.PRODUCT_COINM ? COINM_CONTRACT : 0;
  const last = L.FLAG_LAST << 8;
  switch (m.e) {
    case "depthUpdate":
      return book(out, L.KIND_DEPTH, m.b, m.a, m.E * 1000, m.u, contract);
    case "trade":
    case "aggTrade": {
      const isAggregate = m.e === "aggTrade";
      const flags = (m.m ? L.FLAG_SELL << 8 : 0) | (isAggregate ? L.FLAG_AGGREGATE << 8 : 0) | last;
      const at = put(out, 0, L.KIND_TRADE | flags, m.E * 1000, isAggregate ? m.a : m.t);
      out[at] = +m.p;
      out[at + 2] = +m.q;
      out[at + 1] = contract === 0 ? out[at + 2] : (out[at + 2] * contract) / out[at];
      out[at + 3] = m.T * 1000;
      return 1;
    }
    case "markPriceUpdate": {
      let at = put(out, 0, L.KIND_MARK, m.E * 1000, 0);
      out[at] = +m.p;
      out[at + 1] = +m.i;
      out[at + 2] = NaN;
      out[at + 3] = NaN;
      at = put(out, 1, L.KIND_FUNDING | last, m.E * 1000, 0);
      out[at] = +m.r;
      out[at + 1] = NaN;
      out[at + 2] = m.T * 1000;
      out[at + 3] = NaN;
      return 2;
    }
    case "forceOrder": {
      const { o } = m;
      const at = put(out, 0, L.KIND_LIQUIDATION | (o.S === "BUY" ? L.FLAG_SELL << 8 : 0) | last, m.E * 1000, 0);
      out[at] = +o.ap;
      out[at + 1] = +o.z;
      out[at + 2] = out[at + 1];
      out[at + 3] = L.LIQUIDATION_PRICE_AVERAGE;
      return 1;
    }
    default:
      if (m.lastUpdateId !== undefined)
        return book(out, L.KIND_SNAPSHOT, m.bids, m.asks, m.E * 1000, m.lastUpdateId, contract);
      if (m.B === undefined) return 0;
      return touch(out, L.KIND_BBO | last, m.E * 1000, m.u, [m.b, m.B], [m.a, m.A], contract);
  }
}

function touch(
  out: Float64Array,
  head: number,
  time: number,
  id: number,
  bid: Level | undefined,
  ask: Level | undefined,
  contract: number,
): number {
  const at = put(out, 0, head, time, id);
  out[at] = bid === undefined ? NaN : +bid[0];
  out[at + 1] = bid === undefined ? NaN : +bid[1];
  out[at + 2] = ask === undefined ? NaN : +ask[0];
  out[at + 3] = ask === undefined ? NaN : +ask[1];
  if (contract !== 0) {
    out[at + 1] = (out[at + 1] * contract) / out[at];
    out[at + 3] = (out[at + 3] * contract) / out[at + 2];
  }
  return 1;
}

const present = (level: Level | undefined) => (level === undefined || +level[1] === 0 ? undefined : level);
const optional = (text: string | undefined) => (text === undefined || text === "" ? NaN : +text);

// biome-ignore lint/suspicious/noExplicitAny: whatever JSON.parse gives
function bybit(m: any, out: Float64Array): number {
  const topic: string = m.topic ?? "";
  const { data } = m;
  const time = m.ts * 1000;
  if (topic.startsWith("orderbook.")) {
    const isSnapshot = m.type === "snapshot";
    if (topic.startsWith("orderbook.1.")) {
      const flags = (isSnapshot ? L.FLAG_LAST : L.FLAG_LAST | L.FLAG_PARTIAL) << 8;
      return touch(out, L.KIND_BBO | flags, time, data.u, present(data.b[0]), present(data.a[0]), 0);
    }
    return book(out, isSnapshot ? L.KIND_SNAPSHOT : L.KIND_DEPTH, data.b, data.a, time, data.u, 0);
  }
  if (topic.startsWith("publicTrade.")) {
    for (let i = 0; i < data.length; i++) {
      const t = data[i];
      const flags = (t.S === "Sell" ? L.FLAG_SELL : 0) | (t.BT ? L.FLAG_EXCLUDED : 0);
      const id = +t.i;
      const at = put(out, i, L.KIND_TRADE | (flags << 8), time, Number.isNaN(id) ? t.seq : id);
      out[at] = +t.p;
      out[at + 1] = +t.v;
      out[at + 2] = out[at + 1];
      out[at + 3] = t.T * 1000;
    }
    out[(data.length - 1) * JSON_RECORD] |= L.FLAG_LAST << 8;
    return data.length;
  }
  if (topic.startsWith("allLiquidation.")) {
    for (let i = 0; i < data.length; i++) {
      const t = data[i];
      const at = put(out, i, L.KIND_LIQUIDATION | (t.S === "Sell" ? L.FLAG_SELL << 8 : 0), time, 0);
      out[at] = +t.p;
      out[at + 1] = +t.v;
      out[at + 2] = out[at + 1];
      out[at + 3] = L.LIQUIDATION_PRICE_BANKRUPTCY;
    }
    out[(data.length - 1) * JSON_RECORD] |= L.FLAG_LAST << 8;
    return data.length;
  }
  return topic.startsWith("tickers.") ? ticker(out, data, time) : 0;
}

function ticker(out: Float64Array, data: Record<string, string>, time: number): number {
  let count = 0;
  const three = (kind: number, a: number, b: number, c: number) => {
    const at = put(out, count++, kind, time, 0);
    out[at] = a;
    out[at + 1] = b;
    out[at + 2] = c;
    out[at + 3] = NaN;
  };
  const mark = optional(data.markPrice);
  const index = optional(data.indexPrice);
  const rate = optional(data.fundingRate);
  const interval = optional(data.fundingIntervalHour);
  const next = optional(data.nextFundingTime);
  const openInterest = optional(data.openInterest);
  if (mark > 0 || index > 0) three(L.KIND_MARK, mark, index, NaN);
  if (!Number.isNaN(rate) || !Number.isNaN(interval) || !Number.isNaN(next))
    three(L.KIND_FUNDING, rate, interval, next * 1000);
  if (!Number.isNaN(openInterest)) three(L.KIND_OPEN_INTEREST, openInterest, optional(data.openInterestValue), NaN);
  if (count > 0) out[(count - 1) * JSON_RECORD] |= L.FLAG_LAST << 8;
  return count;
}
