import { closingQuote, NO_ROOM, NOT_JSON, unescapeJson } from "crosstick/internal/sources/recording/json-text";
import fc from "fast-check";
import { expect, test } from "vitest";

function textOf(json: string, room = 10_000): { result: number; text: string } {
  const source = Buffer.from(json);
  const target = new Uint8Array(new SharedArrayBuffer(10_010));
  const end = closingQuote(source, 1, source.length);
  const result = unescapeJson(source, 1, end < 0 ? source.length : end, target, 5, room);
  return { result, text: Buffer.from(target.slice(5, 5 + Math.max(0, result))).toString() };
}

test("says what JSON.parse says", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), fc.boolean(), (value, escapeAll) => {
      const plain = JSON.stringify(value);
      const json = escapeAll
        ? `"${[...Array(value.length).keys()].map((i) => `\\u${value.charCodeAt(i).toString(16).padStart(4, "0")}`).join("")}"`
        : plain;
      expect(textOf(json).text).toBe(Buffer.from(value).toString());
    }),
    { numRuns: 500 },
  );
});

test("a frame of JSON inside JSON comes out as it was sent", () => {
  fc.assert(
    fc.property(fc.json(), (frame) => {
      expect(textOf(JSON.stringify(frame)).text).toBe(Buffer.from(frame).toString());
    }),
  );
});

test("writes nothing beyond the room", () => {
  expect(textOf('"abc\\n"', 4)).toEqual({ result: 4, text: "abc\n" });
  expect(textOf('"abc\\n"', 3).result).toBe(NO_ROOM);
  expect(textOf('"\\u20ac"', 2).result).toBe(NO_ROOM);
  expect(textOf('"\\u20ac"', 3).text).toBe("€");
});

test.each(['"\\x"', '"\\u12"', '"\\u12g4"'])("refuses %s", (json) => {
  expect(textOf(json).result).toBe(NOT_JSON);
});
