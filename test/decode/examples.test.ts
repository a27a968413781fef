import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as L from "crosstick/internal/layout";
import { describe, expect, test } from "vitest";
import { expectSame } from "./comparison.js";
import { decoderOf, examples } from "./example-frames.js";

const encoder = new TextEncoder();

describe("one frame of every kind", () => {
  for (const example of examples)
    test(example.name, () => {
      const decoder = decoderOf(example);
      const { result } = expectSame(decoder, example.venue, encoder.encode(example.text));
      expect(result).toBeGreaterThanOrEqual(0);
      if (example.isCurrent) expect(decoder.misses()).toBe(0);
    });
});

test("a frame that no template takes is counted, one that is not used is not", () => {
  const [, , , , , , bare] = examples;
  const decoder = decoderOf(bare);
  decoder.decode(encoder.encode(bare.text.replace("{", "{ ")));
  expect(decoder.misses()).toBe(1);
  decoder.decode(encoder.encode('{"result":null,"id":1}'));
  expect(decoder.misses()).toBe(1);
  expect(decoder.decode(encoder.encode("{")).result).toBe(L.REJECT_MALFORMED);
  expect(decoder.misses()).toBe(2);
});

test("bytes after the end of a frame do not complete it", () => {
  for (const example of examples) {
    const decoder = decoderOf(example);
    const whole = encoder.encode(example.text);
    // The rest of the frame stays in the scratch.
    decoder.decode(whole);
    for (let length = 0; length < whole.length; length++) {
      const { result } = decoder.decode(whole.subarray(0, length));
      if (result !== L.REJECT_MALFORMED) expect({ name: example.name, length, result }).toEqual({});
    }
  }
});

test("a message that does not fit writes nothing beyond its limit and says so", () => {
  for (const example of examples) {
    const decoder = decoderOf(example);
    const frame = encoder.encode(example.text);
    const { result } = decoder.decode(frame);
    for (const text of [example.text, example.text.replace("{", "{ ")])
      for (let limit = 0; limit < result; limit++) {
        const tight = encoder.encode(text);
        decoder.guard(tight);
        expect(decoder.decode(tight, { limit }).result).toBe(L.NEED_SPACE);
        expect(decoder.trespasses(tight, limit)).toBe(0);
      }
    expect(decoder.decode(frame, { limit: result }).result).toBe(result);
  }
});

test("constants of the templates spell what is written beside them", () => {
  const folder = fileURLToPath(new URL("../../assembly/venues/", import.meta.url));
  let count = 0;
  for (const file of readdirSync(folder))
    for (const [, hex, spelled] of readFileSync(`${folder}${file}`, "utf8").matchAll(
      /^(?:export )?const \w+: u64 = 0x([0-9a-f]+); \/\/ (.+)$/gm,
    )) {
      const bytes = Buffer.from(hex.padStart(16, "0"), "hex").reverse().toString("latin1").replace(/\0+$/, "");
      expect(bytes).toBe(spelled);
      count++;
    }
  expect(count).toBeGreaterThan(150);
});
