import type * as L from "../layout.js";
import type { ChannelKind } from "../stream/channels.js";
import type { FundingData, LiquidationData, MarkData, TouchData, TradeData } from "../stream/data.js";
import type { BookUpdateData } from "../stream/protocol.js";
import { ClientError } from "./client-error.js";

// The bytes are described in docs/stream.md. Their places are those of the engine's layout, as the types check: its
// file is not loaded here, for it is not sent to browsers.
const HEADER_BYTES = 32;
const HEADER_VERSION = 1;
const LAYOUT = 2 satisfies typeof L.LAYOUT_VERSION;
const RECORD_BYTES = 64 satisfies typeof L.RECORD_BYTES;
const FLAGS = 1 satisfies typeof L.RECORD_FLAGS;
const EXCHANGE_TIME = 8 satisfies typeof L.RECORD_EXCHANGE_TIME_US;
const RECEIVED_TIME = 16 satisfies typeof L.RECORD_RECEIVED_TIME_US;
const SEQUENCE = 24 satisfies typeof L.RECORD_SEQUENCE;
const [FIRST, SECOND, THIRD, FOURTH] = [32, 40, 48, 56] satisfies Payload;
type Payload = [typeof L.RECORD_PAYLOAD, typeof L.TRADE_SIZE, typeof L.LEVEL_SECOND_PRICE, typeof L.TRADE_TIME_US];
const LAST = 1 satisfies typeof L.FLAG_LAST;
const ASK_OR_SELL = 2 satisfies typeof L.FLAG_ASK & typeof L.FLAG_SELL;
const HAS_SECOND = 4 satisfies typeof L.FLAG_SECOND;
const EMPTY = 8 satisfies typeof L.FLAG_EMPTY;
const EXCLUDED = 64 satisfies typeof L.FLAG_EXCLUDED;
/** By the number of the kind of a liquidation's price. */
const PRICE_KINDS = [null, "order", "average", "bankruptcy"] as const;

export interface RecordHeader {
  /** Number of the channel, told as `bin` in its snapshots. */
  channel: number;
  seq: number;
}

/** One update as its text message would have it. */
export interface ReadUpdate {
  ts: string;
  data: unknown;
}

/** @throws RangeError for what is no message of records; CLIENT_ENCODING for records of another layout. */
export function readHeader(bytes: Uint8Array): RecordHeader {
  const view = viewOf(bytes);
  if (bytes.length < HEADER_BYTES || view.getUint8(0) !== HEADER_VERSION)
    throw new RangeError(`${bytes.length} bytes are no message of records`);
  if (bytes.length !== HEADER_BYTES + view.getUint16(2, true) * RECORD_BYTES)
    throw new RangeError(`${bytes.length} bytes are not ${view.getUint16(2, true)} records`);
  const layout = view.getUint32(24, true);
  if (layout !== LAYOUT)
    throw new ClientError("CLIENT_ENCODING", `Cannot read records of layout ${layout}, expected ${LAYOUT}: use json`);
  return { channel: view.getUint32(4, true), seq: Number(view.getBigUint64(8, true)) };
}

/** The updates that a message of records holds, in their order: the records of a book's update are one. */
export function readUpdates(kind: ChannelKind, bytes: Uint8Array): ReadUpdate[] {
  const view = viewOf(bytes);
  const updates: ReadUpdate[] = [];
  let book: BookUpdateData = { bids: [], asks: [], sequence: 0 };
  for (let at = HEADER_BYTES; at < bytes.length; at += RECORD_BYTES) {
    const ts = nanoseconds(view.getFloat64(at + RECEIVED_TIME, true)) ?? "0";
    if (kind !== "book") {
      updates.push({ ts, data: readRecord(kind, view, at) });
      continue;
    }
    readLevels(view, at, book);
    if ((view.getUint8(at + FLAGS) & LAST) === 0) continue;
    book.sequence = sequenceOf(view, at);
    updates.push({ ts, data: book });
    book = { bids: [], asks: [], sequence: 0 };
  }
  return updates;
}

function readLevels(view: DataView, at: number, { bids, asks }: BookUpdateData): void {
  const flags = view.getUint8(at + FLAGS);
  if ((flags & EMPTY) !== 0) return;
  const side = (flags & ASK_OR_SELL) === 0 ? bids : asks;
  side.push([view.getFloat64(at + FIRST, true), view.getFloat64(at + SECOND, true)]);
  if ((flags & HAS_SECOND) !== 0) side.push([view.getFloat64(at + THIRD, true), view.getFloat64(at + FOURTH, true)]);
}

function readRecord(kind: ChannelKind, view: DataView, at: number): unknown {
  const number = (offset: number): number => view.getFloat64(at + offset, true);
  const [first, second] = [known(number(FIRST)), known(number(SECOND))];
  const sells = (view.getUint8(at + FLAGS) & ASK_OR_SELL) !== 0;
  if (kind === "trade")
    return {
      ...{ price: number(FIRST), size: number(SECOND), side: sells ? "sell" : "buy", id: sequenceOf(view, at) },
      tradeTs: nanoseconds(number(FOURTH)),
      marketTrade: (view.getUint8(at + FLAGS) & EXCLUDED) === 0,
    } satisfies TradeData;
  if (kind === "mark") return { mark: first, index: second } satisfies MarkData;
  if (kind === "funding")
    return { rate: first, intervalHours: second, nextTs: nanoseconds(number(THIRD)) } satisfies FundingData;
  if (kind === "liquidation")
    return {
      ...{ liquidated: sells ? "short" : "long", price: first, priceKind: PRICE_KINDS[number(FOURTH)] ?? null },
      ...{ size: second, complete: null },
    } satisfies LiquidationData;
  return {
    ...{ bid: first, bidSize: second, ask: known(number(THIRD)), askSize: known(number(FOURTH)) },
    ...{ state: null, bidChangedTs: null, askChangedTs: null },
    ...{ exchangeTs: nanoseconds(number(EXCHANGE_TIME)), receivedTs: nanoseconds(number(RECEIVED_TIME)) },
  } satisfies TouchData;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function sequenceOf(view: DataView, at: number): number | string {
  const id = view.getBigUint64(at + SEQUENCE, true);
  return id <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(id) : id.toString();
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function nanoseconds(us: number): string | null {
  return Number.isFinite(us) && us > 0 ? (BigInt(Math.floor(us)) * 1000n).toString() : null;
}
