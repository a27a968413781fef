import { mkdirSync } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import { CrosstickError, EXIT } from "../errors.js";
import { TARDIS_NAMES, tardisMarket } from "../market/recorders.js";
import { durationOf } from "./options.js";
import { DAY_MS, type Dataset, type FetchedDataset, fetchDatasets, isoDay } from "./tardis-datasets.js";

/** Data types that `crosstick replay` reads. */
const TYPES: readonly string[] = [
  ...["incremental_book_L2", "book_snapshot_5", "book_snapshot_25", "trades", "liquidations"],
  ...["quotes", "book_ticker", "derivative_ticker", "options_chain"],
];

interface Options {
  exchange: string;
  symbols: string[];
  dataTypes: string[];
  /** Epoch ms of midnights. */
  from: number;
  to?: number;
  out: string;
  patience: number;
  json?: boolean;
}

/** `crosstick fetch tardis` */
export function registerTardis(fetch: Command): void {
  fetch
    .command("tardis")
    .description(
      "Days of Tardis's datasets, by the package tardis-dev, for crosstick replay; whole files are not fetched again. " +
        "TARDIS_API_KEY in the environment: without it there are the first days of months. HTTP_PROXY counts.",
    )
    .requiredOption("--exchange <id>", `Tardis's id: ${TARDIS_NAMES.join(", ")}`, exchangeOf)
    .requiredOption("--symbols <symbols>", "Tardis's or the venue's own, with commas between them", symbolsOf)
    .requiredOption("--data-types <types>", `with commas between them: ${TYPES.join(", ")}`, typesOf)
    .requiredOption("--from <day>", "first day, 2026-01-31, UTC", dayOf)
    .option("--to <day>", "the day after the last; one day unless said", dayOf)
    .option("--out <directory>", "where the files go", "datasets")
    .option("--patience <seconds>", "a file that has not grown for so long is given up", durationOf, 180)
    .option("--json", "NDJSON on stdout: a line for each file")
    .action(run);
}

async function run(options: Options): Promise<void> {
  const { exchange, symbols, dataTypes, from, to = from + DAY_MS, out, patience, json } = options;
  if (to <= from)
    throw new CrosstickError(
      "USAGE_DAYS",
      `--to ${isoDay(to)} is not after --from ${isoDay(from)}: it is the day after the last`,
      { exitCode: EXIT.usage },
    );
  const days = Array.from({ length: (to - from) / DAY_MS }, (_, day) => from + day * DAY_MS);
  const datasets: Dataset[] = days.flatMap((dayMs) =>
    symbols.flatMap((symbol) => dataTypes.map((type) => ({ exchange, type, symbol, dayMs }))),
  );
  mkdirSync(out, { recursive: true });
  const counts = { fetched: 0, kept: 0 };
  await fetchDatasets(datasets, {
    directory: out,
    apiKey: process.env.TARDIS_API_KEY ?? "",
    patienceMs: patience * 1000,
    done(one) {
      counts[one.state]++;
      if (json) process.stdout.write(`${JSON.stringify(lineOf(one))}\n`);
      else
        process.stderr.write(
          `${one.file}  ${(one.bytes / 1e6).toFixed(1)} MB${one.state === "kept" ? ", kept" : ""}\n`,
        );
    },
  });
  process.stderr.write(`${counts.fetched} files fetched, ${counts.kept} kept, in ${out}\n`);
}

function lineOf({ dayMs, file, bytes, state, ...what }: FetchedDataset) {
  return { ...what, day: isoDay(dayMs), file, bytes, state };
}

function exchangeOf(text: string): string {
  if (tardisMarket(text) === null) throw new InvalidArgumentError(`give one of ${TARDIS_NAMES.join(", ")}`);
  return text;
}

function typesOf(text: string): string[] {
  const types = listOf(text);
  const unknown = types.find((type) => !TYPES.includes(type));
  if (unknown !== undefined)
    throw new InvalidArgumentError(
      `replay reads no ${unknown || "type without a name"}: give some of ${TYPES.join(", ")}`,
    );
  return types;
}

/** Symbols stand in addresses and in names of files. */
function symbolsOf(text: string): string[] {
  const symbols = listOf(text);
  if (!symbols.every((symbol) => /^[^\s\p{Cc}\\%?#.][^\s\p{Cc}\\%?#]*$/u.test(symbol)))
    throw new InvalidArgumentError("give symbols such as BTCUSDT,ETHUSDT");
  return symbols;
}

function listOf(text: string): string[] {
  return [...new Set(text.split(",").map((item) => item.trim()))];
}

function dayOf(text: string): number {
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(ms) || isoDay(ms) !== text) throw new InvalidArgumentError("give a day such as 2026-01-31");
  return ms;
}
