// OKX: each rule of what is refused, what its messages mean, and every recorded line with what becomes of it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rejectionName } from "crosstick/internal/feed/rejections";
import * as L from "crosstick/internal/layout";
import { productIndex } from "crosstick/internal/market/venues";
import { describe, expect, test } from "vitest";
import { expectSame } from "./comparison.js";
import { Decoder } from "./decoder.js";
import { addSymbol, decoderOf } from "./example-frames.js";
import { okxExamples } from "./examples-okx.js";
import { hasRecordings, recordings } from "./recordings.js";

const encoder = new TextEncoder();
const byName = (name: string) => {
  const found = okxExamples.find((example) => example.name === `okx ${name}`);
  if (found === undefined) throw new Error(`no example ${name}`);
  return found;
};
const TAKEN = Number.NaN;

/** Example, what to replace in it by what, and the result; NaN stands for any number of records. */
const cases: [name: string, from: string | RegExp, to: string, result: number][] = [
  // Frames that are none of v5, or of a channel nothing is made of.
  ["spot error", /^.*$/, "pong", 0],
  ["spot error", /^.*$/, "ping", L.REJECT_MALFORMED],
  ["spot error", /^.*$/, "pong ", L.REJECT_MALFORMED],
  ["spot error", /^.*$/, '"pong"', L.REJECT_UNKNOWN],
  ["spot error", /^.*$/, '{"table":"spot/trade","data":[]}', L.REJECT_UNKNOWN],
  ["spot error", /^.*$/, '{"event":"notice","code":"64008","msg":"upgrade","connId":"a4d3ae55"}', 0],
  ["spot error", /^.*$/, '{"event":"channel-conn-count","channel":"books","connCount":"2"}', 0],
  ["spot candles", "candle1D", "status", 0],
  ["spot candles", "candle1D", "status2", L.REJECT_UNKNOWN],
  ["spot candles", "candle1D", "price-limit", 0],
  ["spot candles", "candle1D", "books-elp", 0],
  ["spot candles", "candle1D", "liquidations", L.REJECT_UNKNOWN],
  ["spot candles", '"candle1D"', "5", L.REJECT_UNKNOWN],
  ["spot candles", /"arg":\{[^}]*\}/, '"arg":"candle1D"', L.REJECT_UNKNOWN],
  // One socket has all products, with different units.
  ["swap bbo-tbt", '"BTC-USDT-SWAP"', '"BTC-USDT"', L.REJECT_WRONG_PRODUCT],
  ["swap bbo-tbt", '"BTC-USDT-SWAP"', '"BTC-USDT-261225"', L.REJECT_WRONG_PRODUCT],
  ["swap bbo-tbt", '"BTC-USDT-SWAP"', '"BTCUSDT"', L.REJECT_WRONG_PRODUCT],
  ["swap bbo-tbt", '"BTC-USDT-SWAP"', '"SOL-USDT-SWAP"', L.NEED_SYMBOL],
  ["swap bbo-tbt", '"BTC-USDT-SWAP"', "7", L.REJECT_SYMBOL],
  ["swap bbo-tbt", ',"instId":"BTC-USDT-SWAP"', "", L.REJECT_MISSING_FIELD],
  ["swap books5", '"instId":"BTC-USDT-SWAP","ts"', '"instId":"ETH-USDT-SWAP","ts"', L.REJECT_SYMBOL],
  ["option opt-summary", "BTC-USD-260323-69500-P", "BTC-USD-260323", L.REJECT_WRONG_PRODUCT],
  // What proves a book.
  ["swap books snapshot", '"prevSeqId":-1,', "", L.REJECT_MISSING_FIELD],
  ["swap books snapshot", '"prevSeqId":-1', '"prevSeqId":-2', L.REJECT_ID],
  ["swap books snapshot", '"prevSeqId":-1', '"prevSeqId":"-1"', TAKEN],
  ["swap books snapshot", ',"seqId":333794734980', "", L.REJECT_MISSING_FIELD],
  ["swap books snapshot", '"action":"snapshot",', "", L.REJECT_UNKNOWN],
  ["swap books snapshot", '"snapshot"', '"partial"', L.REJECT_UNKNOWN],
  ["swap books snapshot", '"seqId":333794734980', '"seqId":0', TAKEN],
  ["swap books snapshot", '"seqId":333794734980', '"seqId":9007199254740993', L.REJECT_ID],
  ["spot books update of 2022, proved by its checksum", "-914047754", "0", L.REJECT_MISSING_FIELD],
  ["spot books update of 2022, proved by its checksum", ',"checksum":-914047754', "", L.REJECT_MISSING_FIELD],
  ["spot books update of 2022, proved by its checksum", "-914047754", '"x"', L.REJECT_MALFORMED],
  ["swap books update in US dollars", '"checksum":0,', "", TAKEN],
  // Levels.
  ["swap books5", '"asks":[', '"asks":null,"x":[', L.REJECT_MISSING_FIELD],
  ["swap books5", "63921.5", "0", L.REJECT_PRICE],
  ["swap books5", '"790.41"', '"-1"', L.REJECT_SIZE],
  ["swap books5", '["63921.5","790.41","0","42"]', '["63921.5"]', L.REJECT_MALFORMED],
  ["swap bbo-tbt", '["111.06","55154","0","2"]', "7", L.REJECT_MALFORMED],
  ["swap bbo-tbt", '["111.06","55154","0","2"]', "", TAKEN],
  ["swap bbo-tbt", /"data":\[.*\]/, '"data":[]', 0],
  ["swap bbo-tbt", /"data":\[.*\]/, '"data":[7]', L.REJECT_MALFORMED],
  ["swap bbo-tbt", /,"data":\[.*\]/, "", L.REJECT_MISSING_FIELD],
  ["swap bbo-tbt", /"data":\[.*\]/, '"data":{}', L.REJECT_MALFORMED],
  ["swap bbo-tbt", /"ts":"\d+"/, '"ts":"1"', L.REJECT_TIME],
  // Trades.
  ["swap trades", '"side":"sell"', '"side":"SELL"', L.REJECT_SIDE],
  ["swap trades", '"px":"63913.4"', '"px":""', L.REJECT_PRICE],
  ["swap trades", '"sz":"34.95"', '"sz":"1e400"', L.REJECT_SIZE],
  ["swap trades", '"tradeId":"2832749645",', "", L.REJECT_MISSING_FIELD],
  ["swap trades", '"instId":"BTC-USDT-SWAP","tradeId"', '"tradeId"', TAKEN],
  // Figures: what is not there is not known.
  ["swap mark-price", '"64000.7"', '"0"', L.REJECT_PRICE],
  ["swap funding-rate", '"fundingRate":"0.0001875391284828",', "", TAKEN],
  ["swap funding-rate", '"0.0001875391284828"', '"x"', L.REJECT_MALFORMED],
  ["swap funding-rate", '"fundingTime":"1700726400000"', '"fundingTime":"7"', L.REJECT_TIME],
  ["swap funding-rate", ',"ts":"1700724675402"', "", TAKEN],
  ["swap open-interest", '"oi":"2216113.01000000309"', '"oi":"-1"', L.REJECT_SIZE],
  ["swap open-interest", '"oiCcy":"22161.1301000000309",', "", TAKEN],
  ["swap tickers in US dollars", '"volCcy24h":"2620.289","vol24h":"779573",', "", 0],
  ["swap index-tickers", '"idxPx":"64280"', '"idxPx":"0"', L.REJECT_PRICE],
  ["swap index-tickers", '"instId":"BTC-USDT","idxPx"', '"instId":"BTC","idxPx"', L.REJECT_SYMBOL],
  ["swap index-tickers", '"instId":"BTC-USDT","idxPx"', '"instId":"BTC-US","idxPx"', 0],
  ["swap index-tickers", '"instId":"BTC-USDT","idxPx"', '"instId":"","idxPx"', L.REJECT_SYMBOL],
  // Liquidations: side and position must say the same.
  ["swap liquidation-orders of two contracts with two units", '"posSide":"short"', '"posSide":"long"', L.REJECT_SIDE],
  ["swap liquidation-orders of two contracts with two units", '"posSide":"short"', '"posSide":"both"', L.REJECT_SIDE],
  ["swap liquidation-orders of two contracts with two units", '"posSide":"short",', "", TAKEN],
  ["swap liquidation-orders of two contracts with two units", '"side":"buy"', '"side":""', L.REJECT_SIDE],
  ["swap liquidation-orders of two contracts with two units", '"details":[', '"details":7,"x":[', L.REJECT_MALFORMED],
  ["swap liquidation-orders of two contracts with two units", '"bkPx":"64001"', '"bkPx":"0"', L.REJECT_PRICE],
  // Options: an infinite greek is none, a broken number is one.
  ["option opt-summary", '"gammaBS":"0.0001198083"', '"gammaBS":"∞"', TAKEN],
  ["option opt-summary", '"gammaBS":"0.0001198083"', '"gammaBS":"-\\u221e"', TAKEN],
  ["option opt-summary", '"gammaBS":"0.0001198083"', '"gammaBS":"--"', L.REJECT_MALFORMED],
  ["option opt-summary", '"markVol":"0.4876708033"', '"markVol":"-1"', L.REJECT_PRICE],
];

