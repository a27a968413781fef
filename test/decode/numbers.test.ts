import * as L from "crosstick/internal/layout";
import { expect, test } from "vitest";
import { expectSame } from "./comparison.js";
import { Decoder } from "./decoder.js";

const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
const encoder = new TextEncoder();

function random(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * limit);
  };
}

const digits = (count: number, below: (limit: number) => number) =>
  Array.from({ length: count }, () => below(10)).join("");

const depth = (levels: string[], head = "") =>
  encoder.encode(
    `{${head}"e":"depthUpdate","E":1723161255208,"s":"BTCUSDT","U":1,"u":2,"b":[${levels.map((size) => `["1","${size}"]`).join(",")}],"a":[]}`,
  );

function sizes(decoder: Decoder, frame: Uint8Array): number[] {
  const { records, result } = decoder.decode(frame);
  expect(result).toBeGreaterThan(0);
  return records.flatMap(({ payload, flags }) =>
    (flags & L.FLAG_SECOND) !== 0 ? [payload[1], payload[3]] : [payload[1]],
  );
}

/** Sizes of books, by the template where it takes them and by the general scanner: its frames are returned. */
function testDecimals(make: (below: (limit: number) => number) => string, seed: number): number {
  const decoder = new Decoder(L.VENUE_BINANCE, L.PRODUCT_SPOT);
  decoder.add("BTCUSDT");
  const below = random(seed);
  for (let round = 0; round < 250; round++) {
    const texts = Array.from({ length: 200 }, () => make(below));
    const wanted = texts.map(Number);
    // By the template, and by the general scanner.
    expect(sizes(decoder, depth(texts))).toEqual(wanted);
    expect(sizes(decoder, depth(texts, " "))).toEqual(wanted);
  }
  return decoder.misses();
}

test(`decimals of up to 15 bytes are those of Number(), seed ${SEED}`, () => {
  const misses = testDecimals((below) => {
    const length = 1 + below(15);
    if (length < 3 || below(4) === 0) return digits(length, below);
    const whole = 1 + below(length - 2);
    return `${digits(whole, below)}.${digits(length - whole - 1, below)}`;
  }, SEED);
  expect(misses).toBe(250);
});

test(`longer decimals are those of Number(), seed ${SEED}`, () => {
  testDecimals((below) => {
    const zeros = "0".repeat(below(3) === 0 ? below(24) : 0);
    const whole = digits(1 + below(24), below);
    return below(5) === 0 ? whole : `${whole}.${zeros}${digits(1 + below(22), below)}${"0".repeat(below(6))}`;
  }, SEED + 1);
});

test(`exponents and halfway cases are those of Number(), seed ${SEED}`, () => {
  const hard = [
    "9007199254740993",
    "9007199254740992.5",
    "0.1",
    "0.30000000000000004",
    "2.2250738585072011e-308",
    "5e-324",
    "2e-324",
    "1.7976931348623157e308",
    "179769313486231570000000000000000000000",
    "0.000000000000000000000000000000000000000000000000000000001",
    "10000000000000000000000",
    "100000000000000000000000",
    "4503599627370496.5",
    "4503599627370497.5",
    "72057594037927945",
    "72057594037927935.9999999999999999999",
    "00001.50",
    "0",
    "0.0",
    "0e10",
  ];
  testDecimals((below) => {
    if (below(3) === 0) return hard[below(hard.length)];
    return `${digits(1 + below(18), below)}.${digits(1 + below(8), below)}${"eE"[below(2)]}${["", "+", "-"][below(3)]}${below(280)}`;
  }, SEED + 2);
});

test("u64 sequences stay exact", () => {
  const decoder = new Decoder(L.VENUE_BYBIT, L.PRODUCT_SPOT);
  decoder.add("BTCUSDT");
  const below = random(SEED + 3);
  for (let round = 0; round < 500; round++) {
    const id = BigInt(1 + below(9)) * 10n ** BigInt(below(19)) + BigInt(below(2 ** 30));
    const frame = encoder.encode(
      `{"topic":"publicTrade.BTCUSDT","ts":1786310822606,"type":"snapshot","data":[{"i":"${id}","T":1786310822605,"p":"65140.5","v":"0.002705","S":"Buy","seq":1,"s":"BTCUSDT","BT":false}]}`,
    );
    expect(expectSame(decoder, L.VENUE_BYBIT, frame).records[0].sequence).toBe(id);
  }
  expect(decoder.misses()).toBe(0);
});
