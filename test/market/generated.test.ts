// Instruments made up part by part, and times in every form: what test/market's other files show from the venues'
// own symbols, shown here from the other end.
import { findInstrument } from "crosstick/internal/market/find-instrument";
import { productOfSymbol, rawSymbolOf, resolveInstrument, resolveUnified } from "crosstick/internal/market/symbols";
import { parseTime, type TimeUnit, timeOfNumber } from "crosstick/internal/market/times";
import { parseUnified, type SymbolParts, unifiedSymbol } from "crosstick/internal/market/unified";
import { PRODUCTS_OF, VENUES, type VenueName } from "crosstick/internal/market/venues";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const seed = Number(process.env.CROSSTICK_SEED ?? Date.now() % 2 ** 31);
console.log(`generated instruments and times: CROSSTICK_SEED=${seed}`);

const coin = fc.oneof(
  fc.constantFrom("BTC", "ETH", "SOL", "XRP", "SHIB1000", "1000PEPE", "1INCH", "USDC", "AR", "ARB", "kBONK"),
  fc.stringMatching(/^[A-Z][0-9A-Z]{1,6}$/),
);
const quote = fc.constantFrom("USDT", "USDC", "USD", "BTC", "ETH", "EUR", "BUSD", "AEUR");
const day = fc
  .date({ min: new Date("2020-01-01"), max: new Date("2099-12-31"), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
/** As venues have them: whole, or with a few decimals. */
const strike = fc
  .tuple(fc.integer({ min: 1, max: 2_000_000 }), fc.integer({ min: 0, max: 3 }))
  .map(([digits, decimals]) => Number((digits / 10 ** decimals).toFixed(decimals)));

const parts: fc.Arbitrary<SymbolParts> = fc
  .record({
    base: coin,
    quote,
    kind: fc.constantFrom("spot", "linear", "inverse"),
    expiry: fc.option(day),
    strike: fc.option(strike),
    optionType: fc.constantFrom<"call" | "put">("call", "put"),
  })
  .filter(({ base, quote: counted }) => base !== counted)
  .map(({ base, quote: counted, kind, expiry, strike: price, optionType }): SymbolParts => {
    const isSpot = kind === "spot";
    const isOption = !isSpot && expiry !== null && price !== null;
    return {
      ...{ base, quote: counted, settle: isSpot ? null : kind === "linear" ? counted : base },
      ...{ expiry: isSpot ? null : expiry, strike: isOption ? price : null, optionType: isOption ? optionType : null },
    };
  });
const venue = fc.constantFrom<VenueName>(...VENUES);

describe("instruments, part by part", () => {
  test("a unified symbol says all that it was made of", () => {
    fc.assert(
      fc.property(parts, (one) => {
        expect(parseUnified(unifiedSymbol(one))).toEqual(one);
      }),
      { seed, numRuns: 1000 },
    );
  });

  test("on each venue it means one market, whose symbol means it again, or none", () => {
    let understood = 0;
    fc.assert(
      fc.property(venue, parts, (name, one) => {
        const symbol = unifiedSymbol(one);
        const found = resolveUnified(name, symbol);
        const product = productOfSymbol(name, symbol);
        if (found === null) return;
        understood++;
        expect(found).toMatchObject({ venue: name, product, symbol, ...one });
        expect(PRODUCTS_OF[name]).toContain(found.product);
        expect(resolveInstrument(name, found.product, found.rawSymbol)).toEqual(found);
        // No other product of the venue takes the unified symbol for one of its own.
        for (const other of PRODUCTS_OF[name])
          if (other !== found.product) expect(rawSymbolOf(name, other, symbol)).toBeNull();
      }),
      { seed, numRuns: 4000 },
    );
    expect(understood).toBeGreaterThan(400);
  });

  test("two that differ in any part never share a venue's symbol", () => {
    fc.assert(
      fc.property(venue, fc.array(parts, { minLength: 2, maxLength: 40 }), (name, all) => {
        const bySymbol = new Map<string, string>();
        for (const one of all) {
          const found = resolveUnified(name, unifiedSymbol(one));
          if (found === null) continue;
          const key = `${found.product} ${found.rawSymbol}`;
          expect(bySymbol.get(key) ?? found.id).toBe(found.id);
          bySymbol.set(key, found.id);
        }
      }),
      { seed, numRuns: 300 },
    );
  });

  test("whoever names one by id, or by market and the venue's symbol, gets it and no other", () => {
    fc.assert(
      fc.property(
        venue,
        fc.uniqueArray(parts, { minLength: 1, maxLength: 30, selector: unifiedSymbol }),
        (name, all) => {
          const known = all.flatMap((one) => resolveUnified(name, unifiedSymbol(one)) ?? []);
          for (const one of known) {
            expect(findInstrument(one.id, known)).toBe(one);
            expect(findInstrument(`${name}.${one.product}:${one.rawSymbol}`, known)).toBe(one);
          }
        },
      ),
      { seed, numRuns: 200 },
    );
  });
});

describe("times, in every form", () => {
  const units: readonly [unit: TimeUnit, nanoseconds: bigint][] = [
    ["s", 1_000_000_000n],
    ["ms", 1_000_000n],
    ["us", 1000n],
    ["ns", 1n],
  ];
  /** Whole seconds from 1974 to 2255. */
  const second = fc.integer({ min: 126_230_400, max: 8_999_999_999 });

  test("one instant as s, ms, µs and ns, as text and as number, and as ISO text, is the same", () => {
    fc.assert(
      fc.property(second, fc.integer({ min: 0, max: 999 }), (seconds, millis) => {
        const ms = BigInt(seconds) * 1000n + BigInt(millis);
        const instant = { us: Number(ms * 1000n), nanos: 0 };
        const iso = new Date(Number(ms)).toISOString();
        const texts = [String(ms), `${ms}000`, `${ms}000000`, `${seconds}.${String(millis).padStart(3, "0")}`];
        for (const text of [...texts, iso, iso.replace("T", " ").replace("Z", ""), iso.replace("Z", "+00:00")])
          expect([text, parseTime(text)]).toEqual([text, instant]);
        expect(timeOfNumber(Number(ms))).toEqual(instant);
        expect(timeOfNumber(Number(ms) * 1000)).toEqual(instant);
        expect(timeOfNumber(seconds)).toEqual({ us: seconds * 1e6, nanos: 0 });
      }),
      { seed, numRuns: 1000 },
    );
  });

  test("a count has one unit at most, and is never taken for another than its own", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), (count) => {
        const found = parseTime(String(count));
        const fits = units.filter(([unit]) => {
          const said = parseTime(String(count), unit);
          return found !== null && said !== null && said.us === found.us && said.nanos === found.nanos;
        });
        expect(fits.length).toBe(found === null ? 0 : 1);
      }),
      { seed, numRuns: 2000 },
    );
    for (const [unit, nanoseconds] of units) {
      const count = 1_700_000_000_000_000_000n / nanoseconds;
      expect([unit, parseTime(String(count))]).toEqual([unit, { us: 1_700_000_000_000_000, nanos: 0 }]);
    }
  });

  test("a day that no calendar has is no time, whatever stands behind it", () => {
    const two = (value: number): string => String(value).padStart(2, "0");
    fc.assert(
      fc.property(
        fc.integer({ min: 1971, max: 2254 }),
        fc.integer({ min: 0, max: 13 }),
        fc.integer({ min: 0, max: 32 }),
        fc.constantFrom("", "T12:30Z", " 12:30:15.250", "T12:30:15+02:00"),
        (year, month, date, rest) => {
          const days = month < 1 || month > 12 ? 0 : new Date(Date.UTC(year, month, 0)).getUTCDate();
          const exists = date >= 1 && date <= days;
          const parsed = parseTime(`${year}-${two(month)}-${two(date)}${rest}`);
          expect(parsed !== null).toBe(exists);
        },
      ),
      { seed, numRuns: 2000 },
    );
  });

  test("what is no plain count and no ISO text is no time", () => {
    const digits = second.map(String);
    const wrong = fc.oneof(
      digits.map((text) => `+${text}`),
      digits.map((text) => `-${text}`),
      digits.map((text) => ` ${text}`),
      digits.map((text) => `${text}n`),
      digits.map((text) => `${text}.`),
      digits.map((text) => `0x${text}`),
      digits.map((text) => `${text.slice(0, 3)},${text.slice(3)}`),
      digits.map((text) => `${text.slice(0, 1)}.${text.slice(1)}e9`),
    );
    fc.assert(
      fc.property(wrong, (text) => {
        expect([text, parseTime(text)]).toEqual([text, null]);
      }),
      { seed, numRuns: 1000 },
    );
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1_700_000_000, 1.7e300])
      expect(timeOfNumber(value)).toBeNull();
  });
});
