// What the references of all venues share: frames read by JSON.parse, values checked one at a time.
import * as L from "crosstick/internal/layout";

/** One record as a plain object. */
export interface PlainRecord {
  kind: number;
  flags: number;
  instrument: number;
  exchangeTimeUs: number;
  sequence: bigint;
  payload: [number, number, number, number];
}

export interface PlainMessage {
  /** Records written, 0 when understood and not used, below 0 a REJECT_* or NEED_*. */
  result: number;
  records: PlainRecord[];
  class: number;
  depth: number;
  firstId: number;
  lastId: number;
  previousId: number;
  /** Messages that the frame has. */
  parts: number;
  /** NaN for none. */
  checksum: number;
  connectionId: number;
}

export interface SymbolEntry {
  instrument: number;
  unit: number;
  contractSize: number;
  /** Levels of the book channel, once the venue has said so. */
  depth?: number;
}

/** What the caller knows: symbols by product and name, the connection's product, and whose reply this may be. */
export interface Context {
  product: number;
  symbols: Map<string, SymbolEntry>;
  /** Instrument of a reply that names none. */
  hint?: number;
  /** Which message of the frame is read. */
  part?: number;
  /** A live lane: others than the known symbols are not wanted. */
  knownOnly?: boolean;
  /** Products whose next message of liquidations is history. */
  awaitsHistory?: Set<number>;
}

export class Refusal extends Error {
  constructor(readonly reason: number) {
    super(`refused: ${reason}`);
  }
}

const refuse = (reason: number): never => {
  throw new Refusal(reason);
};

/** JSON numbers keep their text: they come as strings that begin with this. */
const NUMBER = "\u0000";
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;
const NESTING_MAXIMUM = 64;

export type Value = string | boolean | null | Value[] | { [key: string]: Value };
export type Fields = { [key: string]: Value };

/** The frame as JSON.parse reads it, but with numbers as text. */
export function parse(frame: Uint8Array): Value {
  if (nesting(frame) > NESTING_MAXIMUM) refuse(L.REJECT_DEPTH_LIMIT);
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(frame);
    JSON.parse(text);
    return JSON.parse(text.replace(TOKEN, (token) => (token[0] === '"' ? token : `"\\u0000${token}"`)));
  } catch {
    return refuse(L.REJECT_MALFORMED);
  }
}

/** Deepest nesting of brackets outside strings; good enough for text that may be broken. */
function nesting(frame: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < frame.length; i++) {
    const byte = frame[i];
    if (inString) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x5b || byte === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return deepest;
}

export const isObject = (value: Value | undefined): value is Fields =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** A string that is one in the frame. */
export const isText = (value: Value | undefined): value is string => typeof value === "string" && value[0] !== NUMBER;

/** Not there, null or "". */
export const isAbsent = (value: Value | undefined) => value === undefined || value === null || value === "";

export function required(value: Value | undefined): Value {
  return value === undefined || value === null ? refuse(L.REJECT_MISSING_FIELD) : value;
}

export function list(value: Value | undefined): Value[] {
  const present = required(value);
  return Array.isArray(present) ? present : refuse(L.REJECT_MALFORMED);
}

export function object(value: Value | undefined): Fields {
  const present = required(value);
  return isObject(present) ? present : refuse(L.REJECT_MALFORMED);
}

const digitsOf = (value: Value): string | undefined =>
  typeof value === "string" ? (value[0] === NUMBER ? value.slice(1) : value) : undefined;

const DECIMAL = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** Any finite number, in quotes or not. */
export function number(value: Value | undefined, reason: number): number {
  const digits = digitsOf(required(value));
  if (digits === undefined || !DECIMAL.test(digits) || !Number.isFinite(Number(digits))) return refuse(reason);
  return Number(digits);
}

const notNegative = (value: number, reason: number) => (value < 0 || Object.is(value, -0) ? refuse(reason) : value);

export const priceOrZero = (value: Value | undefined) => notNegative(number(value, L.REJECT_PRICE), L.REJECT_PRICE);
export const size = (value: Value | undefined) => notNegative(number(value, L.REJECT_SIZE), L.REJECT_SIZE);

