import { basename } from "node:path";
import { CrosstickError, EXIT } from "../../errors.js";
import { openBytes, readAll } from "./bytes.js";

/** Closing prices of bars of one width. */
export interface BarSeries {
  /** Instrument, or the file's name where the file does not say. */
  name: string;
  /** Width of a bar, ms. */
  widthMs: number;
  /** Openings, epoch ms, ascending, multiples of the width; a bar that is not there is not made up. */
  openMs: Float64Array;
  /** Quote currency, above 0. */
  close: Float64Array;
}

const LARGEST_BYTES = 2 ** 30;

/**
 * Reads a file of bars: CSV with a header that names a time (`time`, `open_time_ms`, `ts`) and `close`, or JSON
 * lines with such keys, plain or gzip: what `crosstick fetch --bars` writes, and what others do.
 * @throws INPUT_*, BARS_FILE (damaged input)
 */
export async function readBars(path: string): Promise<BarSeries> {
  const text = (await readAll(path, openBytes(path), LARGEST_BYTES)).toString("utf8");
  const lines = text.split(/\r?\n/);
  const read = lines[0].startsWith("{") ? jsonRow : csvRow(path, lines[0].split(","));
  const times: number[] = [];
  const closes: number[] = [];
  let isSorted = true;
  let name = basename(path).replace(/(\.csv|\.ndjson|\.jsonl)?(\.gz)?$/i, "");
  for (let i = lines[0].startsWith("{") ? 0 : 1; i < lines.length; i++) {
    if (lines[i] === "") continue;
    const row = read(lines[i]);
    if (row === null || !(row.close > 0) || !Number.isFinite(row.close) || !Number.isFinite(row.openMs))
      throw new CrosstickError("BARS_FILE", `${path}, line ${i + 1} is no bar: ${lines[i].slice(0, 80)}`, {
        exitCode: EXIT.damagedInput,
      });
    if (row.instrument !== undefined) name = row.instrument;
    if (times.length > 0 && !(row.openMs > times[times.length - 1])) isSorted = false;
    times.push(row.openMs);
    closes.push(row.close);
  }
  const { openMs, close } = isSorted
    ? { openMs: Float64Array.from(times), close: Float64Array.from(closes) }
    : inOrder(times, closes);
  const widthMs = commonStep(openMs);
  if (Number.isNaN(widthMs))
    throw new CrosstickError("BARS_FILE", `${path} holds fewer than two bars`, { exitCode: EXIT.damagedInput });
  return { name, widthMs, openMs, close };
}

/** By time; of two bars that open together the later line counts. */
function inOrder(times: readonly number[], closes: readonly number[]): Pick<BarSeries, "openMs" | "close"> {
  const rows = new Map(times.map((ms, i) => [ms, closes[i]]));
  const openMs = Float64Array.from(rows.keys()).sort();
  return { openMs, close: openMs.map((ms) => rows.get(ms) as number) };
}

/**
 * The same in wider bars: each closes as the last narrow bar in it; one whose last narrow bar is missing is left out.
 * @throws BARS_WIDTH (usage) when the width is no multiple
 */
export function widened(series: BarSeries, widthMs: number): BarSeries {
  if (widthMs === series.widthMs) return series;
  if (widthMs % series.widthMs !== 0)
    throw new CrosstickError(
      "BARS_WIDTH",
      `${series.name} has bars of ${series.widthMs / 1000} s, of which none of ${widthMs / 1000} s can be made`,
      { exitCode: EXIT.usage },
    );
  const openMs: number[] = [];
  const close: number[] = [];
  series.openMs.forEach((ms, i) => {
    if ((ms + series.widthMs) % widthMs !== 0) return;
    openMs.push(ms + series.widthMs - widthMs);
    close.push(series.close[i]);
  });
  return { name: series.name, widthMs, openMs: Float64Array.from(openMs), close: Float64Array.from(close) };
}

/** Bars that open from one time on and before another, epoch µs; undefined: no bound. */
export interface BarSpan {
  fromUs?: number;
  toUs?: number;
}

/** The bars of a series that open within a span. */
export function within(
  series: BarSeries,
  { fromUs = Number.NEGATIVE_INFINITY, toUs = Number.POSITIVE_INFINITY }: BarSpan,
): BarSeries {
  const { openMs, close } = series;
  const first = openMs.findIndex((ms) => ms * 1000 >= fromUs);
  const begin = first < 0 ? openMs.length : first;
  const after = openMs.findIndex((ms) => ms * 1000 >= toUs);
  const end = Math.max(begin, after < 0 ? openMs.length : after);
  return { ...series, openMs: openMs.subarray(begin, end), close: close.subarray(begin, end) };
}

interface Row {
  openMs: number;
  close: number;
  instrument?: string;
}

function csvRow(path: string, columns: readonly string[]): (line: string) => Row | null {
  const time = columns.findIndex((name) => ["open_time_ms", "time", "ts", "timestamp", "open_time"].includes(name));
  const close = columns.indexOf("close");
  const instrument = columns.indexOf("instrument");
  if (time < 0 || close < 0)
    throw new CrosstickError("BARS_FILE", `${path} has no columns of bars: ${columns.join(",").slice(0, 100)}`, {
      exitCode: EXIT.damagedInput,
    });
  return (line) => {
    const cells = line.split(",");
    if (cells.length !== columns.length) return null;
    return { openMs: milliseconds(cells[time]), close: Number(cells[close] || "NaN"), instrument: cells[instrument] };
  };
}

function jsonRow(line: string): Row | null {
  try {
    const { ts, time, open_time_ms: ms, close, instrument } = JSON.parse(line) as Record<string, unknown>;
    return {
      openMs: milliseconds(String(ts ?? time ?? ms)),
      close: Number(close),
      instrument: typeof instrument === "string" ? instrument : undefined,
    };
  } catch {
    return null;
  }
}

/** Epoch ms of ISO 8601 or of a count of s, ms, µs or ns, told by its digits; NaN for anything else. */
function milliseconds(text: string): number {
  if (!WHOLE.test(text)) return Date.parse(text);
  const unit = UNITS_PER_MS[text.length];
  return unit === undefined ? Number.NaN : Math.round(Number(text) / unit);
}

const WHOLE = /^\d+$/;
/** By the number of digits. */
const UNITS_PER_MS: Record<number, number | undefined> = { 10: 1e-3, 13: 1, 16: 1e3, 19: 1e6 };

/** The step between neighbours that is found most often; NaN for fewer than two. */
function commonStep(openMs: Float64Array): number {
  const counts = new Map<number, number>();
  for (let i = 1; i < openMs.length; i++) {
    const step = openMs[i] - openMs[i - 1];
    counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? Number.NaN;
}
