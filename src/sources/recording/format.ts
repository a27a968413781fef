import { closeSync, openSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { constants, gunzipSync } from "node:zlib";
import type { CrosstickError } from "../../errors.js";
import { firstBytes, isGzip } from "./bytes.js";
import { fileError, inputError } from "./input-errors.js";

/**
 * `lines`: `<receive time> <raw frame>`; `cryptofeed`: JSON lines that begin with a header line;
 * `tardis-csv`: known by its header row; `empty`: nothing in it, which is no error.
 */
export type RecordingFormat = "lines" | "cryptofeed" | "tardis-csv" | "empty";

export interface Recording {
  path: string;
  format: RecordingFormat;
  gzip: boolean;
  /** Size of the file as it is. */
  bytes: number;
}

/** Compressed bytes looked at; gzip turns them into 16 MiB at most. */
const HEAD_BYTES = 16 * 1024;

/**
 * The recordings of a path: the file itself, or of a directory all files in it and below that are
 * recognised, sorted by path. Names that begin with a dot are passed over, and so are links to directories.
 *
 * @throws INPUT_MISSING, INPUT_UNREADABLE, INPUT_UNKNOWN_FORMAT (also for a directory without any
 * recording), INPUT_CORRUPT for a file that is gzip only by its first bytes.
 */
export function findRecordings(path: string): Recording[] {
  if (!statusOf(path).isDirectory()) return [recognise(path)];
  const found = filesBelow(path).flatMap((file) => recogniseOrPass(file));
  if (found.length === 0) {
    throw inputError("INPUT_UNKNOWN_FORMAT", `There is no recording in ${path}: expected ${expected}`);
  }
  return found;
}

/**
 * Tells the format of one file by its content.
 * @throws INPUT_MISSING, INPUT_UNREADABLE, INPUT_UNKNOWN_FORMAT, INPUT_CORRUPT
 */
export function recognise(path: string): Recording {
  const status = statusOf(path);
  if (status.isDirectory()) throw inputError("INPUT_UNREADABLE", `${path} is a directory, expected a file`);
  const head = readHead(path);
  const gzip = isGzip(head);
  const text = gzip ? inflateHead(path, head) : head;
  const format = formatOf(new TextDecoder().decode(text));
  if (format === null) throw unknownFormat(path, text, gzip);
  return { path, format, gzip, bytes: status.size };
}

const linePattern = /^\d{9,19}(?:\.\d+)? +\S/;
const framePattern = /^\S+ +[[{]/;
const tardisHeader = "exchange,symbol,timestamp,local_timestamp,";

/** Format of a recording that begins with this text, null when it is none. */
export function formatOf(head: string): RecordingFormat | null {
  const lines = head.split("\n").map((line) => line.trimEnd());
  const whole = (lines.length > 1 ? lines.slice(0, -1) : lines).filter((line) => line !== "");
  if (whole.length === 0) return lines.every((line) => line === "") ? "empty" : formatOfLine(lines.at(-1) ?? "");
  const first = formatOfLine(whole[0]);
  if (first !== null && first !== "lines") return first;
  // A log that was rotated may begin inside a line, so one line alone does not decide.
  const timed = whole.filter((line) => linePattern.test(line));
  return timed.length * 2 >= whole.length && timed.some((line) => framePattern.test(line)) ? "lines" : null;
}

function formatOfLine(line: string): RecordingFormat | null {
  if (line.startsWith("{") && /"t"\s*:\s*"header"/.test(line.slice(0, 1000))) return "cryptofeed";
  if (line.startsWith(tardisHeader)) return "tardis-csv";
  return linePattern.test(line) && framePattern.test(line) ? "lines" : null;
}

const expected = "lines of <receive time> <raw frame>, cryptofeed .jsonl, or Tardis CSV, each with or without gzip";

function unknownFormat(path: string, text: Uint8Array, gzip: boolean): CrosstickError {
  const start = new TextDecoder().decode(text.subarray(0, 200)).split("\n")[0];
  const shown = JSON.stringify(start.length > 60 ? `${start.slice(0, 60)}…` : start);
  const found = gzip ? `gzip of text that begins with ${shown}` : `text that begins with ${shown}`;
  return inputError(
    "INPUT_UNKNOWN_FORMAT",
    `${path} is no recording that is known: found ${found}, expected ${expected}`,
  );
}

function statusOf(path: string): { isDirectory(): boolean; size: number } {
  try {
    return statSync(path);
  } catch (error) {
    throw fileError(path, error);
  }
}

function readHead(path: string): Uint8Array {
  try {
    const fd = openSync(path, "r");
    try {
      return firstBytes(fd, HEAD_BYTES);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw fileError(path, error);
  }
}

/** The head ends anywhere, so an unfinished end is no error here; of a damaged head, what comes before counts. */
function inflateHead(path: string, head: Uint8Array): Uint8Array {
  for (let length = head.length; ; length >>= 1) {
    try {
      return gunzipSync(head.subarray(0, length), { finishFlush: constants.Z_SYNC_FLUSH });
    } catch (error) {
      if (length < 64)
        throw inputError("INPUT_CORRUPT", `Cannot decompress ${path}: ${(error as Error).message}`, error);
    }
  }
}

function filesBelow(directory: string): string[] {
  let entries: string[];
  try {
    entries = readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.name.startsWith(".")) return [];
      if (entry.isDirectory()) return filesBelow(path);
      return entry.isFile() || (entry.isSymbolicLink() && statSync(path, { throwIfNoEntry: false })?.isFile())
        ? [path]
        : [];
    });
  } catch (error) {
    throw fileError(directory, error);
  }
  return entries.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function recogniseOrPass(path: string): Recording[] {
  try {
    return [recognise(path)];
  } catch (error) {
    if ((error as CrosstickError).code === "INPUT_UNKNOWN_FORMAT") return [];
    throw error;
  }
}
