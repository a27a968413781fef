import * as L from "crosstick/internal/layout";
import { expect } from "vitest";
import type { Decoder } from "./decoder.js";
import { addSymbol } from "./example-frames.js";
import { referenceBackpack } from "./reference-backpack.js";
import { referenceBinance } from "./reference-binance.js";
import { referenceBybit } from "./reference-bybit.js";
import { referenceCoinbase } from "./reference-coinbase.js";
import { referenceDeribit } from "./reference-deribit.js";
import { referenceHtx } from "./reference-htx.js";
import { referenceKraken } from "./reference-kraken.js";
import { referenceOkx } from "./reference-okx.js";
import { referenceTardis } from "./reference-tardis.js";
import type { Context, PlainMessage } from "./reference-values.js";

const references = new Map([
  [L.VENUE_BACKPACK, referenceBackpack],
  [L.VENUE_BINANCE, referenceBinance],
  [L.VENUE_BYBIT, referenceBybit],
  [L.VENUE_OKX, referenceOkx],
  [L.VENUE_DERIBIT, referenceDeribit],
  [L.VENUE_HTX, referenceHtx],
  [L.VENUE_COINBASE, referenceCoinbase],
  [L.VENUE_KRAKEN, referenceKraken],
]);

export function reference(venue: number, frame: Uint8Array, context: Context): PlainMessage {
  if (venue >= L.DIALECT_TARDIS) return referenceTardis(venue - L.DIALECT_TARDIS, frame, context);
  const decode = references.get(venue);
  if (decode === undefined) throw new Error(`venue ${venue} has no reference`);
  return decode(frame, context);
}

/** Header fields matter only for a message that has records. */
const comparable = (message: PlainMessage) => (message.result > 0 ? message : { result: message.result });

/** Whether both took the frame and gave the same, or both did not use it, or both refused it. */
export function agree(got: PlainMessage, wanted: PlainMessage): boolean {
  if (got.result <= 0 || wanted.result <= 0) return Math.sign(got.result) === Math.sign(wanted.result);
  return same(got, wanted);
}

function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
  );
}

/** Decodes both ways, symbols added as they come up, and expects the same, down to the bit and the reason. */
export function expectSame(decoder: Decoder, venue: number, frame: Uint8Array): PlainMessage {
  let got = decoder.decode(frame);
  while (got.result === L.NEED_SYMBOL) {
    expect(reference(venue, frame, decoder.context).result).toBe(L.NEED_SYMBOL);
    addSymbol(decoder, venue, decoder.neededSymbol());
    got = decoder.decode(frame);
  }
  const wanted = reference(venue, frame, decoder.context);
  if (!same(comparable(got), comparable(wanted)))
    expect({ frame: new TextDecoder().decode(frame), ...comparable(got) }).toEqual({
      frame: new TextDecoder().decode(frame),
      ...comparable(wanted),
    });
  return got;
}
