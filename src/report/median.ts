/** The lower of the two middle values of an even number; null of none. */
export function median(values: readonly number[]): number | null {
  return [...values].sort((a, b) => a - b)[(values.length - 1) >> 1] ?? null;
}
