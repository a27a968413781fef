import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CandleFile, CSV_HEADER } from "crosstick/internal/cli/candle-file";
import type { Candle } from "crosstick/internal/venues/queries";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "crosstick-candles-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const series = { instrument: "binance:BTC/USDT", bar: "1h" } as const;
const candles = Array.from(
  { length: 6 },
  (_, index): Candle => ({
    ...{ openMs: Date.UTC(2024, 0, 1, index), open: 1.5 + index, high: 9, low: 1e-7, close: 2 },
    ...{ volume: index === 3 ? null : 12.25, quoteVolume: null, trades: index },
  }),
);

/** Writes candles to a file, opening it once for each stretch. */
function write(path: string, ...stretches: Candle[][]): void {
  for (const stretch of stretches) {
    const file = new CandleFile(path, series);
    file.append(stretch);
    file.close();
  }
}

describe.each(["csv", "ndjson"])("a file of candles, %s", (type) => {
  test("cut anywhere, it goes on as if it had never been", () => {
    const whole = join(folder, `whole.${type}`);
    const cut = join(folder, `cut.${type}`);
    write(whole, candles);
    const bytes = readFileSync(whole);
    fc.assert(
      fc.property(fc.nat(bytes.length), (length) => {
        writeFileSync(cut, bytes.subarray(0, length));
        const file = new CandleFile(cut, series);
        file.append(candles.filter(({ openMs }) => file.lastMs === null || openMs > file.lastMs));
        file.close();
        expect(readFileSync(cut).equals(bytes)).toBe(true);
      }),
      { seed: 20240101 },
    );
  });

  test("of another instrument or width: left alone", () => {
    const path = join(folder, `other.${type}`);
    write(path, candles);
    const held = readFileSync(path, "utf8");
    const other = { ...series, instrument: "binance:ETH/USDT" };
    for (const wrong of [other, { ...series, bar: "1d" as const }])
      expect(() => new CandleFile(path, wrong)).toThrowError(
        expect.objectContaining({ code: "CANDLES_FILE", exitCode: 5 }),
      );
    appendFileSync(path, "this is no bar\n");
    expect(() => new CandleFile(path, series)).toThrowError(expect.objectContaining({ code: "CANDLES_FILE" }));
    expect(readFileSync(path, "utf8")).toBe(`${held}this is no bar\n`);
  });
});

test("what the venue does not say is empty in CSV", () => {
  const path = join(folder, "empty.csv");
  write(path, candles.slice(3, 4));
  expect(readFileSync(path, "utf8")).toBe(`${CSV_HEADER}\nbinance:BTC/USDT,1h,2024-01-01T03:00:00Z,4.5,9,1e-7,2,,,3\n`);
});
