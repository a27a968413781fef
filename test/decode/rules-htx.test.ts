// HTX: each rule of what is refused, the nearest thing that is not, and what becomes of every recorded line.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rejectionName } from "crosstick/internal/feed/rejections";
import * as L from "crosstick/internal/layout";
import { resolveInstrument } from "crosstick/internal/market/symbols";
import { productName } from "crosstick/internal/market/venues";
import { describe, expect, test } from "vitest";
import { expectSame } from "./comparison.js";
import { Decoder } from "./decoder.js";
import { decoderOf, type Example } from "./example-frames.js";
import { htxExamples } from "./examples-htx.js";
import { hasRecordings, recordings } from "./recordings.js";

const encoder = new TextEncoder();
const byName = (name: string): Example => {
  const found = htxExamples.find((example) => example.name === `htx ${name}`);
  if (found === undefined) throw new Error(`no example ${name}`);
  return found;
};
const decoded = (name: string, from: string | RegExp = "", to = "") => {
  const example = byName(name);
  if (from !== "" && example.text.replace(from, to) === example.text) throw new Error(`${name} has no ${from}`);
  return expectSame(decoderOf(example), L.VENUE_HTX, encoder.encode(example.text.replace(from, to)));
};

/** Example, what to replace in it by what, and the result; NaN stands for any number of records. */
type Case = [string, string | RegExp, string, number];

const TAKEN = Number.NaN;

