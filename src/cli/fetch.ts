import { type Command, InvalidArgumentError } from "commander";
import { CrosstickError, EXIT } from "../errors.js";
import { parseTime, usToIso } from "../market/times.js";
import { barPages, wholeBars } from "../queries/bars.js";
import { queriesFor } from "../queries/market-queries.js";
import { BARS, type BarName, type BarRange, type Candle } from "../venues/queries.js";
import { CandleFile, type CandleSeries, CSV_HEADER, candleLine } from "./candle-file.js";
import { registerTardis } from "./fetch-tardis.js";
import { barOf, CONCURRENCY, marketsOf, openQueries } from "./venue-questions.js";

/** `crosstick fetch VENUE SYMBOL` */
export function register(program: Command): void {
  const fetch = program
    .enablePositionalOptions() // what follows `tardis` is its own
    .command("fetch")
    .enablePositionalOptions()
    .description("Candles of an instrument, page by page within the venue's limits; an existing file is gone on with")
    .argument("<venue>", "binance, or binance.usdm")
    .argument("<symbol>", "unified symbol or the venue's own")
    .option("--bars <width>", `width of a bar, needed: ${Object.keys(BARS).join(", ")}`, barOf)
    .option("--from <time>", "first opening: ISO 8601, or a count of s, ms, µs or ns; not needed to go on", timeOf)
    .option("--to <time>", "bars that open before it; now unless said", timeOf)
    .option("--out <file>", "CSV, or NDJSON when it ends in .ndjson or .jsonl; stdout without")
    .option("-c, --config <file>", "configuration whose addresses count")
    .option("--json", "NDJSON on stdout; with --out one line: what was fetched")
    .action(run);
  registerTardis(fetch);
}

interface Options {
  /** Needed, but not by the command below. */
  bars?: BarName;
  /** Epoch ms. */
  from?: number;
  to?: number;
  out?: string;
  config?: string;
  json?: boolean;
}

async function run(name: string, symbol: string, given: Options): Promise<void> {
  const { bars = missingBars() } = given;
  const options = { ...given, bars };
  const markets = marketsOf(name);
  if (markets.length !== 1)
    throw new CrosstickError("USAGE_VENUE", `One venue at a time, got ${name}`, { exitCode: EXIT.usage });
  const [{ venue, product }] = markets;
  const market = openQueries({ config: options.config, concurrency: CONCURRENCY });
  const queries = await queriesFor(venue);
  const instrument = await market.find(venue, symbol, product);
  const series = { instrument: instrument.id, bar: options.bars };
  const sink =
    options.out === undefined ? new Printer(series, options.json === true) : new CandleFile(options.out, series);
  try {
    const range = rangeOf(options, sink.lastMs, queries.candles.kept?.(instrument.product));
    const told = new Progress(range);
    let fetched = 0;
    for await (const { bars, doneMs } of barPages(market.desk, queries, instrument, range)) {
      sink.append(bars);
      fetched += bars.length;
      told.at(doneMs, fetched);
    }
    told.end();
    report(options, series, range, fetched);
  } finally {
    sink.close();
  }
}

function missingBars(): never {
  throw new CrosstickError("USAGE_BARS", `--bars is missing: give one of ${Object.keys(BARS).join(", ")}`, {
    exitCode: EXIT.usage,
  });
}

/** What is to be fetched: from --from, or from the bar after the last one of the file. */
function rangeOf({ bars: bar, from, to }: Options & { bars: BarName }, lastMs: number | null, kept?: number): BarRange {
  const fromMs = lastMs === null ? from : lastMs + BARS[bar];
  if (fromMs === undefined)
    throw new CrosstickError("USAGE_FROM", "--from is missing, and there is no file to go on with", {
      exitCode: EXIT.usage,
    });
  const asked = { bar, fromMs, toMs: to ?? Date.now() };
  const range = wholeBars(asked, Date.now(), kept);
  if (range.fromMs > fromMs + BARS[bar])
    process.stderr.write(`the venue keeps ${kept} bars of ${bar}: none from before ${usToIso(range.fromMs * 1000)}\n`);
  return range;
}

function report({ out, json }: Options, series: CandleSeries, range: BarRange, fetched: number): void {
  const asked = Math.max(0, (range.toMs - range.fromMs) / BARS[range.bar]);
  const missing = asked - fetched;
  const iso = (ms: number): string => usToIso(ms * 1000).slice(0, 19);
  if (out !== undefined && json)
    process.stdout.write(
      `${JSON.stringify({ ...series, from: `${iso(range.fromMs)}Z`, to: `${iso(range.toMs)}Z`, fetched, missing, out })}\n`,
    );
  const holes = missing === 0 ? "" : `; ${missing} of ${asked} are not there: nothing traded, or the venue keeps none`;
  if (out !== undefined || missing > 0)
    process.stderr.write(
      `${fetched} bars of ${series.bar} from ${iso(range.fromMs)} to ${iso(range.toMs)}${out === undefined ? "" : ` in ${out}`}${holes}\n`,
    );
}

/** Candles on stdout. */
class Printer {
  readonly lastMs = null;
  private readonly series: CandleSeries;
  private readonly json: boolean;

  constructor(series: CandleSeries, json: boolean) {
    this.series = series;
    this.json = json;
    if (!json) process.stdout.write(`${CSV_HEADER}\n`);
  }

  append(candles: readonly Candle[]): void {
    const format = this.json ? "ndjson" : "csv";
    for (const candle of candles) process.stdout.write(`${candleLine(format, this.series, candle)}\n`);
  }

  close(): void {}
}

/** One line on a terminal, rewritten in place. */
class Progress {
  private readonly range: BarRange;
  private readonly shown = process.stderr.isTTY === true;

  constructor(range: BarRange) {
    this.range = range;
  }

  at(doneMs: number, fetched: number): void {
    if (!this.shown) return;
    const { fromMs, toMs } = this.range;
    const percent = Math.floor(((doneMs - fromMs) / (toMs - fromMs)) * 100);
    process.stderr.write(`\r${percent} %  ${fetched} bars, up to ${usToIso(doneMs * 1000).slice(0, 16)}\u001b[K`);
  }

  end(): void {
    if (this.shown) process.stderr.write("\r\u001b[K");
  }
}

function timeOf(text: string): number {
  const time = parseTime(text);
  if (time === null) throw new InvalidArgumentError("give 2026-01-31, 2026-01-31T12:00Z, or a count since 1970");
  return time.us / 1000;
}
