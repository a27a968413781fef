/**
 * How many random cases a property is tried with: `short` in each run of the tests, which must stay short;
 * CROSSTICK_TEST_RUNS times as many in `npm run test:many`.
 */
export function runs(short: number): number {
  return Math.round(short * Number(process.env.CROSSTICK_TEST_RUNS ?? 1));
}