export function price(value: Value | undefined): number {
  return priceOrZero(value) || refuse(L.REJECT_PRICE);
}

/** NaN where the venue gives none, or 0. */
export const priceIfAny = (value: Value | undefined) => (isAbsent(value) ? NaN : priceOrZero(value) || NaN);

export function sequence(value: Value | undefined): bigint {
  const digits = digitsOf(required(value));
  if (digits === undefined || !isSequence(value)) return refuse(L.REJECT_ID);
  return BigInt(digits);
}

export function isSequence(value: Value | undefined): boolean {
  const digits = value === undefined ? undefined : digitsOf(value);
  return digits !== undefined && /^\d+$/.test(digits) && BigInt(digits) < 2n ** 64n;
}

export function id(value: Value | undefined): number {
  const exact = sequence(value);
  return exact > 2n ** 53n ? refuse(L.REJECT_ID) : Number(exact);
}

/** Epoch µs out of ms (13 digits) or µs (16 digits). */
export function time(value: Value | undefined): number {
  const present = required(value);
  const exact = isSequence(present) ? sequence(present) : 0n;
  if (exact >= 10n ** 12n && exact < 10n ** 13n) return Number(exact * 1000n);
  return exact >= 10n ** 15n && exact < 10n ** 16n ? Number(exact) : refuse(L.REJECT_TIME);
}

const TEXT_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z$/;

/** Epoch µs out of RFC 3339 in UTC, 1970 or later, floored. */
export function textTime(value: Value | undefined): number {
  const present = required(value);
  const found = isText(present) ? TEXT_TIME.exec(present) : null;
  if (found === null) return refuse(L.REJECT_TIME);
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const isReal = date.toISOString().startsWith((present as string).slice(0, 19));
  if (year < 1970 || !isReal) return refuse(L.REJECT_TIME);
  return date.getTime() * 1000 + Number((found[7] ?? "").padEnd(6, "0").slice(0, 6));
}

/** Price and size of a side of the touch; both 0 means that there is none. */
export function touch(entry: SymbolEntry, priceValue: Value | undefined, sizeValue: Value | undefined): number[] {
  const at = priceOrZero(priceValue);
  const quantity = base(entry, size(sizeValue), at);
  if (at > 0) return [at, quantity];
  return size(sizeValue) === 0 ? [NaN, NaN] : refuse(L.REJECT_PRICE);
}

export const timeIfAny = (value: Value | undefined) => (value === undefined ? NaN : time(value));

export function boolean(value: Value): boolean {
  return typeof value === "boolean" ? value : refuse(L.REJECT_SIDE);
}

/** True for the first of two sides. */
export function side(value: Value | undefined, first: string, second: string): boolean {
  const present = required(value);
  return present === first || (present === second ? false : refuse(L.REJECT_SIDE));
}

/** A native quantity at a price in base coin. */
export function base(entry: SymbolEntry, native: number, atPrice: number): number {
  if (entry.unit === L.UNIT_BASE) return native;
  if (entry.unit > L.UNIT_CONTRACT || !(entry.contractSize > 0)) return refuse(L.REJECT_CONTRACT_SIZE);
  const scaled = native * entry.contractSize;
  const result = entry.unit === L.UNIT_CONTRACT ? scaled : atPrice === 0 ? 0 : scaled / atPrice;
  return result < Infinity ? result : refuse(L.REJECT_SIZE);
}

export function symbol(context: Context, value: Value | undefined): SymbolEntry {
  const name = required(value);
  if (!isText(name)) return refuse(L.REJECT_SYMBOL);
  return known(context, name);
}

/** The instrument of a reply that names none. */
export function hinted(context: Context): SymbolEntry {
  if (context.hint === undefined) return refuse(L.NEED_INSTRUMENT);
  const entry = [...context.symbols.values()].find(({ instrument }) => instrument === context.hint);
  return entry ?? refuse(L.REJECT_UNATTRIBUTED);
}

