// Each rule of what is refused of Coinbase's frames, and the nearest thing that is not.
import * as L from "crosstick/internal/layout";
import { describe, expect, test } from "vitest";
import { expectSame } from "./comparison.js";
import { decoderOf } from "./example-frames.js";
import { byName, type Case, describeRefusals, TAKEN } from "./refusals.js";

const encoder = new TextEncoder();

const cases: Case[] = [
  ["coinbase book update", '"1919.49"', '"0"', L.REJECT_PRICE],
  ["coinbase book update", '"1919.49"', '"1e400"', L.REJECT_PRICE],
  ["coinbase book update", '"price_level":"1919.49",', "", L.REJECT_MISSING_FIELD],
  ["coinbase book update", '"new_quantity":"1.5"', '"new_quantity":"-1.5"', L.REJECT_SIZE],
  ["coinbase book update", ',"new_quantity":"1.5"', "", L.REJECT_MISSING_FIELD],
  ["coinbase book update", '"side":"offer"', '"side":"ask"', L.REJECT_SIDE],
  ["coinbase book update", '"side":"offer",', "", L.REJECT_MISSING_FIELD],
  ["coinbase book update", /"event_time":"[^"]*",/, "", TAKEN],
  ["coinbase book update", /"updates":\[.*\]\}\]/, '"updates":[7]}]', L.REJECT_MALFORMED],
  ["coinbase book update", /"updates":\[.*\]\}\]/, '"updates":{}}]', L.REJECT_MALFORMED],
  ["coinbase book update", /"events":\[.*\]/, '"events":[]', 0],
  ["coinbase book update", /"events":\[.*\]/, '"events":[7]', L.REJECT_MALFORMED],
  ["coinbase book update", '"type":"update"', '"type":"l2update"', L.REJECT_UNKNOWN],
  ["coinbase book update", '"type":"update",', "", L.REJECT_MISSING_FIELD],
  ["coinbase book update", '"product_id":"ETH-USD"', '"product_id":"NO-BODY"', L.NEED_SYMBOL],
  ["coinbase book update", '"product_id":"ETH-USD",', "", L.REJECT_MISSING_FIELD],
  ["coinbase book update", '"sequence_num":29,', "", L.REJECT_MISSING_FIELD],
  ["coinbase book update", '"sequence_num":29', '"sequence_num":-1', L.REJECT_ID],
  ["coinbase book update", '"sequence_num":29', '"sequence_num":9007199254740993', L.REJECT_ID],
  ["coinbase book update", '"timestamp":"2026-08-09T21:05:48.843587501Z",', "", L.REJECT_MISSING_FIELD],
  ["coinbase book update", "2026-08-09T21:05:48.843587501Z", "0001-01-01T00:00:00.000000Z", L.REJECT_TIME],
  ["coinbase book update", '"channel":"l2_data"', '"channel":"level2"', L.REJECT_UNKNOWN],
  ["coinbase book update", '"channel":"l2_data"', '"channel":"user"', L.REJECT_UNKNOWN],
  ["coinbase book update", '"channel":"l2_data"', '"channel":"ticker_batch"', 0],
  ["coinbase book update", '"channel":"l2_data"', '"channel":"status"', 0],
  ["coinbase trades", '"side":"BUY"', '"side":"buy"', L.REJECT_SIDE],
  ["coinbase trades", '"trade_id":"1068572096"', '"trade_id":"x"', L.REJECT_ID],
  ["coinbase trades", '"price":"65083.66"', '"price":"0"', L.REJECT_PRICE],
  ["coinbase trades", '"size":"0.00234361"', '"size":""', L.REJECT_SIZE],
  ["coinbase trades", /"time":"[^"]*",/, "", L.REJECT_MISSING_FIELD],
  ["coinbase trades", '"type":"update"', '"type":"match"', L.REJECT_UNKNOWN],
  ["coinbase trades", /"trades":\[.*\]\}\]/, '"trades":[]}]', 0],
  ["coinbase trades", /"trades":\[.*\]\}\]/, '"trades":[7]}]', L.REJECT_MALFORMED],
  ["coinbase ticker", '"best_bid":"1919.44",', "", L.REJECT_MISSING_FIELD],
  ["coinbase ticker", '"best_bid":"1919.44"', '"best_bid":"0"', L.REJECT_PRICE],
  ["coinbase ticker", /"tickers":\[.*\]\}\]/, '"tickers":[7]}]', L.REJECT_MALFORMED],
  ["coinbase heartbeat", '"sequence_num":35', '"sequence_num":null', L.REJECT_MISSING_FIELD],
  ["coinbase refused request", '"type":"error"', '"type":"match"', L.REJECT_UNKNOWN],
];

