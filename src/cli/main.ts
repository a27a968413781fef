import { Command, CommanderError } from "commander";
import { CrosstickError, EXIT } from "../errors.js";
import { version } from "../version.js";

/** What a command's file exports: it adds its command, by `program.command(...)`, with options and action. */
export interface CommandModule {
  register(program: Command): void;
}

interface CommandEntry {
  name: string;
  summary: string;
  load(): Promise<CommandModule>;
}

/** Every command, in the order of the help. Only the file of the command that is run is imported. */
const COMMANDS: readonly CommandEntry[] = [
  entry("demo", "Simulated venues, the whole engine and the dashboard: no network, nothing to configure"),
  entry("run", "Listen to live venues, serve the stream and the dashboard"),
  entry("replay", "Send recordings through the whole pipeline"),
  entry("record", "Listen to live venues and keep a journal of what the engine sees"),
  entry("import", "Turn recordings into a journal"),
  entry("ticker", "Last price, day and best bid and offer, by HTTP; several venues are compared"),
  entry("book", "Order books by HTTP; several venues are compared"),
  entry("instruments", "What a venue lists"),
  entry("fetch", "Candles of an instrument, resumable"),
  entry("backtest", "Recordings, a journal or bars with every signal traded, and what came of it"),
  entry("paper", "Live venues with every signal traded on paper"),
  entry("correlate", "Correlation of the returns of all pairs"),
  entry("pairs", "Pairs whose spread reverts: cointegration, false discoveries controlled"),
  entry("probe", "Connect to a venue and tell whether all that is asked for comes"),
  entry("sim", "The venue simulator alone"),
  entry("bench", "Measure this build on this machine"),
  entry("doctor", "Check this machine and a configuration"),
  entry("config", "Show, check, describe or start a configuration"),
];

/**
 * Runs the command line; `args` come without the program's name. Leaves the exit code in the process:
 * 0, or that of the error, which is printed to stderr as `crosstick: <message> [CODE]`.
 */
export async function run(args: readonly string[]): Promise<void> {
  process.stdout.on("error", endQuietlyWithoutReader);
  process.stderr.on("error", () => {});
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
  try {
    const program = await createProgram(args);
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    fail(error);
  }
}

async function createProgram(args: readonly string[]): Promise<Command> {
  const program = new Command("crosstick")
    .description("Listens to crypto venues, keeps their books provably right, tells when prices disagree")
    .version(version(), "-V, --version")
    .configureOutput({ outputError: () => {} }) // `fail` prints it, in the form of all errors
    .exitOverride();
  const words = args.filter((word) => !word.startsWith("-"));
  const wanted = words[0] === "help" ? words[1] : words[0];
  for (const { name, summary, load } of COMMANDS)
    if (name === wanted) (await load()).register(program);
    else program.command(name).description(summary);
  return program;
}

/** A command whose file bears its name. */
function entry(name: string, summary: string): CommandEntry {
  return { name, summary, load: () => import(`./${name}.js`) };
}

function fail(error: unknown): void {
  const { message, exitCode } = failureOf(error);
  if (message !== "") process.stderr.write(`crosstick: ${message}\n`);
  process.exitCode = exitCode;
  if (exitCode === EXIT.ok) return;
  // Whatever the command left running must not keep the process; what it wrote shall still arrive.
  process.stdout.write("", () => process.exit(exitCode));
}

function failureOf(error: unknown): { message: string; exitCode: number } {
  if (error instanceof CrosstickError) return { message: `${error.message} [${error.code}]`, exitCode: error.exitCode };
  if (error instanceof CommanderError) {
    if (error.exitCode === EXIT.ok) return { message: "", exitCode: EXIT.ok };
    if (error.code === "commander.help") return { message: "", exitCode: EXIT.usage };
    const message = error.message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ");
    return { message: `${message}; try --help [CLI_USAGE]`, exitCode: EXIT.usage };
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { message: `internal error, please report it [INTERNAL]\n${text}`, exitCode: EXIT.runtime };
}

/** `crosstick ... | head`: the reader has gone, which is no failure. */
function endQuietlyWithoutReader(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit();
  fail(error);
}
