// From a venue's write on a socket to what the engine's thread can read of it, beside a client in C++ at its read.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { park } from "../src/engine/park.js";
import { prepareHeader } from "../src/engine/start.js";
import { compileKernel, type EngineKernel, startKernel } from "../src/kernel/kernel.js";
import { createMemory, type MemoryPlan, type Views, viewsOf } from "../src/kernel/memory.js";
import * as L from "../src/layout.js";
import type { ArrivalFeed } from "./arrival-feed.js";
import { planFeedLane } from "./feed-lane.js";
import { buildLimit } from "./limits/limit.js";
import { monotonicOffsetUs } from "./monotonic.js";
import type { BenchResult } from "./result.js";
import { inTurns, type Percentiles, percentiles, ratios, round3, spread } from "./rounds.js";

export interface ArrivalOptions {
  /** Interleaved rounds; the median counts. 5 by default. */
  rounds?: number;
  /** Frames that count in a round; 6,000 by default. */
  samples?: number;
  /** Frames before them; 20,000 by default. */
  warmUp?: number;
}

const SAMPLES = 6000;
/** Frames of each measurement that do not count, 3 s: with fewer the compiler's threads are still at work. */
const WARM_UP = 20_000;
const PERIOD_US = 150;
/** Behind the last write: what has not come by then is lost. */
const PATIENCE_MS = 3000;
const DRAIN = 1024;

const CLIENT = "C++ client, asleep in epoll, at its read";
/** What no program in Node can do without. */
const NODE = "Node, net.Socket, asleep in the event loop, at its callback";
/** How the engine's thread waits, and how the feed's receives. */
const WAYS: Readonly<Record<string, { receive: "ws" | "direct"; sleeps: boolean }>> = {
  "crosstick, direct, engine spinning": { receive: "direct", sleeps: false },
  "crosstick, ws, engine spinning": { receive: "ws", sleeps: false },
  "crosstick, direct, engine asleep": { receive: "direct", sleeps: true },
};
const BEST = "crosstick, direct, engine spinning";
/** The client's p50 and p99 to ours. */
const [LEAST_P50, LEAST_P99] = [1 / 1.3, 1 / 2.5];

/**
 * The frames are written at fixed times, whether those before were read or not, and a time counts from the beginning
 * of its write. @throws Error when a frame has not arrived: then the times would be of others
 */
export async function arrivalBench(options: ArrivalOptions = {}): Promise<BenchResult> {
  const { rounds = 5, samples = SAMPLES, warmUp = WARM_UP } = options;
  const unit = `µs from the beginning of the write, one frame each ${PERIOD_US} µs`;
  const program = buildLimit("arrival");
  if ("skipped" in program)
    return { name: "arrival", unit, rows: [], checks: [], skipped: [{ name: "all", reason: program.skipped }] };
  const { path } = program;
  const seen = new Map<string, Percentiles[]>();
  const ways = [CLIENT, NODE, ...Object.keys(WAYS)];
  const measurements = ways.map((way) => [
    way,
    async () => {
      const measured = percentiles(await measure(path, way, samples, warmUp));
      seen.set(way, [...(seen.get(way) ?? []), measured]);
      return measured.p50;
    },
  ]);
  const values = await inTurns<string>(rounds, Object.fromEntries(measurements));
  const column = (way: string, name: keyof Percentiles) => (seen.get(way) ?? []).map((one) => one[name]);
  const ratio = (limit: string, way: string, name: keyof Percentiles) =>
    round3(ratios(column(limit, name), column(way, name)).median);
  const check = (name: keyof Percentiles, threshold: number) => {
    const value = ratio(CLIENT, BEST, name);
    return {
      name: `${name} of the C++ client to ${BEST}`,
      value,
      threshold: round3(threshold),
      passed: value >= threshold,
    };
  };
  return {
    name: "arrival",
    unit,
    rows: ways.map((way) => ({
      name: way,
      p50: round3(spread(values[way]).median),
      ...Object.fromEntries(
        (["p90", "p99", "p999", "max"] as const).map((name) => [
          name === "p999" ? "p99.9" : name,
          round3(spread(column(way, name)).median),
        ]),
      ),
      ratio: ratio(CLIENT, way, "p50"),
      ratioP99: ratio(CLIENT, way, "p99"),
      ...(way === CLIENT ? {} : { ratioToNode: ratio(NODE, way, "p50"), ratioP99ToNode: ratio(NODE, way, "p99") }),
    })),
    checks: [check("p50", LEAST_P50), check("p99", LEAST_P99)],
    equal: ["every frame arrived, at the client and in the engine's books, in each round"],
    peers: { "C++ client": `${program.options}; TCP_NODELAY on both sides` },
    skipped: [{ name: "a receiver that spins", reason: "feed workers sleep in the event loop; there is no such mode" }],
    notes: [
      "crosstick: received and decoded in the feed's thread, put into the ring, taken by the engine's kernel in another; the client only reads",
      "Node: a worker's net.Socket with a buffer of its own (onread), which notes the time and finds the frames: the floor of this runtime",
      "three threads and the sender on this machine's cores: with two of them a spinning engine leaves one for the sender and the feed",
    ],
  };
}

