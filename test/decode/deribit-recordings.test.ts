// Every recorded frame of Deribit by hand: what it must become, or why nothing is made of it.
import * as L from "crosstick/internal/layout";
import { describe, expect, test } from "vitest";
import { expectSame } from "./comparison.js";
import { Decoder } from "./decoder.js";
import { allRecordings, hasRecordings } from "./recordings.js";
import type { PlainMessage } from "./reference-values.js";

const recorded = (name: string, product: number): Uint8Array[] => {
  const found = allRecordings.find((each) => each.name.startsWith(name) && each.product === product);
  if (found === undefined) throw new Error(`no recording ${name}`);
  return found.frames();
};

/** A decoder that knows the contracts by name: inverse ones are counted in dollars. */
const decoderOf = (product: number) => new Decoder(L.VENUE_DERIBIT, product);

const kindNames = new Map<number, string>([
  [L.KIND_BBO, "bbo"],
  [L.KIND_TRADE, "trade"],
  [L.KIND_DEPTH, "depth"],
  [L.KIND_SNAPSHOT, "snapshot"],
  [L.KIND_MARK, "mark"],
  [L.KIND_FUNDING, "funding"],
  [L.KIND_OPEN_INTEREST, "open interest"],
  [L.KIND_LIQUIDATION, "liquidation"],
  [L.KIND_VOLATILITY, "volatility"],
  [L.KIND_GREEKS, "greeks"],
  [L.KIND_DAY, "day"],
]);

const kindsOf = ({ result, records }: PlainMessage): string =>
  result > 0
    ? [...new Set(records.map(({ kind }) => kindNames.get(kind)))].join(", ")
    : result === 0
      ? "ignored"
      : String(result);

const PERPETUAL_TICKER = "bbo, mark, funding, open interest, day";
const OPTION_TICKER = "bbo, mark, volatility, greeks, open interest, day";

describe.skipIf(!hasRecordings)("tardis-node's messages, 2019 to 2024", () => {
  // As a swap, as an option. A frame of the other product is refused as such; combinations are ignored.
  const other = String(L.REJECT_WRONG_PRODUCT);
  const rows: [what: string, swap: string, option: string][] = [
    ["two trades", "trade", other],
    ["quote", "bbo", other],
    ["book without type or predecessor", "snapshot", other],
    ["book without type, with a predecessor", "depth", other],
    ["perpetual ticker", PERPETUAL_TICKER, other],
    ["perpetual ticker, funding in scientific notation", PERPETUAL_TICKER, other],
    // Its mark is 0, so that the mark record tells the index alone.
    ["ticker of an expired option", other, OPTION_TICKER],
    ["option ticker", other, OPTION_TICKER],
    ["option ticker without volume", other, "bbo, mark, volatility, greeks, open interest"],
    ["option ticker without volume", other, "bbo, mark, volatility, greeks, open interest"],
    ["trade that liquidated the taker", "trade, liquidation", other],
    ["trade that liquidated the maker", "trade, liquidation", other],
    ["change after nothing", other, "snapshot"],
    ["snapshot that names a predecessor", "snapshot", other],
    ["combination: straddle", "ignored", "ignored"],
    ["combination: future spread, prices below zero", "ignored", "ignored"],
    ["combination: call spread", "ignored", "ignored"],
    ["linear option with a fractional strike", other, OPTION_TICKER],
  ];

  for (const [column, product] of [
    [1, L.PRODUCT_SWAP],
    [2, L.PRODUCT_OPTION],
  ] as const)
    test(`product ${product}`, () => {
      const decoder = decoderOf(product);
      const found = recorded("tardis deribit", product).map((frame) => expectSame(decoder, L.VENUE_DERIBIT, frame));
      expect(found.map((message, i) => [rows[i][0], kindsOf(message)])).toEqual(
        rows.map((row) => [row[0], row[column]]),
      );
    });

  test("what some of them say", () => {
    const frames = recorded("tardis deribit", L.PRODUCT_SWAP);
    const swap = decoderOf(L.PRODUCT_SWAP);
    const option = decoderOf(L.PRODUCT_OPTION);
    const records = (decoder: Decoder, i: number) => expectSame(decoder, L.VENUE_DERIBIT, frames[i]).records;
    // A dollar is a dollar: 2,000 at 9,598.5.
    expect(records(swap, 0)[0]).toMatchObject({ flags: L.FLAG_SELL, sequence: 20944815n });
    expect(records(swap, 0)[0].payload).toEqual([9598.5, 2000 / 9598.5, 2000, 1567296022565000]);
    // Both sold because they had to: longs.
    for (const [i, flags] of [
      [10, L.FLAG_SELL],
      [11, 0],
    ]) {
      const [trade, liquidation] = records(swap, i);
      expect([trade.flags, liquidation.flags]).toEqual([flags, L.FLAG_LAST]);
      expect(liquidation.payload[3]).toBe(L.LIQUIDATION_PRICE_AVERAGE);
    }
    // No quote on either side: the volatilities of the sides mean nothing, whatever is written there.
    const [touch, , volatility] = records(option, 6);
    expect(touch.payload).toEqual([NaN, NaN, NaN, NaN]);
    expect(volatility.payload).toEqual([NaN, NaN, 0.7, 9724.48]);
    expect(records(option, 12)[0]).toMatchObject({ flags: L.FLAG_BEGIN, sequence: 14617771529n });
  });
});

