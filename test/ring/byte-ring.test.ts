import { createMemory, planMemory, viewsOf } from "crosstick/internal/kernel/memory";
import * as L from "crosstick/internal/layout";
import {
  ByteRingReader,
  ByteRingWriter,
  FRAME_BYTES,
  FRAME_ENTRY_BYTES,
  FRAME_HEADER_BYTES,
  FRAME_LANE,
  FRAME_RECEIVED_NANOS,
  FRAME_RECEIVED_US,
  FRAME_SYMBOL_BYTES,
} from "crosstick/internal/ring/byte-ring";
import { expect, test } from "vitest";
import { generator } from "./numbers.js";

function byteRing(rawBytes: number, cursor = 0) {
  const plan = planMemory({
    ...{ lanes: [1], ringRecords: 16, scratchBytes: 1024, instruments: 1, bookLevels: 16, vwapTrades: 1 },
    ...{ windowBytes: 0, consumers: [], rawBytes },
  });
  const views = viewsOf(createMemory(plan));
  const [{ raw }] = plan.lanes;
  views.u32[(raw + L.RING_HEAD) >> 2] = cursor;
  views.u32[(raw + L.RING_TAIL) >> 2] = cursor;
  return { views, writer: new ByteRingWriter(views, raw, 3), reader: new ByteRingReader(views, raw) };
}

test("every frame that found room comes out once, in order and whole, across many wraps", () => {
  const seed = 1 + Math.floor(Math.random() * 2 ** 31);
  const random = generator(seed);
  const { views, writer, reader } = byteRing(4096, 2 ** 32 - 40_000);
  const waiting: { frame: Buffer; us: number; symbol: string | null }[] = [];
  let lost = 0;
  let taken = 0;
  for (let n = 0; n < 20_000; n++) {
    const frame = Buffer.alloc(Math.floor(random() ** 3 * 2500), n);
    const symbol = random() < 0.1 ? `S${n}币` : null;
    writer.put(frame, n + 0.25, n % 1000, symbol);
    if (reader.lost > lost) lost++;
    else waiting.push({ frame, us: n, symbol });
    while (random() < 0.5 && reader.take(1 + Math.floor(random() * 3000))) {
      for (let at = reader.at; at < reader.at + reader.bytes; at += views.u32[(at + FRAME_ENTRY_BYTES) >> 2]) {
        const expected = waiting.shift();
        if (expected === undefined) throw new Error(`seed ${seed}: a frame too many`);
        const symbolBytes = views.u16[(at + FRAME_SYMBOL_BYTES) >> 1];
        const from = at + FRAME_HEADER_BYTES + symbolBytes;
        const bytes = (start: number, end: number): Buffer => Buffer.from(views.u8.slice(start, end));
        const length = views.u32[(at + FRAME_BYTES) >> 2];
        const isSame =
          bytes(from, from + length).equals(expected.frame) &&
          bytes(at + FRAME_HEADER_BYTES, from).toString() === (expected.symbol ?? "") &&
          views.f64[(at + FRAME_RECEIVED_US) >> 3] === expected.us + 0.25 &&
          views.u16[(at + FRAME_RECEIVED_NANOS) >> 1] === expected.us % 1000 &&
          views.u16[(at + FRAME_LANE) >> 1] === 3;
        if (!isSame) throw new Error(`seed ${seed}: frame ${expected.us} came out as another`);
        taken++;
      }
      reader.release();
    }
  }
  expect(taken + waiting.length + lost, `seed ${seed}`).toBe(20_000);
  expect(lost).toBeGreaterThan(100);
  expect(taken).toBeGreaterThan(5000);
});

test("a frame that the ring can never hold is lost, and the next one is not", () => {
  const { writer, reader } = byteRing(4096);
  writer.put(Buffer.alloc(5000), 1, 0, null);
  expect([reader.lost, reader.take(1)]).toEqual([1, false]);
  writer.put(Buffer.alloc(50), 2, 0, null);
  expect([reader.take(1), reader.count, reader.latestUs]).toEqual([true, 1, 2]);
});
