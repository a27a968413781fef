import { createInterface } from "node:readline";
import { type Command, InvalidArgumentError } from "commander";
import { readDocument } from "../config/document.js";
import { parseVenue, type VenueName } from "../market/venues.js";
import { parseFaults } from "../simulator/faults/script.js";
import { createSimulator, type Simulator } from "../simulator/simulator.js";
import { SIMULATED_VENUES, simulatedVenue } from "../simulator/venues.js";
import { portOf, seedOf } from "./options.js";
import { createOutput } from "./output.js";
import { openRecordings } from "./sim-recordings.js";

/** `crosstick sim VENUE…` */
export function register(program: Command): void {
  program
    .command("sim")
    .description("The venue simulator alone: sockets and REST on 127.0.0.1 in the venues' own formats")
    .argument("<venue...>", `venues to serve: ${SIMULATED_VENUES.join(", ")}`)
    .option("--from <input...>", "serve recordings; venue.product=path where the file itself does not say")
    .option("--faults <file>", "script of faults, a YAML or JSON list")
    .option("--instrument <id...>", "only these, for example binance:BTC/USDT")
    .option("--seed <n>", "same seed, same markets", seedOf, 1)
    .option("--port <n>", "port of the first venue, 0 for free ones", portOf, 0)
    .option("--speed <n>", "times faster than the clock", speedOf, 1)
    .option("--control", "read faults from stdin, one JSON object a line")
    .option("--json", "NDJSON: ready, injected when it changes, ended, and last summary")
    .action(run);
}

interface Options {
  from?: string[];
  faults?: string;
  instrument?: string[];
  seed: number;
  port: number;
  speed: number;
  control?: boolean;
  json?: boolean;
}

/** A stop shall not take longer, ms. */
const STOP_MS = 1000;
const REPORT_MS = 1000;

async function run(names: string[], options: Options): Promise<void> {
  const venues = [...new Set(names.map((name) => simulatedVenue(parseVenue(name)).name))];
  const { seed, port, speed, json = false } = options;
  const faults = options.faults === undefined ? [] : parseFaults(readDocument(options.faults).value, options.faults);
  const from = options.from === undefined ? undefined : await openRecordings(options.from, venues);
  const simulator = await createSimulator({ venues, seed, port, speed, instruments: options.instrument, faults, from });
  const say = (value: object): void => {
    if (json) process.stdout.write(`${JSON.stringify(value)}\n`);
  };
  say({ type: "ready", pid: process.pid, seed, endpoints: simulator.endpoints, recorded: from !== undefined });
  if (!json) print(simulator, venues);
  const reports = setInterval(reporter(simulator, say), REPORT_MS);
  if (options.control) control(simulator, say);
  try {
    const ending = await end(simulator, from !== undefined, say);
    setTimeout(() => process.exit(ending === "SIGINT" ? 130 : 143), STOP_MS).unref();
    process.exitCode = ending === "SIGINT" ? 130 : 143;
  } finally {
    clearInterval(reports);
    process.stdin.destroy();
    await simulator.stop();
  }
  say({ type: "summary", seed, modelMs: simulator.nowMs, injected: simulator.injected() });
}

function print(simulator: Simulator, venues: readonly VenueName[]): void {
  const output = createOutput();
  output.rows(
    venues.flatMap((venue) =>
      Object.entries(simulator.endpoints[venue]).map(([product, { ws, rest }]) => ({ venue, product, ws, rest })),
    ),
  );
  const markets = simulator.markets.map(({ venue, product, symbol }) => `${venue}.${product}:${symbol}`);
  if (markets.length > 0) output.line(`\nmarkets: ${markets.join(" ")}`);
  output.line(`seed ${simulator.seed}; Ctrl-C ends`);
}

/** Tells what was injected, when it has changed. */
function reporter(simulator: Simulator, say: (value: object) => void): () => void {
  let told = "{}";
  return () => {
    const injected = simulator.injected();
    const text = JSON.stringify(injected);
    if (text !== told) say({ type: "injected", injected });
    told = text;
  };
}

/** Faults by command: a line of stdin is one fault. A wrong one is told and changes nothing. */
function control(simulator: Simulator, say: (value: object) => void): void {
  createInterface({ input: process.stdin }).on("line", (line) => {
    if (line.trim() === "") return;
    try {
      simulator.fault(JSON.parse(line));
      say({ type: "fault", ok: true });
    } catch (error) {
      say({ type: "fault", ok: false, message: (error as Error).message });
      process.stderr.write(`not injected: ${(error as Error).message}\n`);
    }
  });
}

/** Resolves at a signal; a recording that has been played goes on answering. Rejects when it cannot be read. */
function end(simulator: Simulator, recorded: boolean, say: (value: object) => void): Promise<"SIGINT" | "SIGTERM"> {
  return new Promise((resolve, reject) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve(signal));
    if (recorded) simulator.ended.then(() => say({ type: "ended" }), reject);
  });
}

function speedOf(text: string): number {
  const speed = Number(text);
  if (!(speed > 0) || speed > 1000) throw new InvalidArgumentError("give a number above 0, at most 1000");
  return speed;
}
