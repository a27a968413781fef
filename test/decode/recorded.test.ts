import * as L from "crosstick/internal/layout";
import { describe, expect, test } from "vitest";
import { expectSame } from "./comparison.js";
import { Decoder } from "./decoder.js";
import { allRecordings, hasRecordings, olderRecordings } from "./recordings.js";

describe.skipIf(!hasRecordings)("recorded frames decode as by JSON.parse", () => {
  for (const { name, venue, product, isCurrent, frames } of allRecordings)
    test(`${name}, product ${product}`, () => {
      const decoder = new Decoder(venue, product);
      decoder.context.hint = 0;
      let used = 0;
      let refused = 0;
      for (const frame of frames()) {
        // A reply that names no symbol belongs to the first one, as long as there is none the second time.
        if (decoder.context.symbols.size === 0 && frame[1] === 0x22 && frame[2] === 0x6c) decoder.add("FIRST");
        const { result } = expectSame(decoder, venue, frame);
        if (result > 0) used++;
        if (result < 0) refused++;
      }
      expect(used + (name.includes("http") ? 1 : 0)).toBeGreaterThan(0);
      if (isCurrent) {
        expect(decoder.misses()).toBe(0);
        expect(refused).toBe(0);
      }
    });
});

test("the recordings are complete when they are there", () => {
  if (!hasRecordings) return;
  const decoder = new Decoder(L.VENUE_BINANCE, L.PRODUCT_SPOT);
  decoder.context.hint = 0;
  const kinds = new Map<number, number>();
  for (const frame of allRecordings[0].frames()) {
    const { records } = expectSame(decoder, L.VENUE_BINANCE, frame);
    if (records.length > 0) kinds.set(records[0].kind, (kinds.get(records[0].kind) ?? 0) + 1);
  }
  expect(Object.fromEntries(kinds)).toEqual({
    [L.KIND_DEPTH]: 3451,
    [L.KIND_BBO]: 28040,
    [L.KIND_TRADE]: 9757,
    [L.KIND_SNAPSHOT]: 1,
  });
});

describe.skipIf(!hasRecordings)("every frame of an older protocol is refused as unknown", () => {
  for (const { name, venue, product, frames } of olderRecordings)
    test(name, () => {
      const decoder = new Decoder(venue, product);
      for (const frame of frames()) expect(expectSame(decoder, venue, frame).result).toBe(L.REJECT_UNKNOWN);
    });
});
