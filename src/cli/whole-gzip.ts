import { createReadStream } from "node:fs";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";

/** Whether a file is there and gzip to its end, by its checksum. Errors of the file system are thrown. */
export async function isWholeGzip(path: string): Promise<boolean> {
  let bytes = 0;
  const count = new Writable({
    write(chunk: Buffer, _encoding, next) {
      bytes += chunk.length;
      next();
    },
  });
  try {
    await pipeline(createReadStream(path), createGunzip(), count);
    return bytes > 0; // of an empty file zlib complains not
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code.startsWith("Z_")) return false;
    throw error;
  }
}
