import type { CrosstickError } from "../../errors.js";
import { inflate, isGzip } from "../inflate.js";
import { openBytes, readAll } from "./bytes.js";
import { type FrameIndex, indexLines } from "./cryptofeed-index.js";
import type { FrameInput } from "./frame-input.js";
import { inputError } from "./input-errors.js";
import { NO_ROOM, unescapeJson } from "./json-text.js";

/** Text a recording may hold: it is sorted in memory. */
const LARGEST_TEXT_BYTES = 1024 ** 3;
/** Beside NO_ROOM and NOT_JSON: compressed, and not to be inflated. */
const DAMAGED = -4;

/** A cryptofeed recording, with the exchange its header names ("BYBIT"). */
export interface CryptofeedInput extends FrameInput {
  readonly exchange: string;
}

/**
 * Reads a cryptofeed `.jsonl` recording, plain or gzip. Its file order is grouped (replies first, then
 * one connection after the other); the frames come sorted by receive time, then by line. A frame is one
 * `recv` or `http` line. What stands before a damaged place is delivered, and `damage` says so.
 *
 * @throws INPUT_MISSING, INPUT_UNREADABLE; INPUT_UNKNOWN_FORMAT without a header line that names the
 * exchange, INPUT_TRUNCATED or INPUT_CORRUPT when it was lost to damage; INPUT_TOO_LARGE above `limit` bytes of text (1 GiB).
 */
export async function openCryptofeed(path: string, limit: number = LARGEST_TEXT_BYTES): Promise<CryptofeedInput> {
  const input = openBytes(path);
  const text = await readAll(path, input, limit);
  const index = indexLines(path, text, input.damage);
  if (index.exchange === null) {
    throw index.damage ?? inputError("INPUT_UNKNOWN_FORMAT", `${path} has no header line that names the exchange`);
  }
  return new SortedFrames(text, index, index.exchange);
}

/** Tells what the header line of a recording says the exchange is, null when there is none. */
export async function cryptofeedExchange(path: string): Promise<string | null> {
  const input = openBytes(path);
  try {
    const head = Buffer.alloc(65536);
    let length = 0;
    while (length < head.length && !head.subarray(0, length).includes(10)) {
      const count = input.read(head, length);
      if (count < 0) break;
      if (count === 0) await input.ready();
      length += count;
    }
    return /"exchange"\s*:\s*"([^"\\]+)"/.exec(head.toString("utf8", 0, length).split("\n")[0])?.[1] ?? null;
  } finally {
    input.close();
  }
}

class SortedFrames implements CryptofeedInput {
  receivedUs = Number.NaN;
  receivedNanos = 0;
  url: string | null = null;
  address: string | null = null;
  connection = "";
  readonly exchange: string;
  readonly damage: CrosstickError | null;
  readonly frames: number;
  private text: Buffer;
  private readonly index: FrameIndex;
  /** Entries of the index in the order of delivery. */
  private readonly order: Uint32Array;
  private position = 0;

  constructor(text: Buffer, index: FrameIndex, exchange: string) {
    this.text = text;
    this.index = index;
    this.exchange = exchange;
    this.damage = index.damage;
    const { receivedUs, receivedNanos } = index;
    this.frames = receivedUs.length;
    this.order = Uint32Array.from(receivedUs.keys()).sort(
      (a, b) => receivedUs[a] - receivedUs[b] || receivedNanos[a] - receivedNanos[b] || a - b,
    );
  }

  peek(): boolean {
    if (this.position >= this.order.length) return false;
    this.describe(this.order[this.position]);
    return true;
  }

  next(target: Uint8Array, offset: number, room: number): number {
    if (this.position >= this.order.length) return -1;
    const frame = this.order[this.position++];
    this.describe(frame);
    const { textAt, textEnd, isBase64 } = this.index;
    const written = isBase64[frame]
      ? decodeBase64(this.text, textAt[frame], textEnd[frame], target, offset, room)
      : unescapeJson(this.text, textAt[frame], textEnd[frame], target, offset, room);
    if (written === DAMAGED) return -3;
    // A broken escape yields an empty frame, which the decoder refuses and counts.
    return written >= 0 ? written : written === NO_ROOM ? -2 : 0;
  }

  close(): void {
    this.position = this.order.length;
    this.text = Buffer.alloc(0);
  }

  private describe(frame: number): void {
    const { receivedUs, receivedNanos, origins, origin } = this.index;
    const from = origins[origin[frame]];
    this.receivedUs = receivedUs[frame];
    this.receivedNanos = receivedNanos[frame];
    this.url = from.url;
    this.address = from.address;
    this.connection = from.connection;
  }
}

/** Binary frames: as they are, or inflated where the venue compresses them itself (HUOBI). */
function decodeBase64(
  text: Buffer,
  from: number,
  to: number,
  target: Uint8Array,
  offset: number,
  room: number,
): number {
  const raw = Buffer.from(text.toString("latin1", from, to), "base64");
  const bytes = isGzip(raw) ? inflate(raw) : raw;
  if (bytes === null) return DAMAGED;
  if (bytes.length > room) return NO_ROOM;
  target.set(bytes, offset);
  return bytes.length;
}
