// Each rule of what is refused, and the nearest thing that is not. A rule that is taken out turns a line red.
import * as L from "crosstick/internal/layout";
import { describe, expect, test } from "vitest";
import { expectSame } from "./comparison.js";
import { decoderOf } from "./example-frames.js";
import { byName, type Case, describeRefusals, TAKEN } from "./refusals.js";

const encoder = new TextEncoder();
const binance: Case[] = [
  // Prices: finite and above 0.
  ["binance spot depth", "61730.17000000", "0.00000000", L.REJECT_PRICE],
  ["binance spot depth", "61730.17000000", "-61730.17", L.REJECT_PRICE],
  ["binance spot depth", "61730.17000000", "1e400", L.REJECT_PRICE],
  ["binance spot depth", "61730.17000000", "1e-400", L.REJECT_PRICE],
  ["binance spot depth", "61730.17000000", "NaN", L.REJECT_PRICE],
  ["binance spot depth", "61730.17000000", "Infinity", L.REJECT_PRICE],
  ["binance spot depth", "61730.17000000", "0x10", L.REJECT_PRICE],
  ["binance spot depth", "61730.17000000", "", L.REJECT_PRICE],
  ["binance spot depth", "61730.17000000", " 5", L.REJECT_PRICE],
  ["binance spot depth", "61730.17000000", "5 ", L.REJECT_PRICE],
  ["binance spot depth", "61730.17000000", ".5", L.REJECT_PRICE],
  ["binance spot depth", "61730.17000000", "5.", L.REJECT_PRICE],
  ["binance spot depth", "61730.17000000", "+5", L.REJECT_PRICE],
  ["binance spot depth", "61730.17000000", "1_000", L.REJECT_PRICE],
  ["binance spot depth", "61730.17000000", "6.17.3", L.REJECT_PRICE],
  ["binance spot depth", '"61730.17000000"', "null", L.REJECT_PRICE],
  ["binance spot depth", '"61730.17000000"', "true", L.REJECT_PRICE],
  ["binance spot depth", "61730.17000000", "1e-5", TAKEN],
  ["binance spot depth", '"61730.17000000"', "6.173017E+4", TAKEN],
  ["binance spot depth", "61730.17000000", "61730.170000000000000000000000000001", TAKEN],
  ["binance spot depth", "61730.17000000", "123456789012345678901234567890", TAKEN],
  // Sizes: finite and not negative.
  ["binance spot depth", '"1.54698000"', '"-1.5"', L.REJECT_SIZE],
  ["binance spot depth", '"1.54698000"', '"-0"', L.REJECT_SIZE],
  ["binance spot depth", '"1.54698000"', "-0", L.REJECT_SIZE],
  ["binance spot depth", '"1.54698000"', '"NaN"', L.REJECT_SIZE],
  ["binance spot depth", '"1.54698000"', '"1e400"', L.REJECT_SIZE],
  ["binance spot depth", '"1.54698000"', "null", L.REJECT_SIZE],
  ["binance spot depth", '"1.54698000"', '"1000000.00000000"', TAKEN],
  ["binance spot depth", '"1.54698000"', "0", TAKEN],
  ["binance coinm depth", '"1001"', '"1e308"', L.REJECT_SIZE],
  ["binance coinm bookTicker", '"B":"35"', '"B":"1e308"', L.REJECT_SIZE],
  // Levels: a price and a size at least.
  ["binance spot depth", '["61839.85000000","0.00000000"]', '["61839.85"]', L.REJECT_MALFORMED],
  ["binance spot depth", '["61839.85000000","0.00000000"]', "[]", L.REJECT_MALFORMED],
  ["binance spot depth", '["61839.85000000","0.00000000"]', '"61839.85"', L.REJECT_MALFORMED],
  ["binance spot depth", '["61839.85000000","0.00000000"]', '["61839.85","0",[]]', TAKEN],
  // Ids of a book: integers up to 2^53.
  ["binance spot depth", "50093239202", "9007199254740993", L.REJECT_ID],
  ["binance spot depth", "50093239202", "-1", L.REJECT_ID],
  ["binance spot depth", "50093239202", "1.5", L.REJECT_ID],
  ["binance spot depth", "50093239202", "5e10", L.REJECT_ID],
  ["binance spot depth", "50093239189", '"x"', L.REJECT_ID],
  ["binance spot depth", "50093239202", "9007199254740992", TAKEN],
  ["binance spot depth", "50093239202", '"50093239202"', TAKEN],
  ["binance usdm depth, bare", "5123107831937", "9007199254740993", L.REJECT_ID],
  ["binance spot snapshot", "50093239218", "9007199254740993", L.REJECT_ID],
  // Ids of trades: up to 2^64 - 1, exact.
  ["binance spot trade", "3735683259", "18446744073709551616", L.REJECT_ID],
  ["binance spot trade", "3735683259", "18446744073709551615", TAKEN],
  ["binance spot trade", "3735683259", "9007199254740993", TAKEN],
  ["binance spot trade", "3735683259", "null", L.REJECT_MISSING_FIELD],
  // Times: ms or µs.
  ["binance spot trade", '"E":1723161255343', '"E":172316125534', L.REJECT_TIME],
  ["binance spot trade", '"E":1723161255343', '"E":17231612553430', L.REJECT_TIME],
  ["binance spot trade", '"E":1723161255343', '"E":0', L.REJECT_TIME],
  ["binance spot trade", '"E":1723161255343', '"E":1723161255343.5', L.REJECT_TIME],
  ["binance spot trade", '"E":1723161255343', '"E":-1723161255343', L.REJECT_TIME],
  ["binance spot trade", '"E":1723161255343', '"E":1723161255343000000', L.REJECT_TIME],
  ["binance spot trade", '"E":1723161255343', '"E":1723161255343123', TAKEN],
  ["binance spot trade", '"T":1723161255342', '"T":"x"', L.REJECT_TIME],
  ["binance usdm bookTicker", '"E":1723161256314', '"E":1', L.REJECT_TIME],
  // Required fields.
  ["binance spot depth", '"U":50093239189,', "", L.REJECT_MISSING_FIELD],
  ["binance spot depth", '"u":50093239202,', "", L.REJECT_MISSING_FIELD],
  ["binance spot depth", '"E":1723161255208,', "", L.REJECT_MISSING_FIELD],
  ["binance spot depth", '"s":"BTCUSDT",', "", L.REJECT_MISSING_FIELD],
  ["binance spot depth", /,"a":.*?\]\]/, "", L.REJECT_MISSING_FIELD],
  ["binance spot depth", /"b":.*?\]\],/, '"b":null,', L.REJECT_MISSING_FIELD],
  ["binance spot depth", /"b":.*?\]\],/, '"b":{},', L.REJECT_MALFORMED],
  ["binance spot trade", ',"m":true', "", L.REJECT_MISSING_FIELD],
  ["binance spot trade", ',"T":1723161255342', "", L.REJECT_MISSING_FIELD],
  ["binance spot trade", '"p":"61837.63000000",', "", L.REJECT_MISSING_FIELD],
  ["binance usdm forceOrder", '"ap":"4706.04",', '"ap":"0",', TAKEN],
  ["binance usdm forceOrder", '"p":"4793.91","ap":"4706.04"', '"ap":"0"', L.REJECT_MISSING_FIELD],
  ["binance usdm forceOrder", ',"z":"0.014"', "", TAKEN],
  ["binance usdm forceOrder", '"q":"0.014",', "", TAKEN],
  ["binance usdm forceOrder", ',"z":"0.014"', ',"z":"-1"', L.REJECT_SIZE],
  ["binance usdm forceOrder", '"o":{', '"o":7,"x":{', L.REJECT_MALFORMED],
  // Sides.
  ["binance spot trade", '"m":true', '"m":1', L.REJECT_SIDE],
  ["binance usdm forceOrder", '"S":"BUY"', '"S":"HOLD"', L.REJECT_SIDE],
  ["binance usdm forceOrder", '"S":"BUY"', '"S":1', L.REJECT_SIDE],
  // Excluded trades may be of nothing, market trades may not.
  ["binance usdm trade of the insurance fund", "INSURANCE_FUND", "MARKET", L.REJECT_PRICE],
  ["binance usdm trade of the insurance fund", '"INSURANCE_FUND"', "1", L.REJECT_MALFORMED],
  ["binance usdm trade of the insurance fund", '"p":"0"', '"p":"-1"', L.REJECT_PRICE],
  // A touch without one side, and a size at no price.
  ["binance spot bookTicker", '"b":"61837.63000000","B":"3.78826000"', '"b":"0.00","B":"0.00"', 1],
  ["binance spot bookTicker", "61837.63000000", "0.00", L.REJECT_PRICE],
  // Products that can be told apart.
  ["binance spot depth", '"b":', '"pu":1,"b":', L.REJECT_WRONG_PRODUCT],
  ["binance usdm depth, bare", '"pu":5123107831937,', "", L.REJECT_WRONG_PRODUCT],
  ["binance usdm trade", '"t":', '"ps":"BTCUSD","t":', L.REJECT_WRONG_PRODUCT],
  ["binance usdm snapshot, pretty", '"bids"', '"pair":"BTCUSD","bids"', L.REJECT_WRONG_PRODUCT],
  ["binance usdm forceOrder", '"S":"BUY"', '"ps":"BTCUSD","S":"BUY"', L.REJECT_WRONG_PRODUCT],
  // Names.
  ["binance spot trade", '"s":"BTCUSDT"', '"s":"NOBODY"', L.NEED_SYMBOL],
  ["binance spot trade", '"s":"BTCUSDT"', '"s":"btcusdt"', L.NEED_SYMBOL],
  ["binance spot trade", '"s":"BTCUSDT"', '"s":""', L.REJECT_SYMBOL],
  ["binance spot trade", '"s":"BTCUSDT"', '"s":5', L.REJECT_SYMBOL],
  ["binance spot trade", '"s":"BTCUSDT"', '"s":"BTC\\"USDT"', L.REJECT_SYMBOL],
  ["binance spot trade", '"s":"BTCUSDT"', `"s":"${"X".repeat(49)}"`, L.REJECT_SYMBOL],
  ["binance spot trade", '"s":"BTCUSDT"', `"s":"${"X".repeat(48)}"`, L.NEED_SYMBOL],
  ["binance spot trade", '"s":"BTCUSDT"', '"s":"\\u0042TCUSDT"', TAKEN],
  // Channels and shapes.
  ["binance spot trade", '"e":"trade"', '"e":"trades"', L.REJECT_UNKNOWN],
  ["binance spot trade", '"e":"trade"', '"e":1', L.REJECT_UNKNOWN],
  ["binance spot depth", "btcusdt@depth@100ms", "btcusdt@depth20@100ms", 0],
  ["binance usdm markPrice of all symbols", '"e":"markPriceUpdate"', '"e":"kline"', 1],
  ["binance usdm markPrice of all symbols", /\[.*\]/, "[1]", L.REJECT_UNKNOWN],
  ["binance usdm markPrice", '"p":"28147.27373413"', '"p":"0"', L.REJECT_PRICE],
  ["binance usdm markPrice", '"r":"-0.00002754"', '"r":"x"', L.REJECT_MALFORMED],
  ["binance usdm markPrice", '"i":"28159.75642857"', '"i":"0"', 2],
  ["binance usdm markPrice", '"T":1680652800000', '"T":5', L.REJECT_TIME],
  ["binance usdm openInterest", "26286.181", "-1", L.REJECT_SIZE],
  ["binance usdm fundingInfo", '"fundingIntervalHours":4', '"fundingIntervalHours":0', L.REJECT_MALFORMED],
  ["binance usdm fundingInfo", '"fundingIntervalHours":4', '"fundingIntervalHours":null', L.REJECT_MISSING_FIELD],
  ["binance usdm fundingInfo", '"fundingIntervalHours":4', '"fundingIntervalHours":"4"', TAKEN],
  ["binance usdm fundingInfo", '"symbol":"ETHUSDT",', "", L.REJECT_MISSING_FIELD],
  ["binance usdm fundingInfo", '"symbol":"ETHUSDT"', '"symbol":7', L.REJECT_SYMBOL],
  ["binance usdm fundingInfo", ",{", ",7,{", L.REJECT_MALFORMED],
];

