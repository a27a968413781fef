import { expect, test } from "vitest";
import { startTestKernel } from "./engine-kernel.js";

const { kernel } = startTestKernel(2);
const NAN = Number.NaN;

test("mid, weighted mid, spread and imbalance of a touch", () => {
  expect(kernel.mid(99, 101)).toBe(100);
  expect(kernel.weightedMid(99, 3, 101, 1)).toBe(100.5); // more wants to buy: the price leans to the ask
  expect(kernel.spreadBps(99, 101)).toBe(200);
  expect(kernel.imbalance(3, 1)).toBe(0.5);
  expect(kernel.imbalance(1, 3)).toBe(-0.5);
});

test("basis of two prices", () => {
  expect(kernel.basis(101, 100)).toBe(1);
  expect(kernel.basisBps(101, 100)).toBeCloseTo(100, 10);
  expect(kernel.basisBps(99, 100)).toBeCloseTo(-100, 10);
});

test("what cannot be computed is NaN, never 0", () => {
  for (const [bid, ask] of [
    [NAN, 1],
    [1, NAN],
    [1, 1],
    [2, 1],
  ]) {
    expect(kernel.mid(bid, ask)).toBeNaN();
    expect(kernel.spreadBps(bid, ask)).toBeNaN();
    expect(kernel.weightedMid(bid, 1, ask, 1)).toBeNaN();
  }
  expect(kernel.spreadBps(-1, 1)).toBeNaN();
  for (const [bidSize, askSize] of [
    [NAN, 1],
    [1, NAN],
    [0, 1],
    [1, 0],
    [0, 0],
  ]) {
    expect(kernel.weightedMid(1, bidSize, 2, askSize)).toBeNaN();
    expect(kernel.imbalance(bidSize, askSize)).toBeNaN();
  }
  expect(kernel.basis(NAN, 1)).toBeNaN();
  expect(kernel.basis(1, NAN)).toBeNaN();
  expect(kernel.basisBps(NAN, 1)).toBeNaN();
  for (const spot of [NAN, 0, -1]) expect(kernel.basisBps(1, spot)).toBeNaN();
});
