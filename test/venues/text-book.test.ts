import { decimalText, digitsOf } from "crosstick/internal/venues/decimal-text";
import { TextBook } from "crosstick/internal/venues/text-book";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const seed = Number(process.env.CROSSTICK_SEED ?? Date.now() % 2 ** 31);
console.info(`text book tests: CROSSTICK_SEED=${seed}`);

const texts = (side: TextBook["bids"]): string[][] => side.map(({ price, size }) => [price.text, size.text]);

describe("exact decimals", () => {
  test("texts that differ only in zeros are equal, and their digits are those of a precision", () => {
    for (const text of ["0.000051", "5.1e-05", "51e-6", "0.00005100"])
      expect(decimalText(text)?.scaled, text).toBe(51n * 10n ** 18n);
    const one = decimalText("45285.2");
    expect([one?.decimals, digitsOf(one?.scaled ?? 0n, 1), digitsOf(one?.scaled ?? 0n, 3)]).toEqual([
      1,
      "452852",
      "45285200",
    ]);
    expect(digitsOf(decimalText("0.00100000")?.scaled ?? 0n, 8)).toBe("100000");
  });

  test("what is no price is none", () => {
    for (const text of ["", "-1", "+1", ".5", "1.", "1e", "NaN", "0x1", "1e9999", "1e-25", "1 ", "1,0"])
      expect(decimalText(text), text).toBeNull();
  });
});

describe("text book", () => {
  test("numbers that a float cannot tell apart are two levels", () => {
    const book = new TextBook();
    book.apply(true, [
      ["0.1000000000000000055511", "1"],
      ["0.1", "2"],
    ]);
    expect(Number("0.1000000000000000055511")).toBe(0.1);
    expect(texts(book.asks)).toEqual([
      ["0.1", "2"],
      ["0.1000000000000000055511", "1"],
    ]);
  });

  test("the text that came last stands, size 0 in any form removes, and what is far falls off", () => {
    const book = new TextBook();
    book.apply(false, [
      ["10.0", "1"],
      ["11.0", "2.50"],
      ["9.5", "3"],
    ]);
    book.apply(false, [
      ["10.00", "4.0"],
      ["11.0", "0E-8"],
      ["12", "0.000"],
    ]);
    expect(texts(book.bids)).toEqual([
      ["10.00", "4.0"],
      ["9.5", "3"],
    ]);
    expect([book.priceDecimals, book.sizeDecimals]).toEqual([2, 8]);
    expect(book.truncate(1).map(({ isAsk, level }) => [isAsk, level.price.text])).toEqual([[false, "9.5"]]);
    expect(texts(book.bids)).toEqual([["10.00", "4.0"]]);
  });

  test("equals a map of exact prices, whatever is set and removed", () => {
    const price = fc.tuple(fc.nat(30), fc.constantFrom("", ".0", ".00", ".5", ".50")).map(([n, tail]) => n + tail);
    const change = fc.tuple(fc.boolean(), price, fc.constantFrom("0", "0.0", "1", "1.0", "2.50"));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 80 }), fc.integer({ min: 1, max: 12 }), (changes, depth) => {
        const book = new TextBook();
        const sides = [new Map<number, string[]>(), new Map<number, string[]>()];
        for (const [isAsk, at, size] of changes) {
          expect(book.apply(isAsk, [[at, size]])).toBe(true);
          if (Number(size) === 0) sides[Number(isAsk)].delete(Number(at));
          else sides[Number(isAsk)].set(Number(at), [at, size]);
        }
        book.truncate(depth);
        const sorted = (map: Map<number, string[]>, sign: number): string[][] =>
          [...map].toSorted(([a], [b]) => sign * (a - b)).map(([, texts]) => texts);
        expect(texts(book.bids)).toEqual(sorted(sides[0], -1).slice(0, depth));
        expect(texts(book.asks)).toEqual(sorted(sides[1], 1).slice(0, depth));
      }),
      { seed, numRuns: 200 },
    );
  });
});