const cases: Case[] = [
  // Names of channels.
  ["spot mbp", "mbp.150", "mbp.0", L.REJECT_UNKNOWN],
  ["spot mbp", "mbp.150", "mbp.15000", L.REJECT_UNKNOWN],
  ["spot mbp", "mbp.150", "mbp.x", L.REJECT_UNKNOWN],
  ["spot mbp", "mbp.150", "mbp", L.REJECT_UNKNOWN],
  ["spot mbp", "mbp.150", "mbp.150.", L.REJECT_UNKNOWN],
  ["spot mbp", "mbp.150", "mbp.150.x", L.REJECT_UNKNOWN],
  ["spot mbp", "market.", "markets.", L.REJECT_UNKNOWN],
  ["spot mbp", "market.btcusdt", "market.", L.REJECT_SYMBOL],
  ["spot mbp", '"market.btcusdt.mbp.150"', "7", L.REJECT_UNKNOWN],
  ["spot mbp", "mbp.150", "kline.1min", 0],
  ["spot mbp", "mbp.150", "ticker", 0],
  ["spot mbp", "mbp.150", "detail.merged", 0],
  ["spot mbp.refresh", "refresh.20", "refresh", L.REJECT_UNKNOWN],
  ["spot depth.step0", "step0", "step1", 0],
  ["spot depth.step0", "step0", "step11", 0],
  ["spot depth.step0", "step0", "step6", TAKEN],
  ["spot depth.step0", "step0", "step20", L.REJECT_UNKNOWN],
  ["spot depth.step0", "step0", "step1.x", L.REJECT_UNKNOWN],
  ["spot depth.step0", "step0", "steps", L.REJECT_UNKNOWN],
  ["spot depth.step0", "depth.step0", "depth", L.REJECT_UNKNOWN],
  ["swap high_freq update", "high_freq", "low_freq", L.REJECT_UNKNOWN],
  ["swap high_freq update", "size_20.", "size_.", L.REJECT_UNKNOWN],
  ["swap trade.detail", "trade.detail", "trade", L.REJECT_UNKNOWN],
  ["swap basis", "basis.1min.close", "basis.1min", L.REJECT_UNKNOWN],
  ["swap basis", "basis.1min.close", "basis..close", L.REJECT_UNKNOWN],
  ["swap index", "index.1min", "index", L.REJECT_UNKNOWN],
  ["swap index", "index.1min", "premium_index.1min", 0],
  ["swap index", "index.1min", "estimated_rate.1min", 0],
  ["swap funding_rate", "funding_rate", "funding_rates", L.REJECT_UNKNOWN],
  ["swap funding_rate", "funding_rate", "contract_info", 0],
  ["swap funding_rate", "funding_rate", "heartbeat", 0],
  ["swap funding_rate", '"notify"', '"sub"', 0],
  ["swap funding_rate", '"op":"notify",', "", L.REJECT_UNKNOWN],
  ["spot mbp that was requested", "mbp.150", "kline.1min", 0],
  ["spot mbp that was requested", "mbp.150", "nothing", L.REJECT_UNKNOWN],
  // Symbols of another product of the same venue.
  ["spot mbp", "market.btcusdt", "market.BTC-USDT", L.REJECT_WRONG_PRODUCT],
  ["spot mbp", "market.btcusdt", "market.BTC_CW", L.REJECT_WRONG_PRODUCT],
  ["swap bbo", /market\.BTC-USDT\./g, "market.BTC-USDT-261225.", L.REJECT_WRONG_PRODUCT],
  ["swap bbo", "market.BTC-USDT", "market.btcusdt", L.REJECT_WRONG_PRODUCT],
  ["swap bbo", "market.BTC-USDT", "market.BTC-USDT-201204-C-17000", L.REJECT_WRONG_PRODUCT],
  ["futures trade.detail", "BTC-USDT-261225", "BTC-USDT", L.REJECT_WRONG_PRODUCT],
  ["futures trade.detail", "BTC-USDT-261225", "BTC-USDT-201204-C-17000", L.REJECT_WRONG_PRODUCT],
  ["futures trade.detail", "BTC-USDT-261225", "BTC261225", TAKEN],
  // Books.
  ["spot mbp", '"prevSeqNum":109409288160,', "", L.REJECT_MISSING_FIELD],
  ["spot mbp", '"seqNum":109409288204,', "", L.REJECT_MISSING_FIELD],
  ["spot mbp", "109409288204", "9007199254740993", L.REJECT_ID],
  ["spot mbp", "109409288160", "-1", L.REJECT_ID],
  ["spot mbp", "9134.4,", "0,", L.REJECT_PRICE],
  ["spot mbp", "9134.4,", "-9134.4,", L.REJECT_PRICE],
  ["spot mbp", "0.164064", "-0.1", L.REJECT_SIZE],
  ["spot mbp", "[9134.4,0.164064]", "[9134.4]", L.REJECT_MALFORMED],
  ["spot mbp", /"asks":\[.*?\]\]/, '"asks":{}', L.REJECT_MALFORMED],
  ["spot mbp", /"asks":\[.*?\]\],/, "", TAKEN],
  ["spot mbp", /"bids":\[.*?\]\]/, '"bids":null', TAKEN],
  ["spot mbp", '"ts":1593561600901', '"ts":15935616009', L.REJECT_TIME],
  ["spot mbp", '"ts":1593561600901,', "", L.REJECT_MISSING_FIELD],
  ["spot mbp", '"tick":', '"tack":', L.REJECT_MISSING_FIELD],
  ["spot mbp that was requested", '"seqNum":109409288160', '"seqNum":null', L.REJECT_MISSING_FIELD],
  ["spot depth.step0", '"ts":1572911920067', '"update":true,"ts":1572911920067', L.REJECT_UNKNOWN],
  ["spot depth.step0", '"ts":1572911920067', '"update":false,"ts":1572911920067', TAKEN],
  ["spot depth.step0", '"version":100033171703,', "", L.REJECT_MISSING_FIELD],
  ["swap high_freq update", '"event":"update"', '"event":"delta"', L.REJECT_UNKNOWN],
  ["swap high_freq update", '"event":"update"', '"event":1', L.REJECT_UNKNOWN],
  ["swap high_freq update", '"event":"update",', "", L.REJECT_MISSING_FIELD],
  ["swap high_freq update", '"version":23596415', '"version":1.5', L.REJECT_ID],
  // The best bid and offer.
  ["spot bbo", '"askSize":2.323241,', "", L.REJECT_MISSING_FIELD],
  ["spot bbo", '"bid":7541.16,', "", TAKEN],
  ["spot bbo", '"bid":7541.16', '"bid":null', TAKEN],
  ["spot bbo", '"bid":7541.16', '"bid":0', L.REJECT_PRICE],
  ["spot bbo", '"seqId":103273695595,', "", TAKEN],
  ["swap bbo", '"bid":[47176.5,1]', '"bid":[]', TAKEN],
  ["swap bbo", '"bid":[47176.5,1]', '"bid":[47176.5]', L.REJECT_MALFORMED],
  // Trades.
  ["spot trade.detail", '"direction":"sell"', '"direction":""', L.REJECT_SIDE],
  ["spot trade.detail", '"direction":"sell"', '"direction":"SELL"', L.REJECT_SIDE],
  ["spot trade.detail", '"price":63349.89', '"price":0', L.REJECT_PRICE],
  ["spot trade.detail", '"amount":0.004682,', "", L.REJECT_MISSING_FIELD],
  ["spot trade.detail", /"data":\[.*\]/, '"data":[]', 0],
  ["spot trade.detail", /"data":\[.*\]/, '"data":[1]', L.REJECT_MALFORMED],
  // Prices and rates.
  ["swap mark_price", '"close":"13114.72"', '"close":"0"', L.REJECT_PRICE],
  ["swap basis", '"index_price":"19695.41"', '"index_price":""', L.REJECT_PRICE],
  ["swap funding_rate", '"funding_rate":"0.000100000000000000"', '"funding_rate":""', L.REJECT_MALFORMED],
  ["swap funding_rate", '"contract_code":"BTC-USDT"', '"contract_code":7', L.REJECT_SYMBOL],
  ["swap funding_rate", '"contract_code":"BTC-USDT",', "", L.REJECT_MISSING_FIELD],
  ["swap funding_rate", '"1592913600000"', '"soon"', L.REJECT_TIME],
  ["swap funding_rate", '"1592913600000"', '""', TAKEN],
  ["swap liquidation_orders", '"offset":"close"', '"offset":"open"', L.REJECT_SIDE],
  ["swap liquidation_orders", '"direction":"sell"', '"direction":"long"', L.REJECT_SIDE],
  ["swap liquidation_orders", '"price":23350.5', '"price":0', L.REJECT_PRICE],
  ["swap open interest by HTTP", '"amount":17841.411298728373,', "", L.REJECT_MISSING_FIELD],
  ["swap open interest by HTTP", '"volume":1711705', '"volume":-1', L.REJECT_SIZE],
  ["swap open interest by HTTP", '"volume":1711705', '"direction":"sell","volume":1711705', 0],
];

