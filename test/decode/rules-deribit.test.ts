// Deribit: each rule of what is refused, and the nearest thing that is not; what its messages mean.
import * as L from "crosstick/internal/layout";
import { describe, expect, test } from "vitest";
import { expectSame } from "./comparison.js";
import { decoderOf } from "./example-frames.js";
import { byName, type Case, describeRefusals, TAKEN } from "./refusals.js";

const encoder = new TextEncoder();

const cases: Case[] = [
  // Envelope and channels.
  ["deribit ticker", '"method":"subscription"', '"method":"notification"', L.REJECT_UNKNOWN],
  ["deribit ticker", '"method":"subscription"', '"method":7', L.REJECT_UNKNOWN],
  ["deribit ticker", '"method":"subscription",', "", L.REJECT_UNKNOWN],
  ["deribit ticker", '"params":{', '"params":[],"x":{', L.REJECT_MALFORMED],
  ["deribit ticker", '"channel":"ticker.BTC-PERPETUAL.100ms",', "", L.REJECT_MISSING_FIELD],
  ["deribit ticker", '"ticker.BTC-PERPETUAL.100ms"', "7", L.REJECT_UNKNOWN],
  ["deribit ticker", "ticker.BTC-PERPETUAL.100ms", "ticker.BTC-PERPETUAL", L.REJECT_UNKNOWN],
  ["deribit ticker", "ticker.BTC-PERPETUAL.100ms", "tickers.BTC-PERPETUAL.100ms", L.REJECT_UNKNOWN],
  ["deribit ticker", "ticker.BTC-PERPETUAL.100ms", "user.trades.BTC-PERPETUAL.raw", L.REJECT_UNKNOWN],
  ["deribit ticker", "ticker.BTC-PERPETUAL.100ms", "ticker.ETH-PERPETUAL.100ms", L.REJECT_SYMBOL],
  ["deribit ticker", '"data":{', '"data":[],"x":{', L.REJECT_MALFORMED],
  ["deribit acknowledgement", '"result"', '"nothing"', L.REJECT_UNKNOWN],
  ["deribit refusal", '"error"', '"nothing"', L.REJECT_UNKNOWN],
  // Names.
  ["deribit quote", '"instrument_name":"BTC-PERPETUAL",', "", L.REJECT_MISSING_FIELD],
  ["deribit quote", '"instrument_name":"BTC-PERPETUAL"', '"instrument_name":"BTC-25DEC26"', L.REJECT_WRONG_PRODUCT],
  ["deribit quote", '"instrument_name":"BTC-PERPETUAL"', '"instrument_name":"BTC_USDC"', L.REJECT_WRONG_PRODUCT],
  ["deribit quote", '"instrument_name":"BTC-PERPETUAL"', '"instrument_name":"BTC"', L.REJECT_SYMBOL],
  ["deribit quote", '"instrument_name":"BTC-PERPETUAL"', '"instrument_name":"BTC-"', L.REJECT_SYMBOL],
  ["deribit quote", '"instrument_name":"BTC-PERPETUAL"', '"instrument_name":"BTC-1-2"', L.REJECT_SYMBOL],
  ["deribit quote", '"instrument_name":"BTC-PERPETUAL"', '"instrument_name":"BTC-perpetual"', L.REJECT_SYMBOL],
  ["deribit quote", '"instrument_name":"BTC-PERPETUAL"', '"instrument_name":"BTC-PERP"', 0],
  ["deribit quote", '"instrument_name":"BTC-PERPETUAL"', '"instrument_name":"XYZ-PERPETUAL"', L.NEED_SYMBOL],
  // Books.
  ["deribit book change", '"type":"change"', '"type":"changes"', L.REJECT_UNKNOWN],
  ["deribit book change", '"type":"change"', '"type":null', L.REJECT_UNKNOWN],
  ["deribit book change", '"type":"change"', '"type":"snapshot"', L.REJECT_MALFORMED],
  ["deribit book change", ',"prev_change_id":169600103289', "", L.REJECT_MISSING_FIELD],
  ["deribit book change", '"prev_change_id":169600103289', '"prev_change_id":null', L.REJECT_MISSING_FIELD],
  ["deribit book change", '"prev_change_id":169600103289', '"prev_change_id":-1', L.REJECT_ID],
  ["deribit book change", '"prev_change_id":169600103289', '"prev_change_id":0', L.REJECT_MALFORMED],
  ["deribit book change", '"change_id":169600103676,', "", L.REJECT_MISSING_FIELD],
  ["deribit book change", '"change_id":169600103676', '"change_id":9007199254740993', L.REJECT_ID],
  ["deribit book change", '"timestamp":1786563085228,', "", L.REJECT_MISSING_FIELD],
  ["deribit book change", '["delete",62533,0]', '["remove",62533,0]', L.REJECT_UNKNOWN],
  ["deribit book change", '["delete",62533,0]', "[7,62533,0]", L.REJECT_UNKNOWN],
  ["deribit book change", '["delete",62533,0]', '["delete",62533]', L.REJECT_MALFORMED],
  ["deribit book change", '["delete",62533,0]', '"delete"', L.REJECT_MALFORMED],
  ["deribit book change", '["delete",62533,0]', '["delete",0,0]', L.REJECT_PRICE],
  ["deribit book change", '["delete",62533,0]', '["delete",62533,-1]', L.REJECT_SIZE],
  ["deribit book change", '["delete",62533,0]', '["delete",62533,5]', TAKEN],
  ["deribit book change", '["new",63353,10]', '["new",6.3353e4,1e1]', TAKEN],
  ["deribit book change", "BTC-PERPETUAL.100ms", "BTC-PERPETUAL.1s", L.REJECT_UNKNOWN],
  ["deribit book change", "BTC-PERPETUAL.100ms", "BTC-PERPETUAL.none.100ms", L.REJECT_UNKNOWN],
  ["deribit book change of 2019, without type", '"prev_change_id":1776294621,', "", L.REJECT_MALFORMED],
  ["deribit best levels", ".none.10.", ".none.0.", L.REJECT_UNKNOWN],
  ["deribit best levels", ".none.10.", ".none.many.", L.REJECT_UNKNOWN],
  ["deribit best levels", ".none.10.", ".all.10.", L.REJECT_UNKNOWN],
  ["deribit best levels", ".none.10.", ".250.10.", 0],
  ["deribit best levels", "[63325,7730]", '["new",63325,7730]', L.REJECT_PRICE],
  ["deribit best levels", '"change_id":169600103289,', "", L.REJECT_MISSING_FIELD],
  // Trades.
  ["deribit trades", '"price":63344.5', '"price":0', L.REJECT_PRICE],
  ["deribit trades", '"amount":20', '"amount":-20', L.REJECT_SIZE],
  ["deribit trades", '"direction":"buy"', '"direction":"zero"', L.REJECT_SIDE],
  ["deribit trades", '"trade_seq":296152987,', "", L.REJECT_MISSING_FIELD],
  ["deribit trades", '"trade_seq":296152987', '"trade_seq":"ETH-1"', L.REJECT_ID],
  ["deribit trades", '"trade_seq":296152987', '"trade_seq":18446744073709551615', TAKEN],
  ["deribit trades", '"timestamp":1786563104514', '"timestamp":1786563104', L.REJECT_TIME],
  ["deribit trades", "trades.BTC-PERPETUAL.100ms", "trades.ETH-PERPETUAL.100ms", L.REJECT_SYMBOL],
  ["deribit trades", "trades.BTC-PERPETUAL.100ms", "trades.future.BTC.100ms", TAKEN],
  ["deribit trades", "trades.BTC-PERPETUAL.100ms", "trades.BTC", L.REJECT_UNKNOWN],
  ["deribit trades", /"data":\[.*\]/, '"data":[]', 0],
  ["deribit trades", /"data":\[.*\]/, '"data":[7]', L.REJECT_MALFORMED],
  ["deribit liquidated taker", '"liquidation":"T"', '"liquidation":"X"', L.REJECT_SIDE],
  ["deribit liquidated taker", '"liquidation":"T"', '"liquidation":1', L.REJECT_SIDE],
  ["deribit liquidated taker", '"liquidation":"T"', '"liquidation":null', 1],
  ["deribit liquidated taker", '"liquidation":"T"', '"liquidation":"MT"', 3],
  // A leg of a block may cost nothing.
  ["deribit trades of a kind", '"price":0.0385', '"price":0', TAKEN],
  ["deribit trades of a kind", '"price":0.157', '"price":0', L.REJECT_PRICE],
  // Tickers and quotes.
  ["deribit quote", '"best_bid_price":9600.5', '"best_bid_price":0', TAKEN],
  ["deribit quote", '"best_bid_price":9600.5', '"best_bid_price":-1', L.REJECT_PRICE],
  ["deribit quote", '"best_bid_amount":162800,', "", L.REJECT_MISSING_FIELD],
  ["deribit quote", '"best_bid_amount":162800', '"best_bid_amount":-1', L.REJECT_SIZE],
  ["deribit ticker", '"mark_price":63346.33', '"mark_price":"x"', L.REJECT_PRICE],
  ["deribit ticker", '"current_funding":2.081e-05', '"current_funding":"x"', L.REJECT_MALFORMED],
  ["deribit ticker", '"current_funding":2.081e-05', '"current_funding":-2.081E-5', TAKEN],
  ["deribit ticker", '"open_interest":716004750', '"open_interest":-1', L.REJECT_SIZE],
  ["deribit ticker", '"stats":{', '"stats":[],"x":{', L.REJECT_MALFORMED],
  ["deribit ticker", '"stats":{', '"stats":null,"x":{', 4],
  ["deribit option ticker", '"mark_iv":142.78', '"mark_iv":-142.78', L.REJECT_MALFORMED],
  ["deribit option ticker", '"greeks":{', '"greeks":7,"x":{', L.REJECT_MALFORMED],
  ["deribit option ticker", '"greeks":{', '"greeks":null,"x":{', 5],
  ["deribit option ticker", '"vega":1.62127', '"vega":"much"', L.REJECT_MALFORMED],
  ["deribit perpetual", '"timestamp":1571386349530,', "", L.REJECT_MISSING_FIELD],
  ["deribit perpetual", '"index_price":7872.88', '"index_price":null', 0],
  ["deribit perpetual", "perpetual.BTC-PERPETUAL", "perpetual.BTC-25DEC26", L.REJECT_WRONG_PRODUCT],
  ["deribit marks of all options", '"iv":0.875', '"iv":-0.875', L.REJECT_MALFORMED],
  ["deribit marks of all options", '"mark_price":0.0333', '"mark_price":null', 3],
];

