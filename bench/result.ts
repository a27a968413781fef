/** What every bench returns: a table for people and checks for machines. */
export interface BenchResult {
  name: string;
  /** Unit of the rows' times. */
  unit: string;
  rows: { name: string; [column: string]: string | number }[];
  /** Passed when value >= threshold. */
  checks: { name: string; value: number; threshold: number; passed: boolean }[];
  /** What was shown to be equal before or while it was timed. */
  equal?: string[];
  /** Peers in this run with the version and options they ran with. */
  peers?: Record<string, string>;
  /** Peers that this run did without, and why. */
  skipped?: { name: string; reason: string }[];
}
