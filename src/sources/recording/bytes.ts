import { closeSync, openSync, readSync } from "node:fs";
import type { ByteInput } from "./byte-input.js";
import { GzipBytes } from "./gzip-bytes.js";
import { fileError, inputError } from "./input-errors.js";
import { PlainBytes } from "./plain-bytes.js";

/**
 * Opens a file for reading from its start. Gzip is told by its first two bytes, not by the name.
 * @throws INPUT_MISSING, INPUT_UNREADABLE
 */
export function openBytes(path: string): ByteInput {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (error) {
    throw fileError(path, error);
  }
  try {
    return isGzip(firstBytes(fd, 2)) ? new GzipBytes(path, fd) : new PlainBytes(path, fd);
  } catch (error) {
    closeSync(fd);
    throw fileError(path, error);
  }
}

/** Whether a file's first bytes are those of a gzip member. */
export function isGzip(head: Uint8Array): boolean {
  return head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b;
}

/** Up to `limit` bytes from the start of an open file; its position does not move. */
export function firstBytes(fd: number, limit: number): Uint8Array {
  const head = new Uint8Array(limit);
  let length = 0;
  for (;;) {
    const count = readSync(fd, head, length, limit - length, length);
    length += count;
    if (count === 0 || length === limit) return head.subarray(0, length);
  }
}

/**
 * Reads a whole input into one piece of memory of its own.
 * @throws INPUT_TOO_LARGE when there is more than `limit` bytes of it.
 */
export async function readAll(path: string, input: ByteInput, limit: number): Promise<Buffer> {
  let bytes = Buffer.allocUnsafe(Math.min(limit + 1, Math.max(65536, input.size + 1)));
  let length = 0;
  for (;;) {
    const count = input.read(bytes, length);
    if (count < 0) return bytes.subarray(0, length);
    if (count === 0) await input.ready();
    length += count;
    if (length > limit) {
      input.close();
      throw inputError("INPUT_TOO_LARGE", `${path} holds more than ${limit} bytes of text, which is read as a whole`);
    }
    if (length < bytes.length) continue;
    const larger = Buffer.allocUnsafe(Math.min(limit + 1, bytes.length * 2));
    larger.set(bytes);
    bytes = larger;
  }
}
