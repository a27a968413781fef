import type { CrosstickError } from "../../errors.js";
import { CryptofeedLine, LINE_CONNECT, LINE_HEADER, LINE_HTTP, LINE_RECEIVE } from "./cryptofeed-line.js";
import { inputError } from "./input-errors.js";

/** Where the frames of a recording are: one entry a frame in each list, in file order. */
export interface FrameIndex {
  exchange: string | null;
  damage: CrosstickError | null;
  receivedUs: number[];
  receivedNanos: number[];
  textAt: number[];
  textEnd: number[];
  isBase64: boolean[];
  /** Number in `origins`. */
  origin: number[];
  origins: Origin[];
}

export interface Origin {
  connection: string;
  url: string | null;
  address: string | null;
}

/**
 * Goes over the text of a recording once. It stops at the first damaged line; what `readDamage` says
 * of the file is kept, as the cause of that.
 */
export function indexLines(path: string, text: Buffer, readDamage: CrosstickError | null): FrameIndex {
  const index: FrameIndex = {
    ...{ exchange: null, damage: readDamage, receivedUs: [], receivedNanos: [], textAt: [], textEnd: [] },
    ...{ isBase64: [], origin: [], origins: [] },
  };
  const line = new CryptofeedLine(text);
  const addresses = new Map<string, string>();
  const originNumbers = new Map<string, number>();
  let number = 0;
  for (let from = 0; from < text.length; ) {
    const feed = text.indexOf(10, from);
    const to = feed < 0 ? text.length : feed;
    number++;
    if (!isBlank(text, from, to)) {
      const whole = line.scan(from, to) && (!isFrame(line) || (line.textAt >= 0 && !Number.isNaN(line.receivedUs)));
      if (!whole) {
        index.damage ??= damagedLine(path, number, feed < 0);
        break;
      }
      if (line.kind === LINE_HEADER) index.exchange ??= line.exchange;
      else if (line.kind === LINE_CONNECT) addresses.set(line.connection, line.address ?? "");
      else if (isFrame(line)) {
        const address = line.kind === LINE_HTTP ? null : (line.address ?? (addresses.get(line.connection) || null));
        addFrame(index, line, originOf(index, originNumbers, { connection: line.connection, url: line.url, address }));
      }
    }
    from = to + 1;
  }
  return index;
}

function isFrame(line: CryptofeedLine): boolean {
  return line.kind === LINE_RECEIVE || line.kind === LINE_HTTP;
}

function addFrame(index: FrameIndex, line: CryptofeedLine, origin: number): void {
  index.receivedUs.push(line.receivedUs);
  index.receivedNanos.push(line.receivedNanos);
  index.textAt.push(line.textAt);
  index.textEnd.push(line.textEnd);
  index.isBase64.push(line.isBase64);
  index.origin.push(origin);
}

function originOf(index: FrameIndex, numbers: Map<string, number>, origin: Origin): number {
  const key = `${origin.connection}\n${origin.url ?? ""}\n${origin.address ?? ""}`;
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, index.origins.length);
  return index.origins.push(origin) - 1;
}

function damagedLine(path: string, number: number, isLast: boolean): CrosstickError {
  return isLast
    ? inputError("INPUT_TRUNCATED", `${path} ends inside line ${number}; the lines before it were used`)
    : inputError("INPUT_CORRUPT", `${path}, line ${number} is no line of a recording; the lines before it were used`);
}

function isBlank(text: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (text[at] > 0x20) return false;
  return true;
}
