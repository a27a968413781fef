import { mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { DatasetType } from "tardis-dev";
import { CrosstickError, EXIT } from "../errors.js";
import { isWholeGzip } from "./whole-gzip.js";

/** A day of one symbol, as Tardis keeps it. */
export interface Dataset {
  /** Tardis's id. */
  exchange: string;
  type: string;
  symbol: string;
  /** Epoch ms of its midnight, UTC. */
  dayMs: number;
}

export interface FetchedDataset extends Dataset {
  file: string;
  /** Size of the file, compressed. */
  bytes: number;
  /** `kept`: a whole file was there already. */
  state: "fetched" | "kept";
}

export const DAY_MS = 86_400_000;
/** Files under way at once. */
const CONCURRENCY = 4;
/** Where files are while they are not whole; a replay of the directory passes it over. */
const UNFINISHED = ".unfinished";
const LOOK_MS = 250;

type Download = typeof import("tardis-dev")["downloadDatasets"];

/** tardis-dev's own way of fetching. @throws TARDIS_PACKAGE */
async function loadTardis(): Promise<Download> {
  try {
    return (await import("tardis-dev")).downloadDatasets;
  } catch (cause) {
    throw new CrosstickError(
      "TARDIS_PACKAGE",
      `The package tardis-dev, which fetches from Tardis, cannot be loaded: npm install tardis-dev (${(cause as Error).message.split("\n")[0]})`,
      { exitCode: EXIT.configuration, cause },
    );
  }
}

/**
 * Fetches datasets into a directory, a gzip file each, several at once; calls `done` after each. The first
 * goes alone, so that a wrong key is found out by one request. A file takes its place only when it is
 * whole; one that is there and whole is kept, one that is damaged is fetched again.
 *
 * @param patienceMs without a byte more for so long a file is given up: tardis-dev itself tries for most of an hour
 * @throws TARDIS_PACKAGE, TARDIS_REFUSED, TARDIS_UNREACHABLE, TARDIS_DAMAGED, and what the file system says
 */
export async function fetchDatasets(
  datasets: readonly Dataset[],
  options: { directory: string; apiKey: string; patienceMs: number; done: (fetched: FetchedDataset) => void },
): Promise<void> {
  const download = await loadTardis();
  const waiting = datasets.values();
  const work = async (): Promise<void> => {
    for (const dataset of waiting) options.done(await fetchOne(download, dataset, options));
  };
  const first = waiting.next();
  if (first.done) return;
  options.done(await fetchOne(download, first.value, options));
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  tidy(join(options.directory, UNFINISHED));
}

/** Another process may be fetching into the same directory. */
function tidy(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!["ENOENT", "ENOTEMPTY"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

/** Name of a dataset's file: tardis-dev's own. */
function fileOf({ exchange, type, symbol, dayMs }: Dataset): string {
  return `${exchange}_${type}_${isoDay(dayMs)}_${nameOf(symbol)}.csv.gz`;
}

/** `2026-01-31`, of a day's epoch ms. */
export function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** As in the addresses of the datasets: capitals, and no character that parts paths. */
function nameOf(symbol: string): string {
  return symbol.replace(/[/:]/g, "-").toUpperCase();
}

async function fetchOne(
  download: Download,
  dataset: Dataset,
  { directory, apiKey, patienceMs }: { directory: string; apiKey: string; patienceMs: number },
): Promise<FetchedDataset> {
  const name = fileOf(dataset);
  const file = join(directory, name);
  if (await isWholeGzip(file)) return { ...dataset, file, bytes: statSync(file).size, state: "kept" };
  const unfinished = join(directory, UNFINISHED);
  mkdirSync(unfinished, { recursive: true });
  for (const left of partsOf(unfinished, name)) rmSync(join(unfinished, left), { force: true });
  const { exchange, type, symbol, dayMs } = dataset;
  const fetching = download({
    exchange: exchange as Parameters<Download>[0]["exchange"],
    dataTypes: [type as DatasetType],
    symbols: [symbol],
    from: isoDay(dayMs),
    to: isoDay(dayMs + DAY_MS),
    ...{ apiKey, downloadDir: unfinished, getFilename: () => name },
  });
  await growing(fetching, unfinished, name, patienceMs).catch((error) => {
    throw failureOf(error, name, apiKey);
  });
  const fetched = join(unfinished, name);
  if (!(await isWholeGzip(fetched))) throw damaged(name);
  renameSync(fetched, file);
  return { ...dataset, file, bytes: statSync(file).size, state: "fetched" };
}

/** The same promise, given up when its file has not grown for so long. */
async function growing(fetching: Promise<void>, folder: string, name: string, patienceMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const stalled = new Promise<never>((_resolve, reject) => {
    let [size, sinceMs] = [0, performance.now()];
    timer = setInterval(() => {
      const now = sizeOf(folder, name);
      if (now > size) sinceMs = performance.now();
      size = now;
      if (performance.now() - sinceMs >= patienceMs)
        reject(unreachable(name, `nothing came for ${patienceMs / 1000} s`));
    }, LOOK_MS);
  });
  try {
    await Promise.race([fetching, stalled]);
  } finally {
    clearInterval(timer);
  }
}

/** tardis-dev puts random digits behind the name of a file that it is writing. */
function partsOf(folder: string, name: string): string[] {
  return readdirSync(folder).filter((one) => one.startsWith(name));
}

function sizeOf(folder: string, name: string): number {
  let bytes = 0;
  for (const part of partsOf(folder, name)) bytes += statSync(join(folder, part), { throwIfNoEntry: false })?.size ?? 0;
  return bytes;
}

/** What tardis-dev throws, in our words; a key that an answer repeats is not repeated here. */
function failureOf(error: unknown, name: string, apiKey: string): unknown {
  if (!(error instanceof Error) || error instanceof CrosstickError) return error;
  const { status, code } = error as { status?: unknown; code?: unknown };
  const text = error.message.replace(/\s+/g, " ").slice(0, 300);
  const said = apiKey === "" ? text : text.replaceAll(apiKey, "***");
  if (status === 401 || status === 400 || status === 403)
    return new CrosstickError(
      "TARDIS_REFUSED",
      `Tardis refuses ${name}: ${said}; ${status === 400 ? "check exchange, data type, symbol and day" : "set TARDIS_API_KEY to a key that covers it: without one there are the first days of months"}`,
      { exitCode: status === 400 ? EXIT.usage : EXIT.configuration },
    );
  return typeof code === "string" && /^E[A-Z]+$/.test(code) && "path" in error ? error : unreachable(name, said);
}

function unreachable(name: string, why: string): CrosstickError {
  return new CrosstickError(
    "TARDIS_UNREACHABLE",
    `${name} was not fetched: ${why}; what is whole is kept, start again to go on (DEBUG=tardis-dev tells what was tried)`,
    { exitCode: EXIT.unreachable },
  );
}

function damaged(name: string): CrosstickError {
  return new CrosstickError("TARDIS_DAMAGED", `${name} came damaged: it is no whole gzip file; start again to go on`, {
    exitCode: EXIT.damagedInput,
  });
}