describeRefusals("deribit", cases);

const decoded = (name: string, from = "", to = "") => {
  const example = byName(`deribit ${name}`);
  return decoderOf(example).decode(encoder.encode(example.text.replace(from, to)));
};

describe("what a message means", () => {
  test("who lost in a liquidation", () => {
    // The taker sold, so it was long; the maker of a trade that the taker bought sold too.
    for (const name of ["liquidated taker", "liquidated maker"]) {
      const [trade, liquidation] = decoded(name).records;
      expect([trade.kind, liquidation.kind, liquidation.flags]).toEqual([
        L.KIND_TRADE,
        L.KIND_LIQUIDATION,
        L.FLAG_LAST,
      ]);
    }
    expect(decoded("liquidated taker", '"sell"', '"buy"').records[1].flags & L.FLAG_SELL).toBe(L.FLAG_SELL);
    expect(decoded("liquidated maker", '"buy"', '"sell"').records[1].flags & L.FLAG_SELL).toBe(L.FLAG_SELL);
    const both = decoded("liquidated taker", '"T"', '"MT"').records;
    expect(both.slice(1).map(({ flags }) => flags & L.FLAG_SELL)).toEqual([0, L.FLAG_SELL]);
  });

  test("blocks and legs of combinations are no market trades", () => {
    const { records } = decoded("trades of a kind");
    expect(records.map(({ flags }) => flags & L.FLAG_EXCLUDED)).toEqual([L.FLAG_EXCLUDED, L.FLAG_EXCLUDED, 0]);
    expect(records.map(({ flags }) => flags & L.FLAG_LAST)).toEqual([1, 0, 1]);
  });

  test("amounts of inverse contracts are dollars, those of linear ones coins", () => {
    expect(decoded("book snapshot").records[0].payload[1]).toBe(372280 / 63324.5);
    expect(decoded("linear book snapshot with a predecessor").records[0].payload[1]).toBe(34);
    expect(decoded("ticker of a dated future").records[0].payload).toEqual([NaN, NaN, 64350, 9980 / 64350]);
  });

  test("channels of one book are told apart", () => {
    const depths = ["book snapshot", "empty book change", "book snapshot of 2019, without type", "best levels"].map(
      (name) => decoded(name).depth,
    );
    expect(new Set(depths).size).toBe(4);
    const best = decoded("best levels").records;
    expect(best[best.length - 1].flags & L.FLAG_CUT).toBe(L.FLAG_CUT);
  });

  test("a quantity of an unknown contract size in any channel is refused", () => {
    for (const name of ["deribit book change", "deribit trades", "deribit quote", "deribit ticker"]) {
      const example = byName(name);
      const decoder = decoderOf(example);
      decoder.context.symbols.clear();
      decoder.add("BTC-PERPETUAL", L.UNIT_UNKNOWN, NaN);
      expect(expectSame(decoder, example.venue, encoder.encode(example.text)).result).toBe(L.REJECT_CONTRACT_SIZE);
    }
  });
});
