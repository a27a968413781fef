import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { InvalidArgumentError } from "commander";
import { CrosstickError, EXIT } from "../errors.js";
import { isJournal } from "../record/is-journal.js";
import { type BarSeries, readBars, widened } from "../sources/recording/bars.js";

const BAR_FILE = /\.(csv|ndjson|jsonl)(\.gz)?$/i;

/** Bars of a journal may be as short as its times allow; a year is the widest. */
const LONGEST_MS = 366 * 86_400_000;
const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Series of bars of one width: that asked for, or the widest of the files. A journal gives bars of any width, of
 * every instrument it holds. Damage of a journal is told through `damaged`; what could be read is used.
 * @throws INPUT_*, BARS_FILE, BARS_WIDTH, JOURNAL_*, USAGE_BARS for a journal without a width, USAGE_INPUTS for fewer than two series
 */
export async function barSeries(
  inputs: readonly string[],
  bar: number | undefined,
): Promise<{ series: BarSeries[]; damages: { code: string; message: string }[] }> {
  const journals = inputs.filter(isJournal);
  if (journals.length > 0 && bar === undefined)
    throw new CrosstickError("USAGE_BARS", `${journals[0]} is a journal: say with --bars how long a bar is`, {
      exitCode: EXIT.usage,
    });
  const files = await Promise.all(
    inputs
      .filter((path) => !isJournal(path))
      .flatMap(barFiles)
      .map(readBars),
  );
  const widthMs = bar ?? Math.max(...files.map((one) => one.widthMs));
  const series = files.map((one) => widened(one, widthMs));
  const damages: { code: string; message: string }[] = [];
  if (journals.length > 0) {
    const { journalBars } = await import("../journal-bars.js");
    for (const dir of journals) {
      const found = await journalBars(dir, widthMs);
      series.push(...found.series);
      damages.push(...found.damages);
    }
  }
  if (series.length < 2)
    throw new CrosstickError("USAGE_INPUTS", `${series.length} series of bars: a pair needs two`, {
      exitCode: EXIT.usage,
    });
  return { series, damages };
}

function barFiles(path: string): string[] {
  if (!(statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false)) return [path];
  const names = readdirSync(path).filter((name) => BAR_FILE.test(name));
  return names.sort().map((name) => join(path, name));
}

/** Width of a bar, ms: `500ms`, `1s`, `5m`, `4h`, `1d`. */
export function widthOf(text: string): number {
  const [, count, unit] = /^(\d{1,6})(ms|s|m|h|d)$/.exec(text) ?? [];
  const width = Number(count) * UNIT_MS[unit];
  if (!(width > 0 && width <= LONGEST_MS)) throw new InvalidArgumentError("a number and ms, s, m, h or d: 1s, 5m, 1d");
  return width;
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

export function topOf(text: string): number {
  if (!/^\d{1,7}$/.test(text) || Number(text) < 1) throw new InvalidArgumentError("a whole number from 1");
  return Number(text);
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
