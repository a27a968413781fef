import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { InvalidArgumentError } from "commander";
import { CrosstickError, EXIT } from "../errors.js";
import { type BarSeries, readBars, widened } from "../sources/recording/bars.js";
import { BARS, type BarName } from "../venues/queries.js";

const BAR_FILE = /\.(csv|ndjson|jsonl)(\.gz)?$/i;

/**
 * Series of bars of one width: that asked for, or the widest of the files.
 * @throws INPUT_*, BARS_FILE, BARS_WIDTH, USAGE_INPUTS for fewer than two
 */
export async function barSeries(inputs: readonly string[], bar: BarName | undefined): Promise<BarSeries[]> {
  const files = inputs.flatMap((path) => {
    if (!(statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false)) return [path];
    const names = readdirSync(path).filter((name) => BAR_FILE.test(name));
    return names.sort().map((name) => join(path, name));
  });
  if (files.length < 2)
    throw new CrosstickError("USAGE_INPUTS", `${files.length} files of bars: a pair needs two`, {
      exitCode: EXIT.usage,
    });
  const series = await Promise.all(files.map(readBars));
  const widthMs = bar === undefined ? Math.max(...series.map((one) => one.widthMs)) : BARS[bar];
  return series.map((one) => widened(one, widthMs));
}

/** So many significant digits; null for what is not known. */
export function finite(value: number, digits: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(digits)) : null;
}

export function workersOf(text: string): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) < 1) throw new InvalidArgumentError("a whole number from 1");
  return Number(text);
}

export function shareOf(text: string): number {
  const share = Number(text);
  if (text === "" || !(share >= 0 && share <= 1)) throw new InvalidArgumentError("a number from 0 to 1");
  return share;
}

/** One line on a terminal, rewritten in place; nothing elsewhere. */
export function progressLine(what: string): { at(done: number, all: number): void; end(): void } {
  const shown = process.stderr.isTTY === true;
  return {
    at: (done, all) => {
      if (shown) process.stderr.write(`\r${done} of ${all} ${what}`);
    },
    end: () => {
      if (shown) process.stderr.write("\r\u001b[K");
    },
  };
}