describe("rules of HTX", () => {
  test.each(cases)("%s: %s -> %s", (name, from, to, result) => {
    const got = decoded(name, from, to).result;
    if (Number.isNaN(result)) expect(got).toBeGreaterThan(0);
    else expect(got).toBe(result);
  });

  test.each([
    ['{"ping":1786563031344}', 0],
    ['{"op":"ping","ts":"1492420473058"}', 0],
    ['{"op":"close","ts":1492420473058}', 0],
    ['{"op":"sub","cid":"1","topic":"public.BTC-USDT.funding_rate","ts":1606780803260,"err-code":0}', 0],
    ['{"id":"1","status":"ok","subbed":"market.btcusdt.trade.detail","ts":1786563030969}', 0],
    ['{"status":"error","ts":1606780803260,"id":"1","err-code":"bad-request","err-msg":"invalid symbol"}', 0],
    ['{"status":"ok","data":1629715504949}', 0],
    ['{"status":"ok","data":[],"ts":1629715504949}', 0],
    ['{"status":"ok","data":[{"symbol":"BTC","contract_code":"BTC-USDT","contract_size":0.001}],"ts":1}', 0],
    ["{}", L.REJECT_UNKNOWN],
    ["[]", L.REJECT_UNKNOWN],
    ['{"ts":1629715504949}', L.REJECT_UNKNOWN],
  ])("%s", (text, result) => {
    for (const product of [L.PRODUCT_SPOT, L.PRODUCT_SWAP, L.PRODUCT_FUTURES]) {
      const decoder = decoderOf({ venue: L.VENUE_HTX, product });
      expect(expectSame(decoder, L.VENUE_HTX, encoder.encode(text)).result).toBe(result);
    }
  });
});

