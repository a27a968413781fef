// Sizes in whole lots, against whole numbers; and lots as a venue's own recorded list has them.
import { floored, optionLot } from "crosstick/internal/market/lots";
import { resolveInstrument } from "crosstick/internal/market/symbols";
import fc from "fast-check";
import { expect, test } from "vitest";
import { linesOf } from "../replay/edited-recording.js";
import { cryptofeedDeribit, hasRecordings } from "../replay/shared-data.js";

test("a size is cut to the decimal of its lots, and whole lots stay whole", () => {
  const digits = fc.integer({ min: 0, max: 6 });
  fc.assert(
    fc.property(digits, fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 0, max: 999 }), (n, lots, rest) => {
      const lot = Number(`1e-${n}`);
      const size = Number(`${lots}${String(rest).padStart(3, "0")}e-${n + 3}`);
      expect(floored(size, lot)).toBe(Number(`${lots}e-${n}`));
      expect(floored(lots * lot, lot)).toBe(Number(`${lots}e-${n}`));
    }),
  );
  expect([floored(7.6, 2.5), floored(0.99, 1), floored(0.123, undefined)]).toEqual([7.5, 0, 0.123]);
});

test.skipIf(!hasRecordings)("Deribit's recorded list has the lots that are known here", () => {
  let compared = 0;
  for (const line of linesOf(cryptofeedDeribit)) {
    if (!line.includes("get_instruments")) continue;
    const { result } = JSON.parse((JSON.parse(line) as { data: string }).data);
    for (const { kind, instrument_name, min_trade_amount } of result) {
      if (kind !== "option") continue;
      expect([instrument_name, optionLot(resolveInstrument("deribit", "option", instrument_name))]).toEqual([
        instrument_name,
        min_trade_amount,
      ]);
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(900);
  expect(optionLot(resolveInstrument("deribit", "option", "XRP_USDC-30JUN24-0d625-C"))).toBeNaN();
});
