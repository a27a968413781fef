import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { CrosstickError, EXIT } from "../errors.js";
import { parseTime, usToIso, usToNsText } from "../market/times.js";
import { BARS, type BarName, type Candle } from "../venues/queries.js";

/** What the bars of a file are of. */
export interface CandleSeries {
  instrument: string;
  bar: BarName;
}

export type CandleFormat = "csv" | "ndjson";

export const CSV_HEADER = "instrument,bar,time,open,high,low,close,volume,quote_volume,trades";

/** The last line of a file is in here. */
const TAIL_BYTES = 4096;

export function candleLine(format: CandleFormat, { instrument, bar }: CandleSeries, candle: Candle): string {
  const { openMs, open, high, low, close, volume, quoteVolume, trades } = candle;
  if (format === "ndjson")
    return JSON.stringify({
      ...{ instrument, bar, ts: usToNsText(openMs * 1000), open, high, low, close, volume, quoteVolume, trades },
    });
  const time = `${usToIso(openMs * 1000).slice(0, 19)}Z`;
  return [instrument, bar, time, open, high, low, close, volume ?? "", quoteVolume ?? "", trades ?? ""].join(",");
}

/** `.ndjson` and `.jsonl` hold JSON, all others CSV. */
export function formatOf(path: string): CandleFormat {
  return /\.(ndjson|jsonl)$/i.test(path) ? "ndjson" : "csv";
}

/** A file of candles that grows at its end, one instrument and width a file. */
export class CandleFile {
  /** Opening of the last bar that it holds, epoch ms; null when it is new. */
  readonly lastMs: number | null;
  private readonly fd: number;
  private readonly format: CandleFormat;
  private end: number;
  private readonly series: CandleSeries;

  /**
   * Opens a file to go on, or begins it. A line that was cut off in the middle is written anew.
   * @throws CANDLES_FILE when it holds something else, OUTPUT_UNWRITABLE
   */
  constructor(path: string, series: CandleSeries) {
    this.format = formatOf(path);
    this.series = series;
    const exists = existsSync(path);
    try {
      this.fd = openSync(path, exists ? "r+" : "wx+");
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      throw new CrosstickError("OUTPUT_UNWRITABLE", `Cannot write ${path}: ${code ?? message}`, { cause });
    }
    const { size } = fstatSync(this.fd);
    const from = Math.max(0, size - TAIL_BYTES);
    const tail = Buffer.alloc(size - from);
    readSync(this.fd, tail, 0, tail.length, from);
    const whole = tail.lastIndexOf(0x0a) + 1;
    ftruncateSync(this.fd, from + whole);
    this.end = from + whole;
    const line = tail.subarray(0, whole).toString("utf8").trimEnd().split("\n").at(-1) ?? "";
    this.lastMs = line === "" || line === CSV_HEADER ? null : this.read(line, path);
    if (this.end === 0 && this.format === "csv") this.write(CSV_HEADER);
  }

  append(candles: readonly Candle[]): void {
    if (candles.length === 0) return;
    this.write(candles.map((candle) => candleLine(this.format, this.series, candle)).join("\n"));
  }

  close(): void {
    closeSync(this.fd);
  }

  private write(text: string): void {
    this.end += writeSync(this.fd, `${text}\n`, this.end);
  }

  /** Opening of a line's bar, which must be of the series. */
  private read(line: string, path: string): number {
    const { instrument, bar } = this.series;
    const found = this.format === "csv" ? readCsv(line) : readJson(line);
    if (found === null || found.openMs % BARS[bar] !== 0) throw this.foreign(path, "its last line is no bar");
    if (found.instrument !== instrument || found.bar !== bar)
      throw this.foreign(path, `it holds ${found.instrument} ${found.bar}, not ${instrument} ${bar}`);
    return found.openMs;
  }

  private foreign(path: string, problem: string): CrosstickError {
    closeSync(this.fd);
    return new CrosstickError("CANDLES_FILE", `Cannot go on in ${path}: ${problem}`, { exitCode: EXIT.damagedInput });
  }
}

interface Line {
  instrument: unknown;
  bar: unknown;
  openMs: number;
}

function readCsv(line: string): Line | null {
  const [instrument, bar, time = ""] = line.split(",");
  const opened = parseTime(time);
  return opened === null ? null : { instrument, bar, openMs: opened.us / 1000 };
}

function readJson(line: string): Line | null {
  try {
    const { instrument, bar, ts } = JSON.parse(line) as Record<string, unknown>;
    const opened = parseTime(String(ts), "ns");
    return opened === null ? null : { instrument, bar, openMs: opened.us / 1000 };
  } catch {
    return null;
  }
}
