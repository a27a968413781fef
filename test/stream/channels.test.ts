import { CHANNEL_KINDS, matchesRest, overlaps, parseChannel } from "crosstick/internal/stream/channels";
import fc from "fast-check";
import { expect, test } from "vitest";

const seed = Number(process.env.SEED ?? 20_261_121);
console.log(`seed ${seed}`);

const asRegExp = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("\\*", "[^]*")}$`);

const short = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 6 });
const plain = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 8 });

test("a name is split at its first dot", () => {
  expect(parseChannel("options.BTC.x")).toEqual({
    text: "options.BTC.x",
    kind: "options",
    rest: "BTC.x",
    pattern: false,
  });
  expect(parseChannel("bbo.*:BTC/USDT")).toMatchObject({ kind: "bbo", rest: "*:BTC/USDT", pattern: true });
  expect(parseChannel("status")).toMatchObject({ kind: "status", rest: "", pattern: false });
  expect(CHANNEL_KINDS).toHaveLength(17);
});

test.each([
  "",
  "bbo",
  "bbo.",
  "status.*",
  "__proto__.x",
  "toString.x",
  "bbo.a b",
  "bbo.\u0000",
  `bbo.${"x".repeat(200)}`,
])("%j is no channel", (text) => {
  expect(parseChannel(text)).toHaveProperty("code");
});

test("an asterisk matches as in a regular expression", () => {
  const property = fc.property(short, plain, (pattern, rest) => {
    expect(matchesRest(pattern, rest)).toBe(asRegExp(pattern).test(rest));
  });
  fc.assert(property, { seed, numRuns: 5000 });
});

test("patterns overlap when some text fits both", () => {
  const texts = [""];
  for (let from = 0; texts[from].length < 6; from++) texts.push(`${texts[from]}a`, `${texts[from]}b`);
  const tiny = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 3 });
  const property = fc.property(tiny, tiny, (a, b) => {
    expect(overlaps(a, b)).toBe(texts.some((text) => matchesRest(a, text) && matchesRest(b, text)));
  });
  fc.assert(property, { seed, numRuns: 2000 });
});
