import { readFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drain } from "./drain.js";
import { recordings } from "./recorded.js";

const folder = recordings();
const packed =
  folder === null
    ? gzipSync(Buffer.from(Array.from({ length: 40_000 }, (_, i) => `172316125${i * 7919} {"u":${i ** 3}}\n`).join("")))
    : readFileSync(`${folder}hftbacktest/usdm/btcusdt_20230404.dat.gz`);
const whole = gunzipSync(packed);

/** The header holds a name and a time that nothing protects: only behind it does a change matter. */
const headerEnd = (packed[3] & 8) === 0 ? 10 : packed.indexOf(0, 10) + 1;

/** The last byte of the compressed data, before the checksum and the length: its unused bits mean nothing. */
const lastOfData = packed.length - 9;

/** What zlib itself can make of a file's first bytes. */
function decodable(bytes: Buffer): number {
  return gunzipSync(bytes, { finishFlush: 2 }).length;
}

test("of a gzip file that was cut, everything before the cut is delivered", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: packed.length - 1 }), async (cut) => {
      const { bytes, damage } = await drain(packed.subarray(0, cut));
      expect(damage).toMatchObject({ code: "INPUT_TRUNCATED", exitCode: 5 });
      expect(damage?.message).toContain(`byte ${cut}`);
      expect(bytes.length).toBe(decodable(packed.subarray(0, cut)));
      expect(bytes.equals(whole.subarray(0, bytes.length))).toBe(true);
    }),
    { numRuns: 25, examples: [[packed.length - 1], [packed.length - 8], [packed.length - 9], [65536], [2], [10]] },
  );
});

test("damage in the second member leaves the first one whole", async () => {
  const { bytes, damage } = await drain(Buffer.concat([packed, packed.subarray(0, 1000)]));
  expect(damage?.code).toBe("INPUT_TRUNCATED");
  expect(bytes.length).toBe(whole.length + decodable(packed.subarray(0, 1000)));
});

test("no byte that was changed goes unnoticed, and nothing before it is lost", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: headerEnd, max: packed.length - 1 }).filter((at) => at !== lastOfData),
      fc.integer({ min: 1, max: 255 }),
      async (at, change) => {
        const changed = Buffer.from(packed);
        changed[at] ^= change;
        const { bytes, damage } = await drain(changed);
        expect(["INPUT_CORRUPT", "INPUT_TRUNCATED"]).toContain(damage?.code);
        // The decoder works some symbols behind its input.
        const safe = decodable(packed.subarray(0, at)) - 1024;
        expect(bytes.length).toBeGreaterThanOrEqual(Math.max(0, safe));
        if (safe > 0) expect(bytes.subarray(0, safe).equals(whole.subarray(0, safe))).toBe(true);
      },
    ),
    { numRuns: 15 },
  );
});

test("text after the gzip data is damage, and the data is delivered", async () => {
  const { bytes, damage } = await drain(Buffer.concat([packed, Buffer.from("not gzip at all")]));
  expect(damage).toMatchObject({ code: "INPUT_CORRUPT" });
  expect(bytes.equals(whole)).toBe(true);
});
