// Measurements in turns, so that whatever else this machine does falls on all of them alike.

/** Median with the smallest and the largest of the values. */
export interface Spread {
  median: number;
  low: number;
  high: number;
}

/** Takes every measurement once a round; values by name, one a round. */
export async function inTurns<Name extends string>(
  rounds: number,
  measurements: Readonly<Record<Name, () => number | Promise<number>>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(measurements) as Name[];
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) for (const name of names) values[name].push(await measurements[name]());
  return values;
}

/** Spread of `values[i] / others[i]`: each round compared with itself. */
export function ratios(values: readonly number[], others: readonly number[]): Spread {
  return spread(values.map((value, round) => value / others[round]));
}

/** NaN when there are no values. */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, low: sorted[0] ?? Number.NaN, high: sorted[sorted.length - 1] ?? Number.NaN };
}

/** Three significant digits. */
export function round3(value: number): number {
  return Number(value.toPrecision(3));
}

/** Of times, in their unit. */
export interface Percentiles {
  p50: number;
  p90: number;
  p99: number;
  p999: number;
  max: number;
}

export function percentiles(times: Float64Array): Percentiles {
  const sorted = times.slice().sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: at(1) };
}
