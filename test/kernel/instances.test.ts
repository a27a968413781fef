import { BOOK_HEADER_BYTES, REGIONS_AT, SPREAD_LOG_RATIO, WINDOW_Z } from "crosstick/internal/layout";
import { expect, test } from "vitest";
import { instanceOver, startTestKernel } from "./engine-kernel.js";

// Several threads each have an instance over one memory: nothing may live anywhere but at the addresses passed in.
test("instances over one memory see the same state, and a new one resets nothing", () => {
  const { kernel, memory, f64, u8 } = startTestKernel(4);
  const book = REGIONS_AT;
  const window = REGIONS_AT + 4096;
  kernel.bookInit(book, 16);
  kernel.windowInit(window, 8);
  const instances = [kernel];
  const alone = startTestKernel(4);
  alone.kernel.windowInit(window, 8);
  for (let turn = 0; turn < 40; turn++) {
    if (turn % 5 === 0) instances.push(instanceOver(memory));
    const instance = instances[turn % instances.length];
    instance.bookApply(book, turn % 2, 100 + (turn % 2 ? turn : -turn), 1);
    instance.windowPush(window, Math.sin(turn));
    instance.spreadOf(SPREAD_LOG_RATIO, turn + 1, 2, 0); // its logarithm table must not disturb the others'
    alone.kernel.windowPush(window, Math.sin(turn));
    expect(f64[(window + WINDOW_Z) >> 3]).toBe(alone.f64[(window + WINDOW_Z) >> 3]);
    for (const other of instances) expect(other.bookBestBid(book)).toBe(kernel.bookBestBid(book));
  }
  const before = u8.slice(REGIONS_AT, REGIONS_AT + 8192);
  instanceOver(memory);
  expect(u8.slice(REGIONS_AT, REGIONS_AT + 8192)).toEqual(before);
  expect(before.subarray(0, BOOK_HEADER_BYTES).some((byte) => byte !== 0)).toBe(true);
});