test.skipIf(!hasRecordings)("ccxt's messages of BTC-PERPETUAL, 2026", () => {
  const decoder = decoderOf(L.PRODUCT_SWAP);
  const found = recorded("ccxt deribit", L.PRODUCT_SWAP).map((frame) => expectSame(decoder, L.VENUE_DERIBIT, frame));
  const ticker = PERPETUAL_TICKER;
  expect(found.map(kindsOf)).toEqual([
    "ignored",
    "snapshot",
    "depth",
    "ignored",
    "trade",
    "trade",
    "ignored",
    ticker,
    ticker,
  ]);
  expect(found[2].previousId).toBe(found[1].lastId);
  const [, mark, funding, interest, day] = found[7].records;
  expect(mark.payload.slice(0, 2)).toEqual([63346.33, 63329.18]);
  expect(funding.payload).toEqual([2.081e-5, 8, NaN, NaN]);
  // The rate is the premium of the mark beyond 0.025 %, of eight hours.
  expect(Math.abs(63346.33 / 63329.18 - 1 - 0.00025 - funding.payload[0])).toBeLessThan(1e-8);
  expect(interest.payload.slice(0, 2)).toEqual([716004750 / 63346.33, 716004750]);
  expect(day.payload.slice(0, 2)).toEqual([2778.68467406, 177187410]);
});

test.skipIf(!hasRecordings)("cryptofeed's recording of ten options, 2021", () => {
  const decoder = decoderOf(L.PRODUCT_OPTION);
  const counts: Record<string, number> = {};
  const books = new Map<number, number>();
  let breaks = 0;
  for (const frame of recorded("DERIBIT", L.PRODUCT_OPTION)) {
    const message = expectSame(decoder, L.VENUE_DERIBIT, frame);
    const kinds = kindsOf(message);
    counts[kinds] = (counts[kinds] ?? 0) + 1;
    if (message.class === L.CLASS_MARKET || message.result <= 0) continue;
    const { instrument } = message.records[0];
    if (message.class === L.CLASS_DELTA && books.get(instrument) !== message.previousId) breaks++;
    books.set(instrument, message.lastId);
  }
  expect(counts).toEqual({
    [OPTION_TICKER]: 61,
    // Nothing was traded in 24 hours.
    "bbo, mark, volatility, greeks, open interest": 28,
    depth: 36,
    snapshot: 10,
    // An answer and four lists of instruments.
    ignored: 5,
  });
  expect([books.size, breaks]).toEqual([10, 0]);
});