const bybit: Case[] = [
  ["bybit orderbook.200 delta", "65095.30", "0", L.REJECT_PRICE],
  ["bybit orderbook.200 delta", '"0.005"', '"-0.005"', L.REJECT_SIZE],
  ["bybit orderbook.200 delta", '"ts":1786310818130', '"ts":"1786310818130"', TAKEN],
  ["bybit orderbook.200 delta", '"ts":1786310818130', '"ts":"x"', L.REJECT_TIME],
  ["bybit orderbook.200 delta", '"u":15076953', '"u":9007199254740993', L.REJECT_ID],
  ["bybit orderbook.200 delta", '"u":15076953,', "", L.REJECT_MISSING_FIELD],
  ["bybit orderbook.200 delta", '"type":"delta",', "", L.REJECT_MISSING_FIELD],
  ["bybit orderbook.200 delta", '"type":"delta"', '"type":"partial"', L.REJECT_UNKNOWN],
  ["bybit orderbook.200 delta", '"s":"BTCUSDT"', '"s":"ETHUSDT"', L.REJECT_SYMBOL],
  ["bybit orderbook.200 delta", '"data":{', '"data":[],"x":{', L.REJECT_MALFORMED],
  ["bybit orderbook.200 delta", "orderbook.200.", "orderbook.0.", L.REJECT_UNKNOWN],
  ["bybit orderbook.200 delta", "orderbook.200.", "orderbook.123456.", L.REJECT_UNKNOWN],
  ["bybit orderbook.200 delta", "orderbook.200.", "orderbook.", L.REJECT_UNKNOWN],
  ["bybit orderbook.200 delta", "orderbook.200.", "orderbook.rpi.", 0],
  ["bybit orderbook.200 delta", "orderbook.200.", "orderbook.full.", 0],
  ["bybit orderbook.200 delta", "orderbook.200.", "orderBookL2_25.", L.REJECT_UNKNOWN],
  ["bybit orderbook.200 delta", "orderbook.200.", "instrument_info.100ms.", L.REJECT_UNKNOWN],
  ["bybit orderbook.200 delta", "orderbook.200.", "kline.1.", 0],
  ["bybit orderbook.200 delta", "orderbook.200.", "liquidation.", 0],
  ["bybit orderbook.1 delta", "27991.70", "-1", L.REJECT_PRICE],
  ["bybit orderbook.1 delta", '["27991.70","0.777"]', "[1]", L.REJECT_MALFORMED],
  ["bybit publicTrade", '"p":"65114.20"', '"p":"0"', L.REJECT_PRICE],
  ["bybit publicTrade", '"v":"1.30"', '"v":"-1.30"', L.REJECT_SIZE],
  ["bybit publicTrade", '"S":"Buy"', '"S":"BUY"', L.REJECT_SIDE],
  ["bybit publicTrade", '"BT":false', '"BT":"false"', L.REJECT_SIDE],
  ["bybit publicTrade", '"BT":false,', "", TAKEN],
  ["bybit publicTrade", '"seq":753843954914', '"seq":"x"', L.REJECT_ID],
  ["bybit publicTrade", ',"seq":753843954914', "", TAKEN],
  ["bybit publicTrade", /"i":"4d[^"]*"/, '"i":"18446744073709551615"', TAKEN],
  ["bybit publicTrade", /"i":"4d[^"]*"/, '"i":"18446744073709551616"', TAKEN],
  ["bybit publicTrade", /"data":\[.*\]/, '"data":[]', 0],
  ["bybit publicTrade", /"data":\[.*\]/, '"data":[7]', L.REJECT_MALFORMED],
  ["bybit publicTrade", '"T":1786310819680', '"T":1', L.REJECT_TIME],
  ["bybit allLiquidation", '"T":1740480207110', '"T":1', L.REJECT_TIME],
  ["bybit allLiquidation", '"S":"Sell"', '"S":"Short"', L.REJECT_SIDE],
  ["bybit allLiquidation", '"p":"0.02456"', '"p":"0"', L.REJECT_PRICE],
  ["bybit allLiquidation", '"v":"2846"', '"v":""', L.REJECT_SIZE],
  ["bybit tickers", '"markPrice":"65117.44"', '"markPrice":"0"', L.REJECT_PRICE],
  ["bybit tickers", '"markPrice":"65117.44"', '"markPrice":""', TAKEN],
  ["bybit tickers", '"indexPrice":"65137.76"', '"indexPrice":"0"', TAKEN],
  ["bybit tickers", '"openInterest":"59891.732"', '"openInterest":"-1"', L.REJECT_SIZE],
  ["bybit tickers", '"fundingRate":"-0.0001"', '"fundingRate":"NaN"', L.REJECT_MALFORMED],
  ["bybit tickers", '"nextFundingTime":"1786320000000"', '"nextFundingTime":"0"', TAKEN],
  ["bybit tickers", '"nextFundingTime":"1786320000000"', '"nextFundingTime":"7"', L.REJECT_TIME],
  ["bybit tickers", '"symbol":"BTCUSDT",', "", L.REJECT_MISSING_FIELD],
  ["bybit spot tickers", '"symbol":"BTCUSDT"', '"symbol":"NOBODY"', 0],
  ["bybit option tickers", '"bidSize":"10"', '"bidSize":"-10"', L.REJECT_SIZE],
  ["bybit option tickers", '"bidPrice":"0.34"', '"bidPrice":"0"', L.REJECT_PRICE],
  ["bybit option tickers", '"bidPrice":"0.34"', '"bidPrice":"-1"', L.REJECT_PRICE],
  ["bybit option tickers", '"bidIv":"0.6004"', '"bidIv":"x"', L.REJECT_PRICE],
  ["bybit option tickers", '"bidIv":"0.6004",', "", 6],
  ["bybit option tickers", '"delta":"0.42723543"', '"delta":"NaN"', L.REJECT_MALFORMED],
  ["bybit option tickers", '"delta":"0.42723543"', '"delta":""', 6],
  ["bybit option tickers", '"openInterest":"20"', '"openInterest":"-1"', L.REJECT_SIZE],
  ["bybit option tickers", '"volume24h":"10"', '"volume24h":null', 6],
  ["bybit option tickers", '"symbol":"SOL-28APR23-30-C",', "", L.REJECT_MISSING_FIELD],
  ["bybit option tickers", '"ts":1680652810254,', "", L.REJECT_MISSING_FIELD],
  ["bybit option acknowledgement", '"success":true,', "", L.REJECT_UNKNOWN],
  ["bybit acknowledgement", '"success":true,', "", 0],
  ["bybit acknowledgement", '"op"', '"nothing"', 0],
];

