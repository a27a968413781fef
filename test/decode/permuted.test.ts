// What JSON allows without changing the meaning: order of keys, unknown fields, white space, escapes.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame } from "./comparison.js";
import { examples, sharedDecoderOf } from "./example-frames.js";

const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`permuted frames: seed ${SEED}`);
const encoder = new TextEncoder();

/** Where the pieces of a rewritten frame come from: one stream of numbers below 2^32. */
class Choices {
  #at = 0;
  constructor(readonly numbers: readonly number[]) {}

  below(limit: number): number {
    const value = this.numbers[this.#at++ % this.numbers.length] + this.#at;
    return (Math.imul(value, 0x9e3779b1) >>> 8) % limit;
  }
}

const SPACES = ["", "", "", " ", "\n", "\t", "\r\n", "   "];
const UNKNOWN = [
  '"zz":1',
  '"zz":"}]"',
  '"zz":{"e":"trade","data":[1,{"s":"X"}]}',
  '"zz":[[],{},[[["\\u0022"]]]]',
  '"zz":-1.5e-7',
  '"zz":null',
  '"\\u007az":"\\\\\\"/"',
  '"é":"ü €\\ud83d\\ude00"',
];

const space = (choices: Choices) => SPACES[choices.below(SPACES.length)];

/** The string with some of its characters escaped. */
function quote(text: string, choices: Choices): string {
  return `"${[...text]
    .map((letter) => {
      if (choices.below(12) !== 0) return JSON.stringify(letter).slice(1, -1);
      const hex = letter.charCodeAt(0).toString(16).padStart(4, "0");
      return letter.length > 1 ? letter : `\\u${choices.below(2) === 0 ? hex : hex.toUpperCase()}`;
    })
    .join("")}"`;
}

/** The same value in other words. Numbers in the examples survive JSON.parse unchanged. */
function rewrite(value: unknown, choices: Choices): string {
  if (typeof value === "string") return quote(value, choices);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const join = (parts: string[]) =>
    parts.map((part) => space(choices) + part + space(choices)).join(",") + (parts.length === 0 ? space(choices) : "");
  if (Array.isArray(value)) return `[${join(value.map((each) => rewrite(each, choices)))}]`;
  const members = Object.entries(value).map(
    ([key, each]) => `${quote(key, choices)}${space(choices)}:${space(choices)}${rewrite(each, choices)}`,
  );
  if (choices.below(3) === 0) members.push(UNKNOWN[choices.below(UNKNOWN.length)]);
  for (let i = members.length - 1; i > 0; i--) {
    const other = choices.below(i + 1);
    [members[i], members[other]] = [members[other], members[i]];
  }
  return `{${join(members)}}`;
}

describe("a frame in other words means the same", () => {
  for (const example of examples)
    test(example.name, () => {
      const decoder = sharedDecoderOf(example);
      const value = JSON.parse(example.text);
      const original = decoder.decode(encoder.encode(example.text));
      fc.assert(
        fc.property(fc.array(fc.nat(2 ** 31), { minLength: 4, maxLength: 40 }), (numbers) => {
          const choices = new Choices(numbers);
          const text = space(choices) + rewrite(value, choices) + space(choices);
          expect(expectSame(decoder, example.venue, encoder.encode(text))).toEqual(original);
        }),
        { seed: SEED, numRuns: 60 },
      );
    });
});

describe("the last of equal keys counts, as for JSON.parse", () => {
  for (const example of examples)
    test(example.name, () => {
      const decoder = sharedDecoderOf(example);
      const original = decoder.decode(encoder.encode(example.text));
      // Every member twice, first with a value that would be refused.
      const doubled = example.text.replace(/"(\w+)":/g, (_, key) => `"${key}":{"no":[1]},"${key}":`);
      expect(expectSame(decoder, example.venue, encoder.encode(doubled))).toEqual(original);
      const spoiled = example.text.replace(
        /"(p|b|bids|u|s|symbol)":("[^"]*"|\d+)/,
        (member, key) => `${member},"${key}":[]`,
      );
      expectSame(decoder, example.venue, encoder.encode(spoiled));
    });
});
