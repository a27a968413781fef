import { closingQuote } from "./json-text.js";

export const LINE_HEADER = 0;
export const LINE_HTTP = 1;
export const LINE_CONNECT = 2;
export const LINE_SEND = 3;
export const LINE_RECEIVE = 4;
/** A kind of line that is not known: passed over. */
export const LINE_OTHER = 5;
/** No JSON object, or one without a kind. */
export const LINE_DAMAGED = -1;

const kinds: readonly string[] = ["header", "http", "connect", "send", "recv"];

/** One line of a cryptofeed recording, filled by scan(): where its fields are, without copying the frame. */
export class CryptofeedLine {
  kind = LINE_OTHER;
  connection = "";
  /** Epoch µs, floored; NaN when the line has no readable time. */
  receivedUs = Number.NaN;
  receivedNanos = 0;
  url: string | null = null;
  address: string | null = null;
  exchange: string | null = null;
  /** The frame's JSON string: first byte after its opening quote, and its closing quote; -1 when absent. */
  textAt = -1;
  textEnd = -1;
  isBase64 = false;
  private readonly source: Buffer;

  constructor(source: Buffer) {
    this.source = source;
  }

  /** Reads the line in [from, to) into the fields. False when it is no whole JSON object with a kind. */
  scan(from: number, to: number): boolean {
    this.kind = LINE_DAMAGED;
    this.connection = "";
    this.receivedUs = Number.NaN;
    this.receivedNanos = 0;
    this.url = this.address = this.exchange = null;
    this.textAt = this.textEnd = -1;
    this.isBase64 = false;
    const whole = this.scanObject(from, to);
    if (!whole) this.kind = LINE_DAMAGED;
    return whole && this.kind !== LINE_DAMAGED;
  }

  private scanObject(from: number, to: number): boolean {
    const { source } = this;
    let at = this.skipSpace(from, to);
    if (source[at] !== 0x7b) return false;
    at = this.skipSpace(at + 1, to);
    while (at < to && source[at] === 0x22) {
      const keyEnd = closingQuote(source, at + 1, to);
      if (keyEnd < 0) return false;
      const key = source.toString("latin1", at + 1, keyEnd);
      at = this.skipSpace(keyEnd + 1, to);
      if (source[at] !== 0x3a) return false;
      at = this.value(key, this.skipSpace(at + 1, to), to);
      if (at < 0) return false;
      at = this.skipSpace(at, to);
      if (source[at] === 0x7d) return this.skipSpace(at + 1, to) === to;
      if (source[at] !== 0x2c) return false;
      at = this.skipSpace(at + 1, to);
    }
    return false;
  }

  /** Takes the value at `at`; returns the place after it, -1 when it is cut or broken. */
  private value(key: string, at: number, to: number): number {
    const { source } = this;
    if (source[at] === 0x22) {
      const end = closingQuote(source, at + 1, to);
      if (end < 0) return -1;
      this.text(key, at + 1, end);
      return end + 1;
    }
    const end = skipValue(source, at, to);
    if (end > at && key === "ts") this.time(source.toString("latin1", at, end));
    return end > at ? end : -1;
  }

  private text(key: string, at: number, end: number): void {
    if (key === "data" || key === "b64") {
      this.textAt = at;
      this.textEnd = end;
      this.isBase64 = key === "b64";
      return;
    }
    if (key === "t") {
      const kind = kinds.indexOf(this.source.toString("latin1", at, end));
      this.kind = kind < 0 ? LINE_OTHER : kind;
    } else if (key === "conn") this.connection = this.short(at, end);
    else if (key === "url") this.url = this.short(at, end);
    else if (key === "addr") this.address = this.short(at, end);
    else if (key === "exchange") this.exchange = this.short(at, end);
    else if (key === "ts") this.time(this.source.toString("latin1", at, end));
  }

  private short(at: number, end: number): string {
    const text = this.source.toString("utf8", at, end);
    if (!text.includes("\\")) return text;
    try {
      return JSON.parse(`"${text}"`) as string;
    } catch {
      return text;
    }
  }

  /** Decimal seconds, as Python prints them: exact to the nanosecond from the text. */
  private time(text: string): void {
    const match = /^(\d{1,10})(?:\.(\d+))?$/.exec(text);
    if (match === null) return;
    const digits = (match[2] ?? "").slice(0, 9).padEnd(9, "0");
    this.receivedUs = Number(match[1]) * 1e6 + Number(digits.slice(0, 6));
    this.receivedNanos = Number(digits.slice(6));
  }

  private skipSpace(at: number, to: number): number {
    const { source } = this;
    while (at < to && (source[at] === 0x20 || source[at] === 0x09 || source[at] === 0x0d)) at++;
    return at;
  }
}

/** Place after a number, word, object or array; -1 when it is cut. */
function skipValue(source: Buffer, at: number, to: number): number {
  let depth = 0;
  while (at < to) {
    const byte = source[at];
    if (byte === 0x22) {
      at = closingQuote(source, at + 1, to);
      if (at < 0) return -1;
    } else if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) {
      if (depth === 0) return at;
      depth--;
      if (depth === 0) return at + 1;
    } else if (byte === 0x2c && depth === 0) return at;
    at++;
  }
  return -1;
}
