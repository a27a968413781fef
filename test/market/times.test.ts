import { parseTime, timeOfNumber, usToIso, usToNsText } from "crosstick/internal/market/times";
import fc from "fast-check";
import { expect, test } from "vitest";

/** Nanoseconds from 1974 to 2255. */
const nanoseconds = fc.bigInt({ min: 126_230_400_000_000_000n, max: 9_000_000_000_000_000_000n });
const instantOf = (ns: bigint) => ({ us: Number(ns / 1000n), nanos: Number(ns % 1000n) });

test("any unit, with as many decimals as it takes, gives the same instant, with the unit said or not", () => {
  fc.assert(
    fc.property(nanoseconds, (ns) => {
      const digits = String(ns);
      for (const [unit, places] of [
        ["s", 9],
        ["ms", 6],
        ["us", 3],
        ["ns", 0],
      ] as const) {
        const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
        expect(parseTime(text)).toEqual(instantOf(ns));
        expect(parseTime(text, unit)).toEqual(instantOf(ns));
        expect(parseTime(places === 0 ? text : `${text}987`)).toEqual(instantOf(ns));
      }
    }),
  );
});

test("times without decimals", () => {
  expect(parseTime("1680652700")).toEqual({ us: 1680652700000000, nanos: 0 });
  expect(parseTime("1680652700423")).toEqual({ us: 1680652700423000, nanos: 0 });
  expect(parseTime("1680652700423575")).toEqual({ us: 1680652700423575, nanos: 0 });
  expect(parseTime("1723161256172216566")).toEqual({ us: 1723161256172216, nanos: 566 });
  expect(parseTime("5", "s")).toEqual({ us: 5000000, nanos: 0 });
  expect(timeOfNumber(1786310818.2235148)).toEqual({ us: 1786310818223514, nanos: 800 });
});

test("ISO text and back", () => {
  fc.assert(
    fc.property(nanoseconds, (ns) => {
      const { us } = instantOf(ns);
      const iso = usToIso(us);
      expect(iso).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      expect(parseTime(iso)).toEqual({ us, nanos: 0 });
      expect(parseTime(`${iso.slice(0, -1)}${String(ns % 1000n).padStart(3, "0")}Z`)).toEqual(instantOf(ns));
    }),
  );
  const same = { us: 1786310818000000, nanos: 0 };
  for (const text of [
    "2026-08-09T21:26:58Z",
    "2026-08-09 21:26:58",
    "2026-08-09T21:26:58.000",
    "2026-08-09T23:26:58+02:00",
    "2026-08-09T15:56:58-0530",
  ]) {
    expect([text, parseTime(text)]).toEqual([text, same]);
  }
  expect(parseTime("2026-08-09")).toEqual({ us: 1786233600000000, nanos: 0 });
});

test.each([
  "",
  "abc",
  "12",
  "-1680652700",
  "1e9",
  "50000000000",
  "2026-02-30",
  "2026-13-01",
  "2026-08-09T25:00:00Z",
  "99999999999999999999",
])("%j is no time", (text) => {
  expect(parseTime(text)).toBeNull();
});

test("JSON times end in 000 and are exact; NaN has no text", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (us) => {
      expect(BigInt(usToNsText(us))).toBe(BigInt(us) * 1000n);
    }),
  );
  expect(usToIso(Number.NaN)).toBe("");
});
