// Backpack: each rule of what is refused, and the nearest thing that is not; what its messages mean.
import * as L from "crosstick/internal/layout";
import { describe, expect, test } from "vitest";
import { decoderOf } from "./example-frames.js";
import { byName, type Case, describeRefusals, TAKEN } from "./refusals.js";

const cases: Case[] = [
  // Names tell products, and every stream comes on one address.
  ["backpack spot depth", '"s":"ETH_USDC"', '"s":"ETH_USDC_PERP"', L.REJECT_WRONG_PRODUCT],
  ["backpack swap depth", '"s":"BTC_USDC_PERP"', '"s":"BTC_USDC"', L.REJECT_WRONG_PRODUCT],
  ["backpack swap depth", '"s":"BTC_USDC_PERP"', '"s":"PERP"', L.REJECT_WRONG_PRODUCT],
  ["backpack swap depth", '"s":"BTC_USDC_PERP"', '"s":"DOGE_USDC_PERP"', L.NEED_SYMBOL],
  ["backpack swap depth", '"s":"BTC_USDC_PERP"', '"s":7', L.REJECT_SYMBOL],
  ["backpack swap market of the list", '"SOL_USDC_PERP"', '"SOL_USDC"', L.REJECT_WRONG_PRODUCT],
  // Ids: text or number, of a book up to 2^53.
  ["backpack spot depth", '"u":1345937438', '"u":"1345937438"', TAKEN],
  ["backpack spot depth", '"u":1345937438', '"u":9007199254740993', L.REJECT_ID],
  ["backpack spot depth", '"U":1345937436,', "", L.REJECT_MISSING_FIELD],
  ["backpack spot snapshot", '"1345937435"', "1345937435", TAKEN],
  ["backpack spot snapshot", '"1345937435"', '"x"', L.REJECT_ID],
  ["backpack spot bookTicker", "1328288557", "18446744073709551616", L.REJECT_ID],
  ["backpack spot bookTicker", ',"u":1328288557', "", L.REJECT_MISSING_FIELD],
  ["backpack spot trade", '"t":12345', '"t":null', L.REJECT_MISSING_FIELD],
  // Times: µs as text or number; the next funding also in ms.
  ["backpack spot depth", '"E":"1754903057555305"', '"E":1754903057555305', TAKEN],
  ["backpack spot depth", '"E":"1754903057555305"', '"E":"2025-08-11"', L.REJECT_TIME],
  ["backpack spot depth", '"E":"1754903057555305",', "", L.REJECT_MISSING_FIELD],
  ["backpack spot snapshot", '"timestamp":1754903057547501', '"timestamp":0', L.REJECT_TIME],
  ["backpack swap markPrice", '"n":1754604000000', '"n":7', L.REJECT_TIME],
  ["backpack swap markPrice", '"n":1754604000000', '"n":null', 2],
  // Prices and sizes.
  ["backpack spot depth", '"4212.31"', '"0"', L.REJECT_PRICE],
  ["backpack spot depth", '"1.2500"', '"-1.25"', L.REJECT_SIZE],
  ["backpack spot depth", '["4213.10","0.3"]', '["4213.10"]', L.REJECT_MALFORMED],
  ["backpack spot depth", /"b":\[\[.*?\]\]/, '"b":null', L.REJECT_MISSING_FIELD],
  ["backpack spot snapshot", /"bids":\[\[.*?\]\]/, '"bids":{}', L.REJECT_MALFORMED],
  ["backpack spot bookTicker", '"b":"3667.49"', '"b":null', 1],
  ["backpack spot bookTicker", '"B":"0.0020"', '"B":null', L.REJECT_MISSING_FIELD],
  ["backpack spot bookTicker", '"b":"3667.49"', '"b":"0"', L.REJECT_PRICE],
  ["backpack spot trade", '"p":"18.68"', '"p":"0"', L.REJECT_PRICE],
  ["backpack spot trade", '"q":"0.122"', '"q":"x"', L.REJECT_SIZE],
  ["backpack spot trade", '"m":true', '"m":"true"', L.REJECT_SIDE],
  ["backpack swap markPrice", '"p":"178.70"', '"p":"0"', L.REJECT_PRICE],
  ["backpack swap markPrice", '"f":"-0.000179157"', '"f":"x"', L.REJECT_MALFORMED],
  ["backpack swap markPrice", '"f":"-0.000179157",', "", 1],
  ["backpack swap openInterest", '"o":"100"', '"o":"-1"', L.REJECT_SIZE],
  ["backpack swap openInterest", ',"o":"100"', "", L.REJECT_MISSING_FIELD],
  ["backpack swap liquidation", '"S":"Bid"', '"S":"BUY"', L.REJECT_SIDE],
  ["backpack swap liquidation", '"p":"18.70"', '"p":""', L.REJECT_PRICE],
  ["backpack swap liquidation", '"s":"SOL_USDC_PERP"', '"s":"BTC_USDC"', 0],
  ["backpack swap liquidation", '"s":"SOL_USDC_PERP"', '"s":"DOGE_USDC_PERP"', L.NEED_SYMBOL],
  ["backpack swap liquidation", '"s":"SOL_USDC_PERP"', '"s":7', L.REJECT_SYMBOL],
  ["backpack swap market of the list", '"28800000"', '"0"', L.REJECT_MALFORMED],
  ["backpack swap market of the list", '"28800000"', "null", 0],
  // Shapes.
  ["backpack spot depth", '"e":"depth"', '"e":"depths"', L.REJECT_UNKNOWN],
  ["backpack spot depth", '"stream":', '"streams":', L.REJECT_UNKNOWN],
  ["backpack spot list", '"symbol"', '"name"', L.REJECT_UNKNOWN],
  ["backpack spot error", '"error"', '"note"', 0],
];

