import type { Machine } from "./machine.js";

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
  /** What a figure needs to be understood. */
  notes?: string[];
  /** How figures change with what grows. */
  curves?: Curve[];
  /** Filled in by runBench. */
  machine?: Machine;
}

/** Series over one growing quantity. */
export interface Curve {
  name: string;
  /** What grows. */
  x: string;
  /** What is measured, with its unit. */
  y: string;
  series: { name: string; points: [x: number, y: number][] }[];
}
