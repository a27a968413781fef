// Each rule of what is refused of Kraken's frames, and the nearest thing that is not.
import * as L from "crosstick/internal/layout";
import { describe, expect, test } from "vitest";
import { expectSame } from "./comparison.js";
import { decoderOf } from "./example-frames.js";
import { byName, type Case, describeRefusals, TAKEN } from "./refusals.js";

const encoder = new TextEncoder();

const cases: Case[] = [
  ["kraken book update", "63296.7", "0", L.REJECT_PRICE],
  ["kraken book update", "63296.7", "-63296.7", L.REJECT_PRICE],
  ["kraken book update", "63296.7", "1e400", L.REJECT_PRICE],
  ["kraken book update", "63296.7", "null", L.REJECT_MISSING_FIELD],
  ["kraken book update", '"price":63296.7,', "", L.REJECT_MISSING_FIELD],
  ["kraken book update", "63296.7", '"63296.7"', TAKEN],
  ["kraken book update", "63296.7", "6.32967e4", TAKEN],
  ["kraken book update", '"qty":0.31581476', '"qty":-0.31581476', L.REJECT_SIZE],
  ["kraken book update", '"qty":0.31581476', '"qty":"x"', L.REJECT_SIZE],
  ["kraken book update", ',"qty":0.31581476', "", L.REJECT_MISSING_FIELD],
  ["kraken book update", '{"price":63296.7,"qty":0.00000000}', "7", L.REJECT_MALFORMED],
  ["kraken book update", '"asks":[]', '"asks":null', L.REJECT_MISSING_FIELD],
  ["kraken book update", '"asks":[]', '"asks":{}', L.REJECT_MALFORMED],
  ["kraken book update", ',"asks":[]', "", L.REJECT_MISSING_FIELD],
  // Nothing but the checksum proves the book.
  ["kraken book update", '"checksum":1153589921,', "", L.REJECT_MISSING_FIELD],
  ["kraken book update", "1153589921", "4294967296", L.REJECT_ID],
  ["kraken book update", "1153589921", "-1", L.REJECT_ID],
  ["kraken book update", "1153589921", "4294967295", TAKEN],
  ["kraken book update", '"2026-08-12T19:28:09.140448Z"', "1786310819526", L.REJECT_TIME],
  ["kraken book update", "2026-08-12T19:28:09.140448Z", "2026-02-29T19:28:09.140448Z", L.REJECT_TIME],
  ["kraken book update", "2026-08-12T19:28:09.140448Z", "2024-02-29T19:28:09.140448Z", TAKEN],
  ["kraken book update", "2026-08-12T19:28:09.140448Z", "2026-08-12T24:28:09Z", L.REJECT_TIME],
  ["kraken book update", "2026-08-12T19:28:09.140448Z", "2026-08-12T19:28:60Z", L.REJECT_TIME],
  ["kraken book update", "2026-08-12T19:28:09.140448Z", "2026-08-12T19:28:09.Z", L.REJECT_TIME],
  ["kraken book update", "2026-08-12T19:28:09.140448Z", "2026-08-12T19:28:09+00:00", L.REJECT_TIME],
  ["kraken book update", "2026-08-12T19:28:09.140448Z", "1969-12-31T23:59:59Z", L.REJECT_TIME],
  ["kraken book update", "2026-08-12T19:28:09.140448Z", "2026-08-12T19:28:09.1234567890Z", L.REJECT_TIME],
  ["kraken book update", "2026-08-12T19:28:09.140448Z", "2026-08-12T19:28:09.123456789Z", TAKEN],
  ["kraken book update", '"symbol":"BTC/USD"', '"symbol":"NO/BODY"', L.NEED_SYMBOL],
  ["kraken book update", '"symbol":"BTC/USD"', '"symbol":5', L.REJECT_SYMBOL],
  ["kraken book update", '"symbol":"BTC/USD",', "", L.REJECT_MISSING_FIELD],
  ["kraken book update", '"type":"update"', '"type":"delta"', L.REJECT_UNKNOWN],
  ["kraken book update", '"type":"update",', "", L.REJECT_MISSING_FIELD],
  ["kraken book update", /"data":\[.*\]\}/, '"data":[]}', 0],
  ["kraken book update", /"data":\[.*\]\}/, '"data":[7]}', L.REJECT_MALFORMED],
  ["kraken book update", /"data":\[.*\]\}/, '"data":{}}', L.REJECT_MALFORMED],
  ["kraken book update", '"channel":"book"', '"channel":"level3"', L.REJECT_UNKNOWN],
  ["kraken book update", '"channel":"book"', '"channel":"ohlc"', 0],
  ["kraken book update", '"channel":"book"', '"channel":"instrument"', 0],
  ["kraken book update", '"channel":"book"', '"channel":1', L.REJECT_UNKNOWN],
  ["kraken trade", '"side":"sell"', '"side":"Sell"', L.REJECT_SIDE],
  ["kraken trade", "63297.7", "0", L.REJECT_PRICE],
  ["kraken trade", '"trade_id":84214321', '"trade_id":1.5', L.REJECT_ID],
  ["kraken trade", '"trade_id":84214321', '"trade_id":18446744073709551615', TAKEN],
  ["kraken trade", '"trade_id":84214321,', "", L.REJECT_MISSING_FIELD],
  ["kraken trade", /,"timestamp":"[^"]*"/, "", L.REJECT_MISSING_FIELD],
  ["kraken trade", /"data":\[.*\]/, '"data":[]', 0],
  ["kraken ticker", '"bid":63297.7,', "", L.REJECT_MISSING_FIELD],
  ["kraken ticker", '"bid":63297.7', '"bid":0', L.REJECT_PRICE],
  ["kraken ticker", '"bid":63297.7,"bid_qty":5.45673101', '"bid":0,"bid_qty":0', 1],
  ["kraken ticker", '"timestamp":"2026', '"timestamp":"x', L.REJECT_TIME],
  ["kraken book subscribed", '"depth":10', '"depth":"x"', 0],
  ["kraken book subscribed", '"symbol":"BTC/USD"', '"symbol":"NO/BODY"', L.NEED_SYMBOL],
  ["kraken book subscribed", '"method":"subscribe"', '"method":"unsubscribe"', 0],
  ["kraken pong", '"method"', '"event"', L.REJECT_UNKNOWN],
];