describe("okx: what is refused and why", () => {
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

const decoded = (name: string, from = "", to = "") => {
  const example = byName(name);
  return expectSame(decoderOf(example), example.venue, encoder.encode(example.text.replace(from, to)));
};

describe("okx: what a message means", () => {
  const liquidations = "swap liquidation-orders of two contracts with two units";

  test("contracts are coins by the size of the contract, US dollars at the price beside them", () => {
    expect(decoded("swap bbo-tbt").records[0].payload).toEqual([111.05, 57745 * 0.01, 111.06, 55154 * 0.01]);
    const [bids] = decoded("swap books update in US dollars").records;
    expect(bids.payload).toEqual([63921.4, 0, 63921.3, (25 * 100) / 63921.3]);
    expect(decoded("option books-l2-tbt").records[0].payload).toEqual([0.1795, 500 * 0.1, 0.18, 0]);
    expect(decoded("spot trades-all of two instruments").records[0].payload.slice(1, 3)).toEqual([3.75, 3.75]);
  });

  test("each element has the unit of its own instrument, in whatever order they stand", () => {
    const { text, venue } = byName(liquidations);
    const { arg, data } = JSON.parse(text) as { arg: unknown; data: unknown[] };
    const wanted = new Map([
      ["1692266434010", 13 * 0.01],
      ["1692266434011", 1 * 0.01],
      ["1692266434009", (13 * 100) / 64000],
    ]);
    for (const elements of [data, data.toReversed()]) {
      const frame = encoder.encode(JSON.stringify({ arg, data: elements }));
      const { records } = expectSame(decoderOf(byName(liquidations)), venue, frame);
      expect(records.map((r) => [String(r.exchangeTimeUs / 1000), r.payload[1]])).toEqual(
        elements === data ? [...wanted] : [...wanted.entries()].slice(2).concat([...wanted].slice(0, 2)),
      );
      expect(records.map(({ flags }) => flags & L.FLAG_LAST)).toEqual(elements === data ? [0, 1, 1] : [1, 0, 1]);
    }
  });

  test("who was liquidated: a sale closes a long", () => {
    const { records } = decoded(liquidations);
    expect(records.map(({ flags }) => flags & L.FLAG_SELL)).toEqual([L.FLAG_SELL, 0, 0]);
    expect(records[0].payload.slice(2)).toEqual([13, L.LIQUIDATION_PRICE_BANKRUPTCY]);
  });

  test("the first liquidations after a subscription are history, product by product", () => {
    const example = byName(liquidations);
    const decoder = decoderOf(example);
    const take = (text: string) => expectSame(decoder, example.venue, encoder.encode(text)).result;
    const subscribed = '{"event":"subscribe","arg":{"channel":"liquidation-orders","instType":"SWAP"}}';
    expect(take(example.text)).toBe(3);
    expect([take(subscribed), take(example.text), take(example.text)]).toEqual([0, 0, 3]);
    expect(take(subscribed)).toBe(0);
    decoder.context.product = L.PRODUCT_FUTURES;
    const futures = example.text.replaceAll(/"BTC-USDT?-SWAP"/g, '"BTC-USDT-261225"');
    expect(take(futures)).toBe(3);
    decoder.context.product = L.PRODUCT_SWAP;
    expect([take(example.text), take(example.text)]).toEqual([0, 3]);
    for (const other of ["unsubscribe", "error"])
      expect([take(subscribed.replace('"subscribe"', `"${other}"`)), take(example.text)]).toEqual([0, 3]);
  });

  test("a live lane passes over what it did not ask for, of channels that tell of a whole family", () => {
    for (const [name, records] of [
      [liquidations, 1],
      ["option opt-summary", 0],
    ] as const) {
      const example = byName(name);
      const decoder = new Decoder(example.venue, example.product);
      decoder.u8[decoder.lane + L.MESSAGE_KNOWN_ONLY] = 1;
      decoder.context.knownOnly = true;
      addSymbol(decoder, example.venue, "BTC-USD-SWAP");
      const got = expectSame(decoder, example.venue, encoder.encode(example.text));
      expect([name, got.result]).toEqual([name, records]);
      expect(decoder.seen("BTC-USD-SWAP").every(Number.isNaN)).toBe(records === 0);
    }
    const trades = byName("swap trades");
    const decoder = new Decoder(trades.venue, trades.product);
    decoder.u8[decoder.lane + L.MESSAGE_KNOWN_ONLY] = 1;
    expect(decoder.decode(encoder.encode(trades.text)).result).toBe(L.NEED_SYMBOL);
  });

  test("an index is of every contract that is settled by it, and of no other", () => {
    const decoder = new Decoder(L.VENUE_OKX, L.PRODUCT_FUTURES);
    const names = ["BTC-USD-261225", "BTC-USD_UM_XPERP-310404", "BTC-USDT-261225", "BTC-USD-270326"];
    for (const name of names) addSymbol(decoder, L.VENUE_OKX, name);
    const frame = byName("swap index-tickers").text.replaceAll("BTC-USDT", "BTC-USD");
    const { result, records } = decoder.decode(encoder.encode(frame));
    expect(result).toBe(3);
    expect(new Set(records.map(({ instrument }) => names[instrument]))).toEqual(
      new Set([0, 1, 3].map((i) => names[i])),
    );
    expect(records.every(({ flags, payload }) => flags === L.FLAG_LAST && payload[1] === 64280)).toBe(true);
    for (const product of [L.PRODUCT_SPOT, L.PRODUCT_OPTION])
      expect(new Decoder(L.VENUE_OKX, product).decode(encoder.encode(frame)).result).toBe(0);
  });

  test("each element of a book channel is a message of its own", () => {
    const { text, venue, product } = byName("swap books update in US dollars");
    const { arg, action, data } = JSON.parse(text) as { arg: object; action: string; data: Record<string, unknown>[] };
    const [first] = data;
    const second = { ...first, bids: [], prevSeqId: first.seqId, seqId: 333794735000, checksum: 5 };
    const frame = encoder.encode(JSON.stringify({ arg, action, data: [first, second] }));
    const decoder = decoderOf({ venue, product });
    const header = (offset: number) => decoder.u32[(decoder.lane + offset) >> 2];
    const seen = [0, 1, 2].map((part) => {
      decoder.u32[(decoder.lane + L.MESSAGE_PART) >> 2] = part;
      decoder.context.part = part;
      const { result, previousId, lastId } = expectSame(decoder, venue, frame);
      return [result, previousId, lastId, header(L.MESSAGE_PARTS), header(L.MESSAGE_HAS_CHECKSUM)];
    });
    expect(seen).toEqual([
      [3, 333794734980, 333794734996, 2, 0],
      [1, 333794734996, 333794735000, 2, 1],
      [0, Number.NaN, Number.NaN, 2, 0],
    ]);
  });

  test("a checksum is proved where there is one; 0 is none", () => {
    const old = byName("spot books update of 2022, proved by its checksum");
    const decoder = decoderOf(old);
    const checksum = (text: string) => {
      expect(decoder.decode(encoder.encode(text)).result).toBeGreaterThan(0);
      return [
        decoder.u32[(decoder.lane + L.MESSAGE_HAS_CHECKSUM) >> 2],
        decoder.f64[(decoder.lane + L.MESSAGE_CHECKSUM) >> 3],
      ];
    };
    expect(checksum(old.text)).toEqual([1, -914047754]);
    expect(checksum(old.text.replace("-914047754", '0,"seqId":8,"prevSeqId":7'))).toEqual([0, Number.NaN]);
  });

  test("both books of 400 levels count by themselves, those of 5 and 1 are whole", () => {
    const { text, venue, product } = byName("swap books snapshot");
    const depthOf = (channel: string) => {
      const message = decoderOf({ venue, product }).decode(encoder.encode(text.replace('"books"', `"${channel}"`)));
      return [message.depth, message.class];
    };
    expect(depthOf("books")).toEqual([400, L.CLASS_SNAPSHOT]);
    expect(depthOf("books-l2-tbt")).toEqual([401, L.CLASS_SNAPSHOT]);
    expect(depthOf("books50-l2-tbt")).toEqual([50, L.CLASS_SNAPSHOT]);
    expect(depthOf("books5")).toEqual([5, L.CLASS_SNAPSHOT]);
    expect(depthOf("bbo-tbt")).toEqual([1, L.CLASS_TOP_SNAPSHOT]);
  });

  test("who took, and which prints are aggregates", () => {
    expect(decoded("swap trades").records[0].flags & (L.FLAG_SELL | L.FLAG_AGGREGATE)).toBe(
      L.FLAG_SELL | L.FLAG_AGGREGATE,
    );
    const all = decoded("spot trades-all of two instruments").records;
    expect(all.map(({ flags }) => flags & (L.FLAG_SELL | L.FLAG_AGGREGATE))).toEqual([0, L.FLAG_SELL]);
    expect(all[1].sequence).toBe(2n ** 64n - 1n);
  });

  test("the funding interval lies between the next two payments", () => {
    const [swap] = decoded("swap funding-rate").records;
    expect(swap.payload).toEqual([0.0001875391284828, 8, 1700726400000000, Number.NaN]);
    const [often] = decoded("futures funding-rate of a perpetual in all but name").records;
    expect(often.payload).toEqual([-0.0004270396398519, 4, 1785888000000000, 0.0003]);
    const [unknown] = decoded("swap funding-rate", '"1700755200000"', '"1700726400000"').records;
    expect(unknown.payload[1]).toBeNaN();
  });

  test("day figures: base and quote on spot, contracts and base elsewhere", () => {
    expect(decoded("spot tickers").records[0].payload.slice(0, 2)).toEqual([
      17602.13085371,
      Number("525802090.62716611"),
    ]);
    expect(decoded("swap tickers in US dollars").records[0].payload.slice(0, 2)).toEqual([2620.289, 77957300]);
    expect(decoded("swap open-interest").records[0].payload.slice(0, 2)).toEqual([
      Number("22161.1301000000309"),
      Number.NaN,
    ]);
    expect(decoded("futures open-interest in US dollars").records[0].payload.slice(0, 2)).toEqual([
      Number.NaN,
      1002050,
    ]);
  });

  test("an option's greeks are those of Black and Scholes, its underlying the forward; no bid has no volatility", () => {
    const [volatility, greeks] = decoded("option opt-summary").records;
    expect(volatility.payload).toEqual([Number.NaN, 0.5004972802, 0.4876708033, 70097.9783321022]);
    expect(greeks.payload).toEqual([-0.4177692831, 0.0001198083, 26.0871868579, -189.9336406909]);
    expect([volatility.flags, greeks.flags]).toEqual([0, L.FLAG_LAST]);
  });
});

/** Lines of a recording by what they are and what becomes of them. */
const kinds = new Map<number, string>([
  [L.KIND_BBO, "bbo"],
  [L.KIND_TRADE, "trade"],
  [L.KIND_DEPTH, "depth"],
  [L.KIND_SNAPSHOT, "snapshot"],
  [L.KIND_MARK, "mark"],
  [L.KIND_FUNDING, "funding"],
  [L.KIND_OPEN_INTEREST, "openInterest"],
  [L.KIND_LIQUIDATION, "liquidation"],
  [L.KIND_VOLATILITY, "volatility"],
  [L.KIND_GREEKS, "greeks"],
  [L.KIND_DAY, "day"],
]);

interface Line {
  table?: string;
  event?: string;
  arg?: { channel: string; instId?: string };
}

function fates(path: string, product: string): Record<string, number> {
  const decoder = new Decoder(L.VENUE_OKX, productIndex(product));
  const counts: Record<string, number> = {};
  for (const text of readFileSync(join(recordings, path), "utf8").trim().split("\n")) {
    const line = JSON.parse(text) as Line & { message?: Line };
    const message = line.message ?? line;
    const { result, records } = expectSame(decoder, L.VENUE_OKX, encoder.encode(JSON.stringify(message)));
    const what = message.table === undefined ? (message.event ?? message.arg?.channel) : "v3";
    const fate =
      result > 0 ? [...new Set(records.map(({ kind }) => kinds.get(kind)))].join("+") : rejectionName(result);
    const key = `${what}: ${result === 0 ? "ignored" : fate}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

describe.skipIf(!hasRecordings)("okx: every recorded line and what becomes of it", () => {
  // `liquidations` is a channel that the recorder itself made up; v3 was another protocol, retired in 2021.
  test.each([
    [
      "tardis_node_messages/okex.jsonl",
      "spot",
      {
        "v3: unknown": 7,
        "subscribe: ignored": 1,
        "trades: trade": 1,
        "trades-all: trade": 1,
        "books-l2-tbt: snapshot": 1,
        "books-l2-tbt: depth": 1,
        "tickers: day": 1,
      },
    ],
    [
      "tardis_node_messages/okex-swap.jsonl",
      "swap",
      {
        "v3: unknown": 13,
        "trades: trade": 1,
        "bbo-tbt: bbo": 2,
        "tickers: day": 2,
        "mark-price: mark": 1,
        "index-tickers: mark": 1,
        "funding-rate: funding": 2,
        "open-interest: openInterest": 1,
        // REN-USDT-SWAP: nobody tells the size of its contract.
        "books-l2-tbt: contract-size-unknown": 1,
      },
    ],
    [
      "tardis_node_messages/okex-futures.jsonl",
      "futures",
      {
        "v3: unknown": 17,
        "subscribe: ignored": 1,
        "trades: trade": 1,
        "books-l2-tbt: snapshot": 1,
        "books-l2-tbt: depth": 1,
        "tickers: day": 1,
        "mark-price: mark": 2,
        "index-tickers: mark": 1,
        // Of BTC-USD, when no contract of it had been named yet.
        "index-tickers: ignored": 1,
        "funding-rate: funding": 1,
        "open-interest: openInterest": 1,
        "liquidation-orders: liquidation": 2,
        "liquidations: unknown": 2,
        "price-limit: ignored": 1,
      },
    ],
    [
      "tardis_node_messages/okex-options.jsonl",
      "option",
      {
        "v3: unknown": 22,
        "trades: trade": 1,
        "books-l2-tbt: depth": 1,
        "tickers: day": 1,
        "mark-price: mark": 1,
        "index-tickers: ignored": 1,
        "open-interest: openInterest": 1,
        "opt-summary: volatility+greeks": 2,
      },
    ],
    [
      "ccxt_static_ws/okx_BTC-USDT-SWAP_20260812.jsonl",
      "swap",
      { "subscribe: ignored": 2, "trades: trade": 2, "books5: snapshot": 2 },
    ],
  ])("%s as %s", (path, product, wanted) => {
    expect(fates(path, product)).toEqual(wanted);
  });
});
