import * as L from "crosstick/internal/layout";
import { expect, test } from "vitest";
import { Decoder } from "./decoder.js";

const encoder = new TextEncoder();
const ticker = (name: string) => encoder.encode(`{"u":5,"s":"${name}","b":"1","B":"2","a":"3","A":"4"}`);

function add(decoder: Decoder, name: string, product: number, instrument: number, unit = 0, size = 1): number {
  const bytes = encoder.encode(name);
  decoder.u8.set(bytes, decoder.scratch);
  return decoder.kernel.symbolAdd(decoder.lane, decoder.scratch, bytes.length, product, instrument, unit, size);
}

test("names of every length up to 48 are told apart, also from their own beginnings", () => {
  const decoder = new Decoder(L.VENUE_BINANCE, L.PRODUCT_SPOT);
  for (let length = 1; length <= 48; length++) decoder.add("N".repeat(length));
  for (let length = 1; length <= 48; length++)
    for (const frame of [
      ticker("N".repeat(length)),
      encoder.encode(` ${new TextDecoder().decode(ticker("N".repeat(length)))}`),
    ])
      expect(decoder.decode(frame).records[0].instrument).toBe(length - 1);
  expect(decoder.decode(ticker("N".repeat(49))).result).toBe(L.REJECT_SYMBOL);
  expect(decoder.decode(ticker("币安人生USDT")).result).toBe(L.NEED_SYMBOL);
  expect(decoder.neededSymbol()).toBe("币安人生USDT");
  decoder.add("币安人生USDT");
  expect(decoder.decode(ticker("币安人生USDT")).records[0].instrument).toBe(48);
});

test("equal names of several products are different symbols", () => {
  const decoder = new Decoder(L.VENUE_BINANCE, L.PRODUCT_SPOT);
  expect(add(decoder, "BTCUSDT", L.PRODUCT_USDM, 7)).toBeGreaterThanOrEqual(0);
  expect(decoder.decode(ticker("BTCUSDT")).result).toBe(L.NEED_SYMBOL);
  add(decoder, "BTCUSDT", L.PRODUCT_SPOT, 8);
  expect(decoder.decode(ticker("BTCUSDT")).records[0].instrument).toBe(8);
  decoder.context.product = L.PRODUCT_USDM;
  expect(decoder.decode(ticker("BTCUSDT")).records[0].instrument).toBe(7);
});

test("a symbol that is added again gets its new unit and keeps its times", () => {
  const decoder = new Decoder(L.VENUE_BINANCE, L.PRODUCT_SPOT);
  const slot = add(decoder, "X", L.PRODUCT_SPOT, 3, L.UNIT_UNKNOWN, NaN);
  expect(decoder.decode(ticker("X")).result).toBe(L.REJECT_CONTRACT_SIZE);
  expect(add(decoder, "X", L.PRODUCT_SPOT, 4, L.UNIT_CONTRACT, 10)).toBe(slot);
  const message = decoder.decode(ticker("X"));
  expect([message.records[0].instrument, ...message.records[0].payload]).toEqual([4, 1, 20, 3, 40]);
  expect(decoder.u32[(decoder.lane + L.MESSAGE_SYMBOL_SLOT) >> 2]).toBe(slot);
  expect(decoder.u32[(decoder.lane + L.MESSAGE_INSTRUMENT) >> 2]).toBe(4);
});

test("a full table says so, and still finds what it holds", () => {
  const decoder = new Decoder(L.VENUE_BINANCE, L.PRODUCT_SPOT);
  const slots = new Set<number>();
  for (let i = 0; i < L.SYMBOL_SLOTS; i++) slots.add(add(decoder, `SYMBOL${i}`, L.PRODUCT_SPOT, i));
  expect(slots.size).toBe(L.SYMBOL_SLOTS);
  expect(add(decoder, "ONEMORE", L.PRODUCT_SPOT, 1)).toBe(-1);
  expect(add(decoder, "", L.PRODUCT_SPOT, 1)).toBe(-1);
  expect(add(decoder, "X".repeat(49), L.PRODUCT_SPOT, 1)).toBe(-1);
  for (let i = 0; i < L.SYMBOL_SLOTS; i += 37)
    expect(decoder.decode(ticker(`SYMBOL${i}`)).records[0].instrument).toBe(i);
  expect(decoder.decode(ticker("ONEMORE")).result).toBe(L.NEED_SYMBOL);
});

test("the times at which a symbol was first and last named", () => {
  const decoder = new Decoder(L.VENUE_BINANCE, L.PRODUCT_SPOT);
  decoder.add("BTCUSDT");
  expect(decoder.seen("BTCUSDT")).toEqual([NaN, NaN]);
  decoder.decode(encoder.encode('{"u":5,"s":"BTCUSDT","b":"x"}'), { receivedTimeUs: 1 });
  expect(decoder.seen("BTCUSDT")).toEqual([NaN, NaN]);
  decoder.decode(ticker("BTCUSDT"), { receivedTimeUs: 2 });
  decoder.decode(encoder.encode(` ${new TextDecoder().decode(ticker("BTCUSDT"))}`), { receivedTimeUs: 3 });
  expect(decoder.seen("BTCUSDT")).toEqual([2, 3]);
  decoder.decode(encoder.encode('{"e":"kline","E":1626992741424,"s":"BTCUSDT","k":{}}'), { receivedTimeUs: 4 });
  expect(decoder.seen("BTCUSDT"), "a frame that is not used says nothing of it").toEqual([2, 3]);
});