describeRefusals("coinbase", cases);

const decoded = (name: string, from: string | RegExp = "", to = "") => {
  const decoder = decoderOf(byName(name));
  return { decoder, ...decoder.decode(encoder.encode(byName(name).text.replace(from, to))) };
};

describe("what a message means", () => {
  test("the side is the maker's, and an update lists the newest trade first", () => {
    const { records } = decoded("coinbase trades");
    expect(records.map(({ sequence }) => sequence)).toEqual([833140779n, 1068572095n, 1068572096n]);
    expect(records.map(({ flags }) => flags)).toEqual([L.FLAG_LAST, 0, L.FLAG_SELL | L.FLAG_LAST]);
    expect(records[2].payload).toEqual([65083.66, 0.00234361, 0.00234361, 1786309548167634]);
    expect(records[2].exchangeTimeUs).toBe(1786309548251397);
  });

  test("levels of either side keep their order, two of a side in a record", () => {
    const { records } = decoded("coinbase book update");
    expect(records.map(({ flags, payload }) => [flags, ...payload])).toEqual([
      [L.FLAG_ASK | L.FLAG_SECOND, 1919.49, 0, 1919.5, 0.25],
      [0, 1919.42, 1.5, 0, 0],
      [L.FLAG_ASK | L.FLAG_LAST, 1919.51, 7, 0, 0],
    ]);
  });

  test("every message of a connection bears its number, used or not", () => {
    for (const [name, number] of [
      ["coinbase heartbeat", 35],
      ["coinbase subscriptions", 2],
      ["coinbase trades of the past", 0],
      ["coinbase book snapshot", 13],
    ] as const)
      expect(decoded(name).connectionId, name).toBe(number);
    expect(decoded("coinbase book update", '"1919.49"', '"0"').connectionId, "refused ones too").toBe(29);
    expect(decoded("coinbase refused request").connectionId, "it is none of the stream").toBeNaN();
  });

  test("events of several books are the parts of their frame", () => {
    const example = byName("coinbase book update");
    const [event] = /\{"type":"update".*\}(?=\]\}$)/.exec(example.text) ?? [""];
    const text = encoder.encode(example.text.replace(event, `${event},${event.replace("ETH-USD", "BTC-USD")}`));
    const decoder = decoderOf(example);
    for (const [part, name] of [
      [0, "ETH-USD"],
      [1, "BTC-USD"],
    ] as const) {
      decoder.context.part = part;
      const got = expectSame(decoder, L.VENUE_COINBASE, text);
      const entry = decoder.context.symbols.get(`${L.PRODUCT_SPOT}:${name}`);
      expect([got.parts, got.records[0].instrument]).toEqual([2, entry?.instrument]);
    }
  });

  test("only what surely is no book leaves the books alone when it is refused", () => {
    const mayBeBook = (...edit: [string, string | RegExp, string]) => {
      const { decoder, result } = decoded(...edit);
      expect(result).toBeLessThan(0);
      return decoder.u32[(decoder.lane + L.MESSAGE_MAY_BE_BOOK) >> 2];
    };
    expect(mayBeBook("coinbase book update", '"1919.49"', '"0"')).toBe(1);
    expect(mayBeBook("coinbase trades", '"side":"BUY"', '"side":"buy"')).toBe(0);
    expect(mayBeBook("coinbase trades", "{", "")).toBe(1);
  });
});