describe("what HTX's messages say", () => {
  test("ids of trades are exact: tradeId, else an id of 64 bits, else that of the match", () => {
    const ids = (name: string, from = "", to = "") => decoded(name, from, to).records.map(({ sequence }) => sequence);
    expect(ids("spot trade.detail")).toEqual([103627281664n, 103627281665n]);
    expect(ids("spot trade.detail", "103627281664", "9007199254740993")[0]).toBe(9007199254740993n);
    expect(ids("spot trade.detail of 2019")).toEqual([100201717928n]);
    expect(ids("swap trade.detail", "743774723480000", "18446744073709551615")[0]).toBe(18446744073709551615n);
  });

  test("contracts become coins by their size, or by the price where they are of dollars", () => {
    const [trade] = decoded("futures trade.detail").records;
    expect(trade.payload).toEqual([19425, 0.002, 2, 1666114554480000]);
    const [inverse] = decoded("swap trade.detail").records;
    expect(inverse.payload.slice(0, 3)).toEqual([0.00002783, 200 / 0.00002783, 2]);
    expect(decoded("swap bbo").records[0].payload).toEqual([47176.5, 0.001, 47176.6, 9249 * 0.001]);
  });

  test("a sale liquidates a long, at the price of bankruptcy", () => {
    const { records } = decoded("swap liquidation_orders");
    expect(records.map(({ flags }) => flags & L.FLAG_SELL)).toEqual([0, L.FLAG_SELL]);
    expect(records[0].payload).toEqual([23350.5, 0.227, 227, L.LIQUIDATION_PRICE_BANKRUPTCY]);
  });

  test("the next payment is one that lies ahead; a forecast that is gone is none", () => {
    const { records } = decoded("swap funding_rate of two contracts");
    expect(records.map(({ payload }) => payload)).toEqual([
      [-0.000220068774978695, NaN, NaN, NaN],
      [0.0001, NaN, 1606809600000000, NaN],
    ]);
    expect(decoded("swap funding_rate").records[0].payload[3]).toBe(0.000113655663368468);
  });

  test("open interest in coins and in quote currency", () => {
    expect(decoded("swap open interest as Tardis writes it").records[0].payload.slice(0, 2)).toEqual([
      3063121 * 0.001,
      60398313.5659,
    ]);
    expect(decoded("swap open interest by HTTP").records[0].payload.slice(0, 2)).toEqual([
      17841.411298728373, 171170500,
    ]);
  });

  test("images are another channel than changes of as many levels", () => {
    expect(decoded("spot mbp.refresh")).toMatchObject({ class: L.CLASS_IMAGE, depth: 65536 + 20 });
    expect(decoded("spot depth.step0")).toMatchObject({ class: L.CLASS_IMAGE, depth: 65536 + 150 });
    expect(decoded("spot mbp")).toMatchObject({ class: L.CLASS_DELTA, depth: 150, previousId: 109409288160 });
    expect(decoded("spot mbp that was requested")).toMatchObject({ class: L.CLASS_SNAPSHOT, lastId: 109409288160 });
  });

  test("quantities of an unknown contract size are refused", () => {
    for (const name of ["swap bbo", "swap high_freq update", "swap trade.detail", "swap open interest by HTTP"]) {
      const decoder = new Decoder(L.VENUE_HTX, L.PRODUCT_SWAP);
      for (const symbol of ["BTC-USDT", "BTC-USD"]) decoder.add(symbol, L.UNIT_UNKNOWN, NaN);
      expect(expectSame(decoder, L.VENUE_HTX, encoder.encode(byName(name).text)).result).toBe(L.REJECT_CONTRACT_SIZE);
    }
  });
});