export function known(context: Context, name: string): SymbolEntry {
  const bytes = new TextEncoder().encode(name);
  const isOdd = bytes.some((byte) => byte < 0x20 || byte === 0x22 || byte === 0x5c);
  if (bytes.length < 1 || bytes.length > L.SYMBOL_NAME_BYTES || isOdd) return refuse(L.REJECT_SYMBOL);
  return context.symbols.get(`${context.product}:${name}`) ?? refuse(L.NEED_SYMBOL);
}

/** Records of a message under way. */
export class Plain {
  readonly message: PlainMessage = {
    result: 0,
    records: [],
    class: L.CLASS_MARKET,
    depth: 0,
    firstId: NaN,
    lastId: NaN,
    previousId: NaN,
    parts: 1,
    checksum: NaN,
    connectionId: NaN,
  };

  put(kind: number, flags: number, entry: SymbolEntry, timeUs: number, ordinal: bigint, payload: number[]): void {
    const [a = NaN, b = NaN, c = NaN, d = NaN] = payload;
    this.message.records.push({
      kind,
      flags,
      instrument: entry.instrument,
      exchangeTimeUs: timeUs,
      sequence: ordinal,
      payload: [a, b, c, d],
    });
  }

  /** Marks the record written last as the end of its message. */
  end(flags = L.FLAG_LAST): void {
    const last = this.message.records.at(-1);
    if (last !== undefined) last.flags |= flags;
  }

  /** Both sides of a book, two levels of a side in each record. */
  book(kind: number, entry: SymbolEntry, bids: Value[], asks: Value[], timeUs: number, ordinal: bigint): void {
    for (const [side, flag] of [
      [bids, 0],
      [asks, L.FLAG_ASK],
    ] as const) {
      const levels = side.map((level) => levelOf(entry, level));
      for (let i = 0; i < levels.length; i += 2) {
        const second = levels[i + 1];
        const flags = second === undefined ? flag : flag | L.FLAG_SECOND;
        this.put(kind, flags, entry, timeUs, ordinal, [...levels[i], ...(second ?? [0, 0])]);
      }
    }
    this.close(kind, entry, timeUs, ordinal);
  }

  /** Levels of either side as they come, two of a side in each record. */
  levels(kind: number, entry: SymbolEntry, levels: Level[], timeUs: number, ordinal: bigint): void {
    const open: (PlainRecord | undefined)[] = [];
    for (const { isAsk, price, size } of levels) {
      const side = Number(isAsk);
      const record = open[side];
      if (record === undefined) {
        this.put(kind, isAsk ? L.FLAG_ASK : 0, entry, timeUs, ordinal, [price, size, 0, 0]);
        open[side] = this.message.records.at(-1);
      } else {
        record.payload = [record.payload[0], record.payload[1], price, size];
        record.flags |= L.FLAG_SECOND;
        open[side] = undefined;
      }
    }
    this.close(kind, entry, timeUs, ordinal);
  }

  private close(kind: number, entry: SymbolEntry, timeUs: number, ordinal: bigint): void {
    if (this.message.records.length === 0) this.put(kind, L.FLAG_EMPTY, entry, timeUs, ordinal, [0, 0, 0, 0]);
    if (kind === L.KIND_SNAPSHOT) {
      this.message.records[0].flags |= L.FLAG_BEGIN;
      this.end(L.FLAG_END);
    }
    this.end();
  }
}

export interface Level {
  isAsk: boolean;
  price: number;
  size: number;
}

/** Price and base size of `["price","size"]`; what follows in the list is not looked at. */
export function levelOf(entry: SymbolEntry, level: Value): [number, number] {
  if (!Array.isArray(level) || level.length < 2) return refuse(L.REJECT_MALFORMED);
  const at = price(level[0] ?? "");
  return [at, base(entry, size(level[1] ?? ""), at)];
}

/** Runs a venue's reference; a refusal becomes the result. */
export function decodeWith(body: (plain: Plain) => void): PlainMessage {
  const plain = new Plain();
  try {
    body(plain);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...new Plain().message, result: error.reason };
  }
  plain.message.result = plain.message.records.length;
  return plain.message;
}
