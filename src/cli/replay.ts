import { once } from "node:events";
import { createWriteStream, writeFileSync } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import { loadConfig } from "../config.js";
import type { PublishedFigures } from "../engine/live-report.js";
import type { Outcome } from "../engine/outcomes.js";
import type { Signal } from "../engine/signal.js";
import { CrosstickError, EXIT } from "../errors.js";
import { parseTime } from "../market/times.js";
import { parseVenueProduct } from "../market/venues.js";
import { isJournal } from "../record/is-journal.js";
import { type ReplayInputOrder, type ReplaySummary, replay } from "../replay.js";
import { createOutput } from "./output.js";

/** `crosstick replay INPUT…` */
export function register(program: Command): void {
  program
    .command("replay")
    .description("Send recordings through the whole pipeline, as if they came in live")
    .argument("<input...>", "file or directory; venue.product=path where the file itself does not say")
    .option("-c, --config <file>", "configuration: strategies, fees, gates; a journal brings its own")
    .option("--from <time>", "journal: signals from this time on, beginning at the checkpoint before it", timeOf)
    .option("--to <time>", "journal: records up to this time", timeOf)
    .option("--raw", "the raw log of a directory: its frames, not the journal's records")
    .option("--speed <max|N>", "times faster than recorded", speedOf, null)
    .option("--workers <n>", "threads that decode", wholeOf, 1)
    .option("--summary <file|->", "write the summary, one JSON object")
    .option("--signals <file|->", "write the signals, one JSON object a line")
    .option("--outcomes <file|->", "write what became of each entry, one JSON object a line")
    .option("--report <file>", "write a report for people, one HTML file")
    .option("--json", "print the summary as JSON")
    .action(run);
}

interface Options {
  config?: string;
  from?: number;
  to?: number;
  raw?: boolean;
  speed: number | null;
  workers: number;
  summary?: string;
  signals?: string;
  outcomes?: string;
  report?: string;
  json?: boolean;
}