describeRefusals("binance", binance);
describeRefusals("bybit", bybit);

const decoded = (name: string, from = "", to = "") => {
  const example = byName(name);
  return decoderOf(example).decode(encoder.encode(example.text.replace(from, to)));
};

describe("what a message means", () => {
  test("who lost in a liquidation", () => {
    // Binance: side of the order; Bybit: side of the position.
    expect(decoded("binance usdm forceOrder").records[0].flags & L.FLAG_SELL).toBe(L.FLAG_SELL);
    expect(decoded("binance coinm forceOrder").records[0].flags & L.FLAG_SELL).toBe(0);
    expect(decoded("bybit allLiquidation").records.map(({ flags }) => flags & L.FLAG_SELL)).toEqual([L.FLAG_SELL, 0]);
  });

  test("an option ticker tells the touch, the mark, volatilities, greeks, open interest and the day", () => {
    const { records } = decoded("bybit option tickers");
    expect(records.map(({ kind, payload }) => [kind, ...payload])).toEqual([
      [L.KIND_BBO, 0.34, 10, NaN, NaN],
      [L.KIND_MARK, 1.99054639, 20.93, NaN, NaN],
      [L.KIND_VOLATILITY, 0.6004, NaN, 1.4674, 20.95],
      [L.KIND_GREEKS, 0.42723543, 0.0505193, 0.02075941, -0.06527514],
      [L.KIND_OPEN_INTEREST, 20, NaN, NaN, NaN],
      [L.KIND_DAY, 10, 211.8, NaN, NaN],
    ]);
    expect(records.map(({ flags }) => flags & L.FLAG_LAST)).toEqual([0, 0, 0, 0, 0, L.FLAG_LAST]);
  });

  test("a live lane passes over trades of options that nobody follows", () => {
    const example = byName("bybit option publicTrade of two symbols");
    const decoder = decoderOf(example);
    const frame = encoder.encode(example.text.replace("BTC-28APR23-29500-C", "BTC-28APR23-31000-C"));
    expect(decoder.decode(frame).result).toBe(L.NEED_SYMBOL);
    decoder.u8[decoder.lane + L.MESSAGE_KNOWN_ONLY] = 1;
    decoder.context.knownOnly = true;
    expect(expectSame(decoder, example.venue, frame).result).toBe(1);
  });

  test("hours between fundings: as Binance lists them, else its default, of perpetuals alone", () => {
    const hours = (name: string) => decoded(name).records.map(({ instrument, payload }) => [instrument, payload[1]]);
    const names = ["BTCUSDT", "ETHUSDT", "BTCUSD_PERP", "BTCUSD", "SOL-28APR23-30-C", "BTC-28APR23-29500-C"];
    const isOne = (name: string) => !name.includes("_") && name !== "ETHUSDT";
    const others = names.flatMap((name, index) => (isOne(name) ? [[index, 8]] : []));
    expect(hours("binance usdm fundingInfo")).toEqual([[1, 4], ...others]);
    expect(hours("binance coinm fundingInfo")).toEqual([[2, 8]]);
    expect(decoded("binance usdm fundingInfo").records[0].flags).toBe(L.FLAG_LAST);
  });

  test("who took", () => {
    expect(decoded("binance spot trade").records[0].flags & L.FLAG_SELL).toBe(L.FLAG_SELL);
    expect(decoded("binance usdm trade").records[0].flags & L.FLAG_SELL).toBe(0);
    expect(decoded("bybit publicTrade").records.map(({ flags }) => flags & L.FLAG_SELL)).toEqual([L.FLAG_SELL, 0]);
  });

  test("trades that are no market trades are flagged", () => {
    expect(decoded("binance usdm trade").records[0].flags & L.FLAG_EXCLUDED).toBe(0);
    expect(decoded("binance usdm trade of the insurance fund").records[0].flags & L.FLAG_EXCLUDED).toBe(
      L.FLAG_EXCLUDED,
    );
    expect(decoded("binance usdm trade", "MARKET", "ADL").records[0].flags & L.FLAG_EXCLUDED).toBe(L.FLAG_EXCLUDED);
    expect(decoded("bybit publicTrade").records.map(({ flags }) => flags & L.FLAG_EXCLUDED)).toEqual([
      0,
      L.FLAG_EXCLUDED,
    ]);
  });

  test("contracts of quote currency become base coin at the price beside them", () => {
    const [first] = decoded("binance coinm depth").records;
    expect(first.payload).toEqual([61773.6, (1001 * 100) / 61773.6, 61776.4, (412 * 100) / 61776.4]);
    expect(decoded("binance coinm forceOrder").records[0].payload).toEqual([
      9352.7,
      (3 * 100) / 9352.7,
      3,
      L.LIQUIDATION_PRICE_AVERAGE,
    ]);
    expect(decoded("bybit inverse tickers").records[1].payload.slice(0, 2)).toEqual([449736676 / 28560, 449736676]);
  });

  test("u = 1 is a snapshot whatever it is called", () => {
    for (const [name, kind, messageClass] of [
      ["bybit orderbook.200 delta", L.KIND_SNAPSHOT, L.CLASS_SNAPSHOT],
      ["bybit orderbook.1 delta", L.KIND_BBO, L.CLASS_TOP_SNAPSHOT],
    ] as const) {
      const message = decoderOf(byName(name)).decode(encoder.encode(byName(name).text.replace(/"u":\d+/, '"u":1')));
      expect([message.records[0].kind, message.class]).toEqual([kind, messageClass]);
      expect(message.records[0].flags & L.FLAG_PARTIAL & (kind === L.KIND_BBO ? 255 : 0)).toBe(0);
    }
  });

  test("a one-level delta says which side did not change", () => {
    const [record] = decoded("bybit orderbook.1 delta", '["27991.70","0.777"]', '["27991.70","0"]').records;
    expect(record.flags & L.FLAG_PARTIAL).toBe(L.FLAG_PARTIAL);
    expect(record.payload).toEqual([NaN, NaN, 27994.4, 0.058]);
  });

  test("a message of several symbols ends with each of them", () => {
    const { records } = decoded("bybit option publicTrade of two symbols");
    expect(records.map(({ flags }) => flags & L.FLAG_LAST)).toEqual([1, 1]);
    expect(decoded("bybit publicTrade").records.map(({ flags }) => flags & L.FLAG_LAST)).toEqual([0, 1]);
    expect(decoded("binance usdm markPrice of all symbols").records.map(({ flags }) => flags & L.FLAG_LAST)).toEqual([
      0, 1, 1,
    ]);
  });

  test("a snapshot without a name belongs to the hint, or asks for one", () => {
    const example = byName("binance spot snapshot");
    const decoder = decoderOf(example);
    const frame = encoder.encode(example.text);
    decoder.context.hint = 1;
    expect(decoder.decode(frame).records[0].instrument).toBe(1);
    decoder.context.hint = 0;
    expect(decoder.decode(frame).records[0].instrument).toBe(0);
    decoder.context.hint = 77;
    expect(decoder.decode(frame).result).toBe(L.REJECT_UNATTRIBUTED);
    decoder.context.hint = undefined;
    expect(decoder.decode(frame).result).toBe(L.NEED_INSTRUMENT);
  });

  test("quantities of an unknown contract size are refused", () => {
    for (const name of ["binance spot trade", "binance spot depth", "bybit publicTrade", "bybit tickers"]) {
      const example = byName(name);
      for (const [unit, contractSize] of [
        [L.UNIT_UNKNOWN, 1],
        [L.UNIT_CONTRACT, NaN],
        [L.UNIT_INVERSE, 0],
      ]) {
        const decoder = decoderOf(example);
        decoder.context.symbols.clear();
        decoder.add("BTCUSDT", unit, contractSize);
        expect([name, expectSame(decoder, example.venue, encoder.encode(example.text)).result]).toEqual([
          name,
          L.REJECT_CONTRACT_SIZE,
        ]);
      }
    }
  });

  test("contracts of base coin are multiplied", () => {
    const example = byName("bybit publicTrade");
    const decoder = decoderOf(example);
    decoder.context.symbols.clear();
    decoder.add("BTCUSDT", L.UNIT_CONTRACT, 0.01);
    const { records } = expectSame(decoder, example.venue, encoder.encode(example.text));
    expect(records[1].payload.slice(0, 3)).toEqual([65114.3, 1.3 * 0.01, 1.3]);
  });

  test("keys that other programs trip over mean nothing", () => {
    for (const key of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      const example = byName("binance spot trade");
      const frame = encoder.encode(example.text.replace('"e":', `"${key}":{"polluted":1},"e":`));
      expect(expectSame(decoderOf(example), example.venue, frame).result).toBe(1);
    }
  });
});
