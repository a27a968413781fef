import type { Signal } from "../engine/signal.js";
import type { EngineNote } from "../engine.js";
import { CrosstickError, EXIT } from "../errors.js";
import type { EngineStatus } from "../live/status.js";
import type { ReplaySummary } from "../replay.js";
import type { ServedEngine } from "../serve.js";
import { createLog } from "./log.js";
import { createOutput, type Output } from "./output.js";
import { screenLines } from "./screen.js";

export interface SessionOptions {
  served: ServedEngine;
  title: string;
  /** LIVE or SIMULATED. */
  kind: string;
  seed: number | null;
  /** Seconds; null until Ctrl-C. */
  duration: number | null;
  json: boolean;
  /** What the user may do next, on the first screen. */
  next: string;
  /** Ends what was started besides the engine. */
  stop?: () => Promise<void>;
  /** Last of all, after the summary. */
  ended?: (output: Output) => void;
}

const REDRAW_MS = 500;
const SIGNALS_KEPT = 20;
/** Without any connection for this long there is no venue. */
const UNREACHABLE_MS = 15_000;
/** A second Ctrl-C ends at once; the first ends in order within this, ms. */
const END_MS = 5000;

/** Shows a served engine until its time is over or Ctrl-C, then the summary. Leaves the exit code in the process. */
export async function runSession(options: SessionOptions): Promise<void> {
  const { served, json } = options;
  const output = createOutput({ json });
  const screen = json || !process.stdout.isTTY ? null : new Screen(options, output);
  const log = screen === null ? await createLog() : null;
  const say = (value: object): void => {
    if (json) process.stdout.write(`${JSON.stringify(value)}\n`);
  };
  const { server, engine } = served;
  const stream = server.url.replace(/^http/, "ws");
  say({
    type: "ready",
    url: server.url,
    stream: `${stream}/v1/stream`,
    pid: process.pid,
    seed: options.seed,
    kind: options.kind,
  });
  if (screen === null && !json) output.line(`${options.title}: ${server.url}, stream ${stream}/v1/stream`);
  for (const text of served.leftOut) log?.warn(text);

  const offs = [
    engine.on("signal", (signal) => {
      say({ type: "signal", ...signal });
      screen?.signal(signal);
    }),
    engine.on("status", (status) => say({ type: "status", ...status })),
    engine.on("note", ({ level, venue, product, text }: EngineNote) => log?.[level]({ venue, product }, text)),
  ];
  screen?.start();
  try {
    const ending = await end(options);
    const summary = await withinTime(served, options);
    screen?.stop();
    say({ type: "summary", ...summary });
    if (!json) printSummary(summary, output);
    options.ended?.(output);
    if (ending === "unreachable")
      throw new CrosstickError("VENUES_UNREACHABLE", "No venue could be reached: see the messages above", {
        exitCode: EXIT.unreachable,
      });
    if (ending !== "over") process.exitCode = ending === "SIGINT" ? 130 : 143;
  } finally {
    screen?.stop();
    for (const off of offs) off();
  }
}

type Ending = "over" | "unreachable" | "SIGINT" | "SIGTERM";

/** Resolves when the session shall end, and why. Rejects when the engine fails. */
function end({ served, duration }: SessionOptions): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const stop = (ending: Ending): void => {
      for (const timer of timers) clearTimeout(timer);
      process.on("SIGINT", () => process.exit(130)); // the second one does not wait
      resolve(ending);
    };
    const timers = [
      setTimeout(() => {
        if (served.engine.status().connections.every(({ connects }) => connects === 0)) stop("unreachable");
      }, UNREACHABLE_MS),
      ...(duration === null ? [] : [setTimeout(() => stop("over"), duration * 1000)]),
    ];
    process.once("SIGINT", () => stop("SIGINT"));
    process.once("SIGTERM", () => stop("SIGTERM"));
    served.engine.on("error", reject);
  });
}

async function withinTime(served: ServedEngine, options: SessionOptions): Promise<ReplaySummary> {
  const timer = setTimeout(() => process.exit(1), END_MS);
  const summary = await served.close();
  await options.stop?.();
  clearTimeout(timer);
  return summary;
}

function printSummary(summary: ReplaySummary, output: Output): void {
  output.line("");
  output.rows(
    Object.entries(summary.instruments).map(
      ([instrument, { state, trades, bboUpdates, depthUpdates, snapshots, gaps, crossed }]) => ({
        ...{ instrument, state, trades, bbo: bboUpdates, depth: depthUpdates, snapshots, gaps, crossed },
      }),
    ),
  );
  const strategies = Object.entries(summary.strategies);
  if (strategies.length > 0) {
    output.line("");
    output.rows(strategies.map(([strategy, { kind, signals }]) => ({ strategy, kind, signals })));
  }
  output.line(`\n${summary.frames} frames, ${summary.rejected} rejected`);
}

/** The first screen: redrawn in place twice a second. */
class Screen {
  private readonly options: SessionOptions;
  private readonly output: Output;
  private readonly signals: Signal[] = [];
  private timer: NodeJS.Timeout | null = null;

  constructor(options: SessionOptions, output: Output) {
    this.options = options;
    this.output = output;
  }

  signal(signal: Signal): void {
    this.signals.push(signal);
    if (this.signals.length > SIGNALS_KEPT) this.signals.shift();
  }

  start(): void {
    process.stdout.write("\u001b[?25l\u001b[2J");
    this.draw();
    this.timer = setInterval(() => this.draw(), REDRAW_MS);
  }

  stop(): void {
    if (this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
    this.draw();
    process.stdout.write("\u001b[?25h\n");
  }

  private draw(): void {
    const { served, title, kind, seed, next } = this.options;
    const status: EngineStatus = served.engine.status();
    const lines = screenLines(
      { title, kind, seed, url: served.server.url, status, signals: this.signals, next },
      this.output.colour,
    );
    process.stdout.write(`\u001b[H${lines.map((line) => `${line}\u001b[K`).join("\n")}\u001b[J`);
  }
}