describeRefusals("kraken", cases);

const frame = (name: string, from: string | RegExp = "", to = "") =>
  encoder.encode(byName(name).text.replace(from, to));

describe("what a message means", () => {
  test("the taker's side, and trades of two symbols as two messages", () => {
    const { records } = decoderOf(byName("kraken trade")).decode(frame("kraken trade"));
    expect(records.map(({ flags }) => flags)).toEqual([L.FLAG_SELL, L.FLAG_LAST, L.FLAG_LAST]);
    expect(records[0]).toMatchObject({ sequence: 84214321n, exchangeTimeUs: 1786562942061592 });
    expect(records[0].payload).toEqual([63297.7, 0.0021, 0.0021, 1786562942061592]);
  });

  test("a side without a price is empty", () => {
    const { records } = decoderOf(byName("kraken ticker")).decode(frame("kraken ticker without a time"));
    expect(records[0].payload).toEqual([1919.4, 5.45673101, NaN, NaN]);
    expect(records[0].exchangeTimeUs).toBeNaN();
  });

  test("a book's messages bear its checksum, and its depth once the venue has told it", () => {
    const decoder = decoderOf(byName("kraken book update"));
    expect(decoder.decode(frame("kraken book snapshot"))).toMatchObject({ checksum: 1490766955, depth: 0 });
    expect(decoder.decode(frame("kraken book subscribed")).result).toBe(0);
    expect(decoder.decode(frame("kraken book snapshot"))).toMatchObject({ class: L.CLASS_SNAPSHOT, depth: 10 });
    expect(decoder.decode(frame("kraken book subscribed", '"depth":10', '"depth":1001')).result).toBe(0);
    expect(decoder.decode(frame("kraken book update"))).toMatchObject({ class: L.CLASS_DELTA, depth: 10 });
    const { f64, lane } = decoder;
    expect(f64[(lane + L.MESSAGE_LAST_ID) >> 3], "nothing is numbered").toBeNaN();
  });

  test("several books in one frame are its parts", () => {
    const [first] = /\{"symbol".*\}(?=\]\})/.exec(byName("kraken book update").text) ?? [""];
    const second = first.replaceAll("BTC/USD", "ETH/USD").replace("1153589921", "7");
    const text = encoder.encode(byName("kraken book update").text.replace(first, `${first},${second}`));
    const decoder = decoderOf(byName("kraken book update"));
    for (const [part, instrument, checksum] of [
      [0, decoder.context.symbols.get(`${L.PRODUCT_SPOT}:BTC/USD`)?.instrument, 1153589921],
      [1, decoder.context.symbols.get(`${L.PRODUCT_SPOT}:ETH/USD`)?.instrument, 7],
    ] as const) {
      decoder.context.part = part;
      const got = expectSame(decoder, L.VENUE_KRAKEN, text);
      expect(got).toMatchObject({ parts: 2, checksum });
      expect(got.records[0].instrument).toBe(instrument);
    }
  });

  test("the older protocol is refused", () => {
    const decoder = decoderOf(byName("kraken book update"));
    for (const text of [
      '[468,{"b":[["87.6","35.02658459","1561939258.527900"]]},"book-1000","XMR/USD"]',
      '{"event":"heartbeat"}',
      '{"event":"subscriptionStatus","channelID":1665,"channelName":"trade","pair":"WAVES/EUR","status":"subscribed"}',
    ])
      expect(expectSame(decoder, L.VENUE_KRAKEN, encoder.encode(text)).result).toBe(L.REJECT_UNKNOWN);
  });

  test("only what surely is no book leaves the books alone when it is refused", () => {
    const decoder = decoderOf(byName("kraken book update"));
    const mayBeBook = (text: Uint8Array) => {
      expect(decoder.decode(text).result).toBeLessThan(0);
      return decoder.u32[(decoder.lane + L.MESSAGE_MAY_BE_BOOK) >> 2];
    };
    expect(mayBeBook(frame("kraken book update", "63296.7", "0"))).toBe(1);
    expect(mayBeBook(frame("kraken book update", "{", ""))).toBe(1);
    expect(mayBeBook(frame("kraken trade", "63297.7", "0"))).toBe(0);
    expect(mayBeBook(frame("kraken ticker", '"bid":63297.7,', ""))).toBe(0);
  });
});
