import { rmSync, writeFileSync } from "node:fs";
import type { CrosstickError } from "crosstick/internal/errors";
import type { ByteInput } from "crosstick/internal/sources/recording/byte-input";
import { openBytes } from "crosstick/internal/sources/recording/bytes";
import { scratchFile } from "./recorded.js";

export interface Drained {
  bytes: Buffer;
  damage: CrosstickError | null;
  input: ByteInput;
}

/** Writes a file, reads it to its end in pieces of `room` bytes of shared memory, and removes it. */
export async function drain(content: Uint8Array, room = 50_000): Promise<Drained> {
  const path = scratchFile("bytes");
  writeFileSync(path, content);
  try {
    const input = openBytes(path);
    const pieces: Buffer[] = [];
    const target = new Uint8Array(new SharedArrayBuffer(room + 64), 32, room);
    for (;;) {
      const count = input.read(target);
      if (count < 0) return { bytes: Buffer.concat(pieces), damage: input.damage, input };
      if (count === 0) await input.ready();
      pieces.push(Buffer.from(target.slice(0, count)));
    }
  } finally {
    rmSync(path);
  }
}
