// What is refused and why: an example, a replacement in it, and the result, by the kernel and the reference alike.
import * as L from "crosstick/internal/layout";
import { describe, expect, test } from "vitest";
import { expectSame } from "./comparison.js";
import { decoderOf, type Example, examples } from "./example-frames.js";

/** Example, what to replace in it by what, and the result; NaN stands for any number of records. */
export type Case = [string, string | RegExp, string, number];

export const TAKEN = Number.NaN;

const encoder = new TextEncoder();

export function byName(name: string): Example {
  const found = examples.find((example) => example.name === name);
  if (found === undefined) throw new Error(`no example ${name}`);
  return found;
}

export function describeRefusals(venue: string, cases: readonly Case[]): void {
  describe(`${venue}: what is refused and why`, () => {
    for (const [name, from, to, result] of cases)
      test(`${name}: ${String(from).slice(0, 40)} as ${to.slice(0, 40)}`, () => {
        const example = byName(name);
        const decoder = decoderOf(example);
        const text = example.text.replace(from, to);
        expect(text).not.toBe(example.text);
        const frame = encoder.encode(text);
        if (result === L.NEED_SYMBOL) expect(decoder.decode(frame).result).toBe(L.NEED_SYMBOL);
        else {
          const got = expectSame(decoder, example.venue, frame);
          if (Number.isNaN(result)) expect(got.result).toBeGreaterThan(0);
          else expect(got.result).toBe(result);
        }
      });
  });
}