describeRefusals("backpack", cases);

const decoded = (name: string) => {
  const example = byName(`backpack ${name}`);
  return decoderOf(example).decode(new TextEncoder().encode(example.text)).records;
};

describe("what a message of Backpack means", () => {
  test("who took, and who lost", () => {
    expect(decoded("spot trade")[0].flags & L.FLAG_SELL).toBe(L.FLAG_SELL);
    expect(decoded("swap trade")[0].flags & L.FLAG_SELL).toBe(0);
    expect(decoded("swap liquidation")[0].flags & L.FLAG_SELL).toBe(L.FLAG_SELL);
    expect(decoded("swap liquidation of a long")[0].flags & L.FLAG_SELL).toBe(0);
  });

  test("the next funding is told in ms or µs, the interval by the list of markets", () => {
    expect(decoded("swap markPrice")[1]).toMatchObject({
      kind: L.KIND_FUNDING,
      payload: [-0.000179157, NaN, 1754604000000000, NaN],
    });
    expect(decoded("swap markPrice of the documents")[1].payload[2]).toBe(1694687965941000);
    expect(decoded("swap market of the list")[0]).toMatchObject({ payload: [NaN, 8, NaN, NaN] });
    expect(decoded("spot market of the list")).toEqual([]);
  });

  test("a live lane passes over liquidations of markets that nobody follows", () => {
    const example = byName("backpack swap liquidation");
    const decoder = decoderOf(example);
    decoder.u8[decoder.lane + L.MESSAGE_KNOWN_ONLY] = 1;
    const frame = (symbol: string) => new TextEncoder().encode(example.text.replace("SOL_USDC_PERP", symbol));
    expect(decoder.decode(frame("DOGE_USDC_PERP")).result).toBe(0);
    expect(decoder.decode(frame("SOL_USDC_PERP")).result).toBe(1);
  });

  test("an id beyond 2^53 stays exact", () => {
    expect(decoded("spot bookTicker of the documents")[0].sequence).toBe(111063070525358080n);
  });
});