async function run(inputs: string[], options: Options): Promise<void> {
  const { config: file, from, to, raw } = options;
  const journal = !raw && inputs.some(isJournal);
  if (!journal && (from !== undefined || to !== undefined))
    throw new CrosstickError(
      "USAGE_FROM",
      "--from and --to are for journals: crosstick import makes one of recordings",
      {
        exitCode: EXIT.usage,
      },
    );
  // A journal without a file is replayed as it was recorded, whatever the environment says.
  const config = journal && file === undefined ? undefined : loadConfig({ file, env: process.env }).config;
  const signals = options.signals === undefined ? null : lineWriter(options.signals);
  const outcomes = options.outcomes === undefined ? null : lineWriter(options.outcomes);
  const told: Signal[] = [];
  const figures: PublishedFigures[] = [];
  const followed: Outcome[] = [];
  const { summary, damages } = await replay({
    inputs: inputs.map(raw ? (path) => ({ path, raw }) : inputOf),
    config,
    fromUs: from,
    toUs: to,
    speed: options.speed,
    workers: options.workers,
    onSignals: (lines) => {
      signals?.write(lines);
      if (options.report !== undefined) for (const line of lines) told.push(JSON.parse(line));
    },
    onFigures: options.report === undefined ? undefined : (some) => figures.push(...some),
    onOutcomes:
      options.report === undefined && outcomes === null
        ? undefined
        : (lines) => {
            outcomes?.write(lines);
            if (options.report !== undefined) for (const line of lines) followed.push(JSON.parse(line));
          },
  });
  if (options.report !== undefined) {
    const { replayReport } = await import("../report/replay-report.js");
    writeOut(options.report, replayReport({ inputs, summary, signals: told, figures, outcomes: followed }));
  }
  await signals?.end();
  await outcomes?.end();
  if (options.summary === "-" || options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else if (options.signals !== "-" && options.outcomes !== "-") print(summary);
  if (options.summary !== undefined && options.summary !== "-")
    writeFileSync(options.summary, `${JSON.stringify(summary)}\n`);
  if (damages.length > 0) throw damageError(damages);
}

/** @throws OUTPUT_UNWRITABLE */
export function writeOut(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw new CrosstickError("OUTPUT_UNWRITABLE", `Cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
}

/** What came before the damage was used; the exit code says that there was some. */
export function damageError(damages: readonly { code: string; message: string }[]): CrosstickError {
  return new CrosstickError(damages[0].code, damages.map(({ message }) => message).join("; "), {
    exitCode: EXIT.damagedInput,
  });
}

/** `binance.usdm=btcusdt.gz`, or a path alone. A path that has a `=` of its own is not mistaken for one. */
export function inputOf(text: string): ReplayInputOrder {
  const match = /^([A-Za-z]+(?:\.[A-Za-z]+)?)=(.+)$/.exec(text);
  return match === null ? { path: text } : { path: match[2], market: parseVenueProduct(match[1]) };
}

function lineWriter(target: string): { write: (lines: readonly string[]) => void; end: () => Promise<void> } {
  if (target === "-") return { write: (lines) => process.stdout.write(`${lines.join("\n")}\n`), end: async () => {} };
  const stream = createWriteStream(target);
  const failed = once(stream, "error").then(([error]) => {
    throw new CrosstickError("OUTPUT_UNWRITABLE", `Cannot write ${target}: ${error.message}`);
  });
  failed.catch(() => {});
  return {
    write: (lines) => stream.write(`${lines.join("\n")}\n`),
    end: async () => {
      stream.end();
      await Promise.race([once(stream, "finish"), failed]);
    },
  };
}

/** The summary as tables. */
export function print(summary: ReplaySummary): void {
  const output = createOutput();
  const { frames, ignored, rejected, records, elapsedMs, framesPerSecond } = summary;
  output.rows(
    Object.entries(summary.instruments).map(([instrument, seen]) => ({
      instrument,
      state: seen.state,
      bid: seen.bids[0]?.[0] ?? seen.bbo?.[0] ?? null,
      ask: seen.asks[0]?.[0] ?? seen.bbo?.[2] ?? null,
      trades: seen.trades,
      vwap: seen.vwap === null ? null : Number(seen.vwap.toPrecision(10)),
      bbo: seen.bboUpdates,
      depth: seen.depthUpdates,
      snapshots: seen.snapshots,
      gaps: seen.gaps,
      crossed: seen.crossed,
    })),
  );
  const strategies = Object.entries(summary.strategies);
  if (strategies.length > 0) {
    output.line("");
    output.rows(
      strategies.map(([strategy, { kind, signals, refused }]) => ({
        strategy,
        kind,
        signals,
        refused: Object.entries(refused)
          .map(([reason, count]) => `${reason} ${count}`)
          .join(", "),
      })),
    );
  }
  output.line("");
  const reasons = Object.entries(summary.rejections).map(([reason, count]) => `${reason} ${count}`);
  output.line(
    `${frames} frames (${ignored} ignored, ${rejected} rejected${reasons.length > 0 ? `: ${reasons.join(", ")}` : ""}), ` +
      `${records} records in ${(elapsedMs / 1000).toFixed(2)} s: ${framesPerSecond.toLocaleString("en-US")} frames/s`,
  );
}

/** Epoch µs of a time in any of the forms that recordings have. */
export function timeOf(text: string): number {
  const time = parseTime(text);
  if (time === null)
    throw new InvalidArgumentError("give a time such as 2026-11-25T08:00:00Z, or s, ms, µs or ns since 1970");
  return time.us;
}

function speedOf(text: string): number | null {
  if (text === "max") return null;
  const speed = Number(text);
  if (!(speed > 0) || !Number.isFinite(speed)) throw new InvalidArgumentError("give max, or a number above 0");
  return speed;
}

/** @throws InvalidArgumentError */
export function wholeOf(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 64)
    throw new InvalidArgumentError("give a whole number from 1 to 64");
  return number;
}
