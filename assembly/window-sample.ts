// What a rolling window holds.
import { WINDOW_CAPACITY, WINDOW_HEADER_BYTES, WINDOW_NEXT } from "../src/layout";

/** Sample of a window by age, 0 the newest. */
// @ts-ignore: decorator
@inline
export function sample(window: usize, age: i32): f64 {
  let slot = load<i32>(window, WINDOW_NEXT) - 1 - age;
  if (slot < 0) slot += load<i32>(window, WINDOW_CAPACITY);
  return load<f64>(window + WINDOW_HEADER_BYTES + (usize(slot) << 3));
}
