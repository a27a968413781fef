import { gunzipSync } from "node:zlib";

/** No frame of any venue comes near it; what claims to is a bomb. */
export const INFLATE_LIMIT_BYTES = 8 * 2 ** 20;

/** Whether the bytes begin as a gzip member does (RFC 1952). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length > 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Inflates a frame that comes as one gzip member (HTX). null when it is cut off or damaged, or would be longer
 * than the limit: inflating stops there, so that a small frame cannot fill the memory.
 */
export function inflate(bytes: Uint8Array, limit: number = INFLATE_LIMIT_BYTES): Uint8Array | null {
  try {
    return gunzipSync(bytes, { maxOutputLength: limit });
  } catch {
    return null; // the data's own fault: zlib throws for nothing else here
  }
}