/** Of every line of a collection: the kind of its first record, `-` for one that is not used, or why it is refused. */
const fates: { file: string; product: number; lines: string }[] = [
  // Acknowledgements, pings and figures of the day are not used.
  {
    file: "ccxt_static_ws/htx_spot_btcusdt_20260812.jsonl",
    product: L.PRODUCT_SPOT,
    lines: "- trade - trade - - - - -",
  },
  // Derivatives of 2019 (BTC_CW, BCH_CQ) are another product; `update` without a number is a retired shape that nothing proves.
  {
    file: "tardis_node_messages/huobi.jsonl",
    product: L.PRODUCT_SPOT,
    lines:
      "- - wrong-product wrong-product unknown snapshot trade trade unknown snapshot trade trade unknown wrong-product wrong-product depth depth depth depth depth snapshot depth bbo bbo",
  },
  // A name that means another contract each week (BTC_CW) has no contract size of its own.
  {
    file: "tardis_node_messages/huobi.jsonl",
    product: L.PRODUCT_FUTURES,
    lines:
      "- - contract-size-unknown contract-size-unknown unknown wrong-product wrong-product wrong-product unknown wrong-product wrong-product wrong-product unknown contract-size-unknown contract-size-unknown wrong-product wrong-product wrong-product wrong-product wrong-product wrong-product wrong-product wrong-product wrong-product",
  },
  // The last trade names no side.
  {
    file: "tardis_node_messages/huobi-dm-linear-swap.jsonl",
    product: L.PRODUCT_SWAP,
    lines: "- - trade trade depth mark interest funding liquidation bbo side",
  },
  // Inverse perpetuals, of the same product as the linear ones.
  {
    file: "tardis_node_messages/huobi-dm-swap.jsonl",
    product: L.PRODUCT_SWAP,
    lines: "- - trade trade depth mark interest funding liquidation liquidation bbo",
  },
  // Prices and emptiness need no contract size, quantities by a weekly name are refused, dated names are taken.
  {
    file: "tardis_node_messages/huobi-dm.jsonl",
    product: L.PRODUCT_FUTURES,
    lines:
      "snapshot contract-size-unknown mark interest - liquidation - liquidation liquidation contract-size-unknown contract-size-unknown",
  },
  // HTX has no options any more: their names are no product's, their channels unknown.
  {
    file: "tardis_node_messages/huobi-dm-options.jsonl",
    product: L.PRODUCT_SWAP,
    lines: "wrong-product wrong-product wrong-product wrong-product unknown unknown",
  },
  {
    file: "tardis_node_messages/huobi-dm-options.jsonl",
    product: L.PRODUCT_FUTURES,
    lines: "wrong-product wrong-product wrong-product wrong-product unknown unknown",
  },
];

const kindNames = new Map([
  [L.KIND_BBO, "bbo"],
  [L.KIND_TRADE, "trade"],
  [L.KIND_DEPTH, "depth"],
  [L.KIND_SNAPSHOT, "snapshot"],
  [L.KIND_MARK, "mark"],
  [L.KIND_FUNDING, "funding"],
  [L.KIND_OPEN_INTEREST, "interest"],
  [L.KIND_LIQUIDATION, "liquidation"],
]);

describe.skipIf(!hasRecordings)("every line of the collections has its fate", () => {
  test.each(fates)("$file as product $product", ({ file, product, lines }) => {
    const decoder = new Decoder(L.VENUE_HTX, product);
    const got = readFileSync(join(recordings, file), "utf8")
      .trim()
      .split("\n")
      .map((line) => {
        const entry = JSON.parse(line);
        const text = entry.message === undefined ? line : JSON.stringify(entry.message);
        const frame = encoder.encode(text);
        while (decoder.decode(frame).result === L.NEED_SYMBOL) {
          const name = decoder.neededSymbol();
          const { unitCode, contractSize } = resolveInstrument("htx", productName(product), name);
          decoder.add(name, unitCode, contractSize ?? NaN);
        }
        const { result, records } = expectSame(decoder, L.VENUE_HTX, frame);
        return result === 0 ? "-" : result < 0 ? rejectionName(result) : (kindNames.get(records[0].kind) ?? "?");
      });
    expect(got.join(" ")).toBe(lines);
  });
});
