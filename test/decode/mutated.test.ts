// Broken and hostile frames: refused, or decoded to exactly what JSON.parse would have given.
import * as L from "crosstick/internal/layout";
import { describe, expect, test } from "vitest";
import { runs } from "../runs.js";
import { agree, reference } from "./comparison.js";
import { examples, sharedDecoderOf } from "./example-frames.js";

const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`mutated frames: seed ${SEED}`);
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const MUTANTS = runs(1500);

function random(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * limit);
  };
}

/** Pieces that turn one valid frame into another, or nearly so. */
const PIECES = [
  ..."0123456789-+.eE\"'\\{}[],: \u0000\n",
  "null",
  "true",
  "1e5",
  "-0",
  "\\u0030",
  '"',
  "\\",
  "é",
  "\ufeff",
  "NaN",
  "00",
  '""',
  "[]",
  "{}",
  ',"s":"BTCUSDT"',
  '"u":1,',
  "9007199254740993",
  "18446744073709551616",
  "1e400",
].map((piece) => encoder.encode(piece));

function splice(frame: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array {
  const result = new Uint8Array(frame.length - remove + insert.length);
  result.set(frame.subarray(0, at));
  result.set(insert, at);
  result.set(frame.subarray(at + remove), at + insert.length);
  return result;
}

function mutate(frame: Uint8Array, below: (limit: number) => number): Uint8Array {
  const at = below(frame.length);
  const left = frame.length - at;
  switch (below(8)) {
    case 0: // one bit
      return splice(frame, at, 1, Uint8Array.of(frame[at] ^ (1 << below(8))));
    case 1: // one byte
      return splice(frame, at, 1, Uint8Array.of(below(256)));
    case 2:
      return splice(frame, at, 1 + below(Math.min(left, 4)), new Uint8Array(0));
    case 3: // cut off
      return frame.slice(0, at);
    case 4: // something of the frame itself, elsewhere
      return splice(frame, at, 0, frame.slice(below(frame.length)).subarray(0, 1 + below(24)));
    case 5:
      return splice(frame, at, below(2), PIECES[below(PIECES.length)]);
    case 6: {
      // the digits of a number
      const text = decoder.decode(frame);
      const numbers = [...text.matchAll(/\d+(?:\.\d+)?/g)];
      const { index, 0: digits } = numbers[below(numbers.length)] ?? { index: 0, 0: "" };
      return splice(frame, index, digits.length, PIECES[below(PIECES.length)]);
    }
    default:
      return splice(frame, at, 1, PIECES[below(PIECES.length)]);
  }
}

describe(`${MUTANTS} mutants of each frame, seed ${SEED}`, () => {
  for (const [index, example] of examples.entries())
    test(example.name, () => {
      const target = sharedDecoderOf(example);
      const below = random(SEED + index);
      const original = encoder.encode(example.text);
      // Where a template stands before the general scanner there is twice as much to be wrong.
      const mutants = example.isCurrent ? MUTANTS : MUTANTS / 3;
      for (let i = 0; i < mutants; i++) {
        let frame = mutate(original, below);
        while (below(3) === 0 && frame.length > 0) frame = mutate(frame, below);
        const isGuarded = i % 16 === 0;
        const limit = isGuarded ? below(6) : undefined;
        if (isGuarded) target.guard(frame);
        if (isGuarded && target.trespasses(frame, 0) > 0) throw new Error("canaries are not in place");
        const got = target.decode(frame, { limit });
        if (isGuarded && got.result <= 0) expect(target.trespasses(frame, limit ?? 0)).toBe(0);
        if (got.result === L.NEED_SPACE && isGuarded) continue;
        const wanted = reference(example.venue, frame, target.context);
        if (!agree(got, wanted)) expect({ frame: decoder.decode(frame), ...got }).toEqual(wanted);
      }
    });
});

describe("each byte of each frame in turn is another, or missing", () => {
  for (const example of examples)
    test(example.name, () => {
      const target = sharedDecoderOf(example);
      const original = encoder.encode(example.text);
      for (let at = 0; at < original.length; at++)
        for (const insert of ["'", "7", ""]) {
          const frame = splice(original, at, 1, encoder.encode(insert));
          const got = target.decode(frame);
          const wanted = reference(example.venue, frame, target.context);
          if (!agree(got, wanted)) expect({ frame: decoder.decode(frame), ...got }).toEqual(wanted);
        }
    });
});

test("deep nesting is refused, at once and without a limit of the stack", () => {
  const target = sharedDecoderOf(examples[0]);
  const { venue } = examples[0];
  for (const open of ["[", '{"a":', '[{"a":']) {
    const frame = encoder.encode(open.repeat(100_000));
    expect(target.decode(frame).result).toBe(L.REJECT_DEPTH_LIMIT);
  }
  const nested = (depth: number) => encoder.encode(`{"result":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`);
  expect(target.decode(nested(64)).result).toBe(0);
  expect(target.decode(nested(65)).result).toBe(L.REJECT_DEPTH_LIMIT);
  expect(reference(venue, nested(65), target.context).result).toBe(L.REJECT_DEPTH_LIMIT);
});

test("what is no JSON text is refused", () => {
  const target = sharedDecoderOf(examples[0]);
  const cases: [string, Uint8Array][] = [
    ["nothing", new Uint8Array(0)],
    ["blanks", encoder.encode("  \n ")],
    ["byte order mark", encoder.encode('\ufeff{"result":null}')],
    ["a NUL after it", encoder.encode('{"result":null}\0')],
    ["trailing text", encoder.encode('{"result":null}x')],
    ["two values", encoder.encode('{"result":null}{}')],
    ["control character in a string", encoder.encode('{"result":"a\u0001"}')],
    ["NaN", encoder.encode('{"result":NaN}')],
    ["leading zero", encoder.encode('{"result":01}')],
    ["hexadecimal", encoder.encode('{"result":0x10}')],
    ["bare dot", encoder.encode('{"result":1.}')],
    ["plus", encoder.encode('{"result":+1}')],
    ["single quotes", encoder.encode("{'result':1}")],
    ["trailing comma", encoder.encode('{"result":1,}')],
    ["unfinished escape", encoder.encode('{"result":"\\u00"}')],
    ["unknown escape", encoder.encode('{"result":"\\x41"}')],
    ["lone continuation byte", Uint8Array.of(...encoder.encode('{"result":"'), 0x80, 0x22, 0x7d)],
    ["overlong form", Uint8Array.of(...encoder.encode('{"result":"'), 0xc0, 0xaf, 0x22, 0x7d)],
    ["surrogate in UTF-8", Uint8Array.of(...encoder.encode('{"result":"'), 0xed, 0xa0, 0x80, 0x22, 0x7d)],
    ["above U+10FFFF", Uint8Array.of(...encoder.encode('{"result":"'), 0xf4, 0x90, 0x80, 0x80, 0x22, 0x7d)],
    ["cut sequence", Uint8Array.of(...encoder.encode('{"result":"'), 0xe2, 0x82, 0x22, 0x7d)],
  ];
  for (const [name, frame] of cases) expect([name, target.decode(frame).result]).toEqual([name, L.REJECT_MALFORMED]);
});
