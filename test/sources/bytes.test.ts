import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { openBytes, readAll } from "crosstick/internal/sources/recording/bytes";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drain } from "./drain.js";
import { scratchFile } from "./recorded.js";

/** Text that compresses like a recording: repetitive, but not all the same. */
function text(seed: number, length: number): Buffer {
  const lines: string[] = [];
  let state = seed | 1;
  for (let size = 0; size < length; size += lines[lines.length - 1].length) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    lines.push(`17231612551${state} {"e":"depthUpdate","s":"BTCUSDT","u":${state % 99991}}\n`);
  }
  return Buffer.from(lines.join("")).subarray(0, length);
}

test("a plain file arrives byte for byte, whatever the size of the pieces", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat(200_000), fc.integer({ min: 1, max: 70_000 }), async (seed, length, room) => {
      const content = text(seed, length);
      const { bytes, damage, input } = await drain(content, Math.max(room, length >> 8, 1));
      expect(damage).toBeNull();
      expect(bytes.equals(content)).toBe(true);
      expect(input.bytesRead).toBe(length);
    }),
    { numRuns: 20 },
  );
});

test("gzip members in a row arrive as one text, wherever they end", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(300_000), { minLength: 1, maxLength: 5 }), fc.nat(), async (lengths, seed) => {
      const parts = lengths.map((length, i) => text(seed + i, length));
      const { bytes, damage, input } = await drain(Buffer.concat(parts.map((part) => gzipSync(part))));
      expect(damage).toBeNull();
      expect(bytes.equals(Buffer.concat(parts))).toBe(true);
      expect(input.bytesRead).toBe(input.size);
    }),
    { numRuns: 15 },
  );
});

test.each([1, 512, 300_000])("%i zeros after a gzip member are padding", async (zeros) => {
  const content = text(1, 100_000);
  const { bytes, damage } = await drain(Buffer.concat([gzipSync(content), Buffer.alloc(zeros)]));
  expect(damage).toBeNull();
  expect(bytes.equals(content)).toBe(true);
});

test("an empty file has no bytes and no damage", async () => {
  const { bytes, damage } = await drain(Buffer.alloc(0));
  expect(bytes.length).toBe(0);
  expect(damage).toBeNull();
});

test("a missing file names itself", () => {
  expect(() => openBytes("/does/not/exist.gz")).toThrow(
    expect.objectContaining({ code: "INPUT_MISSING", exitCode: 5, message: expect.stringContaining("exist.gz") }),
  );
});

test("reading everything stops at the limit", async () => {
  const path = scratchFile("large.gz");
  writeFileSync(path, gzipSync(text(3, 100_000)));
  expect((await readAll(path, openBytes(path), 100_000)).length).toBe(100_000);
  await expect(readAll(path, openBytes(path), 99_999)).rejects.toMatchObject({ code: "INPUT_TOO_LARGE", exitCode: 5 });
});

test("what the reader does not take is not decompressed far ahead", async () => {
  const path = scratchFile("ahead.gz");
  writeFileSync(path, gzipSync(Buffer.alloc(400 * 1024 * 1024), { level: 9 }));
  const input = openBytes(path);
  await input.ready();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(input.bytesRead).toBeLessThan(input.size);
  input.close();
  expect(input.read(new Uint8Array(10))).toBe(-1);
});