/** Times of the frames that count, µs. */
async function measure(path: string, way: string, samples: number, warmUp: number): Promise<Float64Array> {
  const count = warmUp + samples;
  const sender = spawn(path, ["send", String(PERIOD_US), String(count)], { stdio: ["ignore", "pipe", "inherit"] });
  const sent = output(sender);
  const [head] = (await once(sender.stdout, "data")) as [Buffer];
  const { port } = JSON.parse(head.toString().split("\n")[0]) as { port: number };
  const how = WAYS[way];
  const arrived =
    how !== undefined ? await take(port, count, how) : way === NODE ? await note(port, count) : await read(path, port);
  const times = JSON.parse((await sent).split("\n")[1]) as number[];
  if (arrived.length !== count || arrived.some(Number.isNaN))
    throw new Error(
      `${way}: ${count - arrived.filter((at) => !Number.isNaN(at)).length} of ${count} frames did not arrive`,
    );
  return Float64Array.from(times, (at, i) => arrived[i] - at).subarray(warmUp);
}

async function read(path: string, port: number): Promise<number[]> {
  const text = await output(spawn(path, ["read", String(port)], { stdio: ["ignore", "pipe", "inherit"] }));
  return JSON.parse(text) as number[];
}

/** Times at the callbacks of a worker that only reads. */
async function note(port: number, count: number): Promise<number[]> {
  const worker = new Worker(new URL("./arrival-node.js", import.meta.url), { workerData: { port, count } });
  try {
    const [arrived] = (await once(worker, "message")) as [Float64Array];
    return [...arrived];
  } finally {
    await worker.terminate();
  }
}

function output(child: ChildProcess): Promise<string> {
  let text = "";
  child.stdout?.on("data", (data: Buffer) => {
    text += data.toString();
  });
  return once(child, "close").then(() => text);
}

/** This thread is the engine's: it counts the touches of the instrument, each of which is a frame. */
async function take(
  port: number,
  count: number,
  how: { receive: "ws" | "direct"; sleeps: boolean },
): Promise<number[]> {
  const plan = planFeedLane();
  const memory = createMemory(plan);
  const views = viewsOf(memory);
  const kernel = startKernel<EngineKernel>(compileKernel("engine"), memory);
  prepareHeader(views, plan, "live", false);
  kernel.engineInit(plan.engine);
  kernel.clockInit(plan.clocks);
  kernel.laneAdd(plan.lanes[0].ring);
  const { receive, sleeps } = how;
  const worker = new Worker(new URL("./arrival-feed.js", import.meta.url), {
    workerData: { memory, plan, port, receive } satisfies ArrivalFeed,
  });
  const failed = once(worker, "error");
  try {
    // Its modules are read, and it connects.
    const [message] = await Promise.race([once(worker, "message"), failed]);
    if (message instanceof Error) throw message;
    return follow(views, kernel, plan, count, sleeps);
  } finally {
    await worker.terminate();
  }
}

/** Hot: when each frame could be read, µs of CLOCK_MONOTONIC; NaN for one that did not come. */
function follow(
  views: Views,
  kernel: EngineKernel,
  { engine, instruments, sizes }: MemoryPlan,
  count: number,
  sleeps: boolean,
): number[] {
  const arrived = new Array<number>(count).fill(Number.NaN);
  const touches = (instruments + L.INSTRUMENT_BBO_UPDATES) >> 3;
  const offsetUs = monotonicOffsetUs();
  const endMs = performance.now() + (count * PERIOD_US) / 1000 + PATIENCE_MS;
  let taken = 0;
  while (taken < count) {
    const result = kernel.step(DRAIN);
    const now = performance.now();
    const known = views.f64[touches];
    for (; taken < known; taken++) arrived[taken] = now * 1000 + offsetUs;
    if (now > endMs) break;
    // The only control record that comes: the instrument is announced.
    if (result === L.STEP_CONTROL) kernel.instrumentInit(0, sizes.bookLevels, L.VENUE_BINANCE, L.PRODUCT_SPOT, 1);
    else if (result === L.STEP_EMPTY && sleeps) park(views, kernel, engine);
  }
  return arrived;
}
