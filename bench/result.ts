/** What every bench returns: a table for people and checks for machines. */
export interface BenchResult {
  name: string;
  /** Unit of the rows' times. */
  unit: string;
  rows: { name: string; [column: string]: string | number }[];
  /** Passed when value >= threshold. */
  checks: { name: string; value: number; threshold: number; passed: boolean }[];
}
