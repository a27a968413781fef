import type { CrosstickError } from "../../errors.js";
import type { ByteInput } from "./byte-input.js";
import { openBytes } from "./bytes.js";
import { inputError } from "./input-errors.js";
import { RowReader, type TardisType } from "./tardis-rows.js";

/** No row is there yet: await ready(). */
export const ROW_LATER = 0;
export const ROW_END = -1;
/** The message is longer than the room for it; it was passed over. */
export const ROW_TOO_LONG = -2;
/** A row that is none of its type; it was passed over. */
export const ROW_REFUSED = -3;

const CHUNK_BYTES = 256 * 1024;

/**
 * A CSV file of Tardis, as the normalised messages that tardis-machine would have sent: one decoder serves
 * both. Numbers are copied as text. Rows of a book that were received together are one message.
 * Source: docs.tardis.dev/downloadable-csv-files.
 */
export class TardisCsv {
  /** Of the message that next() wrote, epoch µs. */
  receivedUs = Number.NaN;
  /** The venue's symbol of that message. */
  symbol = "";
  private readonly bytes: ByteInput;
  private readonly rows: RowReader;
  private readonly chunk = new Uint8Array(CHUNK_BYTES);
  private lines: string[] = [];
  private at = 0;
  private unfinished = "";
  private ended = false;

  /** @throws INPUT_MISSING, INPUT_UNREADABLE */
  constructor(path: string, header: TardisHeader) {
    this.bytes = openBytes(path);
    this.rows = new RowReader(header.type, header.columns);
  }

  /** Why the file ends early, once next() has said that it ends; null when it does not. */
  get damage(): CrosstickError | null {
    return this.bytes.damage;
  }

  ready(): Promise<void> {
    return this.bytes.ready();
  }

  close(): void {
    this.bytes.close();
  }

  /** Writes the next message to target[offset…], in at most `room` bytes: their number, or ROW_*. */
  next(target: Uint8Array, offset: number, room: number): number {
    for (;;) {
      if (this.at === this.lines.length && !this.ended) {
        if (!this.refill()) return ROW_LATER;
        continue;
      }
      const line = this.ended && this.at === this.lines.length ? null : this.lines[this.at++];
      const message = this.rows.take(line);
      if (message === null) {
        if (line === null) return ROW_END;
        continue;
      }
      this.receivedUs = message.receivedUs;
      if (message.text === null) return ROW_REFUSED;
      this.symbol = message.symbol;
      if (message.text.length > room) return ROW_TOO_LONG;
      return Buffer.from(target.buffer, target.byteOffset + offset, room).write(message.text, "latin1");
    }
  }

  /** Reads on and splits lines; false when nothing is there yet. A last line that was cut is left out. */
  private refill(): boolean {
    const count = this.bytes.read(this.chunk);
    if (count === 0) return false;
    this.at = 0;
    if (count < 0) {
      this.ended = true;
      this.lines = this.unfinished === "" || this.bytes.damage !== null ? [] : [this.unfinished];
      return true;
    }
    this.lines = (this.unfinished + Buffer.from(this.chunk.buffer, 0, count).toString("latin1")).split("\n");
    this.unfinished = this.lines.pop() ?? "";
    return true;
  }
}

/** What the first lines of a file say of it. */
export interface TardisHeader {
  type: TardisType;
  columns: readonly string[];
  /** Tardis's id of the exchange, in the first row; null for a file without rows. */
  exchange: string | null;
}

/**
 * Reads the head of a file.
 * @throws INPUT_MISSING, INPUT_UNREADABLE, INPUT_CORRUPT, INPUT_UNKNOWN_FORMAT where the columns are those of no type, or of two
 * and the path names neither
 */
export async function tardisHeader(path: string): Promise<TardisHeader> {
  const bytes = openBytes(path);
  const head = new Uint8Array(CHUNK_BYTES);
  let length = 0;
  try {
    for (;;) {
      const count = bytes.read(head, length);
      if (count < 0) break;
      if (count === 0) await bytes.ready();
      length += count;
      if (length === head.length || newlines(head, length) >= 2) break;
    }
  } finally {
    bytes.close();
  }
  const [first, second = ""] = Buffer.from(head.buffer, 0, length).toString("latin1").split(/\r?\n/);
  const columns = first.split(",");
  return { type: typeOf(path, columns), columns, exchange: second === "" ? null : second.split(",")[0] };
}

function newlines(bytes: Uint8Array, length: number): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0 && at < length; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}

function typeOf(path: string, columns: readonly string[]): TardisType {
  const has = (...names: string[]) => names.every((name) => columns.includes(name));
  if (has("is_snapshot", "side", "price", "amount")) return "incremental_book_L2";
  if (has("asks[0].price", "bids[0].price")) return "book_snapshot";
  if (has("strike_price", "expiration")) return "options_chain";
  if (has("funding_rate", "mark_price")) return "derivative_ticker";
  if (has("bid_price", "ask_price")) return "book_ticker";
  if (!has("side", "price", "amount")) {
    const shown = columns.slice(4).join(",").slice(0, 100);
    throw inputError("INPUT_UNKNOWN_FORMAT", `${path} is Tardis CSV with columns of no type that is known: ${shown}`);
  }
  // Both have the same columns, and Tardis names the type in folder and file.
  if (/liquidations/.test(path)) return "liquidations";
  if (/trades/.test(path)) return "trades";
  throw inputError(
    "INPUT_UNKNOWN_FORMAT",
    `${path} may hold trades or liquidations, whose columns are the same: put "trades" or "liquidations" into its name, as Tardis does`,
  );
}
