// What a received message costs, from the socket to its numbers: by `ws`, and by a feed with either of its drivers.
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { buildLimit } from "./limits/limit.js";
import { packageVersion } from "./machine.js";
import type { Received, ReceiveKind, ReceiveOrder, ReceiveWay } from "./receive-child.js";
import type { BenchResult } from "./result.js";
import { inTurns, ratios, round3, spread } from "./rounds.js";

export interface ReceiveOptions {
  /** Interleaved rounds; the median counts. 5 by default. */
  rounds?: number;
  /** Of each measurement, and half of it before, in which everything is compiled. 1 by default. */
  seconds?: number;
  /** Names of the loads; all by default. */
  loads?: readonly string[];
}

interface Load {
  name: string;
  kind: ReceiveKind;
  /** Frames that the sender puts into one write. */
  perWrite: number;
  /** Messages that are sent in one go, with a pause until all are read behind them. */
  messages: number;
}

const WAYS: readonly ReceiveWay[] = ["ws, empty handler", "ws + JSON.parse", "crosstick, ws", "crosstick, direct"];
const BURSTS: Load = { name: "touches in bursts", kind: "touch", perWrite: 32, messages: 128_000 };
const LOADS: readonly Load[] = [
  BURSTS,
  { name: "deltas in bursts", kind: "depth", perWrite: 8, messages: 16_000 },
  { name: "touches one by one", kind: "touch", perWrite: 1, messages: 64_000 },
];
const WARM_UP = 1 / 2;
const VERIFIED = 4000;
/** ws + JSON.parse to a feed in bursts, and the empty handler to it. */
const [LEAST_TO_JSON, LEAST_TO_EMPTY] = [10, 1];

/** Every way is first shown to receive the same numbers. @throws Error when one does not, or misses a message. */
export async function receiveBench(options: ReceiveOptions = {}): Promise<BenchResult> {
  const { rounds = 5, seconds = 1, loads = LOADS.map(({ name }) => name) } = options;
  const unit = "CPU of the receiving process, ns a message";
  const program = buildLimit("bursts");
  if ("skipped" in program)
    return { name: "receive", unit, rows: [], checks: [], skipped: [{ name: "all", reason: program.skipped }] };
  const rows: BenchResult["rows"] = [];
  const checks: BenchResult["checks"] = [];
  for (const load of LOADS.filter(({ name }) => loads.includes(name))) {
    await verify(program.path, load);
    const seen = Object.fromEntries(WAYS.map((way) => [way, [] as Measured[]]));
    const measurements = WAYS.map((way) => [
      way,
      async () => {
        const measured = await measure(program.path, load, way, seconds);
        seen[way].push(measured);
        return measured.cpuNs;
      },
    ]);
    const values = await inTurns<ReceiveWay>(rounds, Object.fromEntries(measurements));
    for (const way of WAYS) rows.push(rowOf(load, way, values, seen[way]));
    if (load === BURSTS) checks.push(...checksOf(values));
  }
  return {
    name: "receive",
    unit,
    rows,
    checks,
    equal: [`${WAYS.slice(1).join("; ")}: every number of ${VERIFIED} messages of each load, bit for bit`],
    peers: {
      ws: `${packageVersion("ws")}, perMessageDeflate off; JSON.parse and Number into a Float64Array`,
      sender: `${program.options}; blocking writes, as fast as they are taken`,
    },
    skipped: [],
    notes: [
      "bursts: TCP joins writes while the reader is behind, and a slower reader gets more frames with each read",
      "crosstick: lane, connection, decoding, integrity and ring of a live feed; the ring is emptied, no engine runs",
    ],
  };
}

interface Measured {
  cpuNs: number;
  userNs: number;
  bytes: number;
}

function rowOf(load: Load, way: ReceiveWay, values: Record<ReceiveWay, number[]>, seen: readonly Measured[]) {
  const { median, low, high } = spread(values[way]);
  return {
    ...{ name: `${load.name}: ${way}`, "frames/write": load.perWrite },
    "bytes/message": Math.round(seen[0].bytes),
    ...{ "ns/message": Math.round(median), low: Math.round(low), high: Math.round(high) },
    "user ns/message": Math.round(spread(seen.map(({ userNs }) => userNs)).median),
    ratio: round3(ratios(values["ws + JSON.parse"], values[way]).median),
    ratioToEmpty: round3(ratios(values["ws, empty handler"], values[way]).median),
  };
}

function checksOf(values: Record<ReceiveWay, number[]>): BenchResult["checks"] {
  const own = values["crosstick, direct"];
  const least = (name: string, others: readonly number[], threshold: number) => {
    const value = round3(ratios(others, own).median);
    return { name, value, threshold, passed: value >= threshold };
  };
  return [
    least("in bursts, ws + JSON.parse to crosstick, direct", values["ws + JSON.parse"], LEAST_TO_JSON),
    least("in bursts, an empty handler of ws to crosstick, direct", values["ws, empty handler"], LEAST_TO_EMPTY),
  ];
}

/** @throws Error when two ways do not give the same numbers. */
async function verify(path: string, load: Load): Promise<void> {
  const [expected, ...others] = WAYS.slice(1);
  const digestOf = (way: ReceiveWay): Promise<string> =>
    withClient(path, load, { way, verify: true }, async (send, ask) => {
      await send(VERIFIED);
      return (await ask()).digest;
    });
  const wanted = await digestOf(expected);
  for (const way of others)
    if ((await digestOf(way)) !== wanted) throw new Error(`${load.name}: ${way} gives other numbers than ${expected}`);
}

async function measure(path: string, load: Load, way: ReceiveWay, seconds: number): Promise<Measured> {
  return withClient(path, load, { way, verify: false }, async (send, ask) => {
    await sendFor(seconds * WARM_UP, load.messages, send);
    const before = await ask();
    const { messages, bytes } = await sendFor(seconds, load.messages, send);
    const after = await ask();
    const missed = messages - (after.messages - before.messages);
    if (missed !== 0 || after.amiss !== 0)
      throw new Error(`${load.name}: ${way}: ${missed} messages did not come, ${after.amiss} were not taken`);
    const each = (total: number): number => total / messages;
    return {
      cpuNs: each(after.cpuNs - before.cpuNs),
      userNs: each(after.userNs - before.userNs),
      bytes: each(bytes),
    };
  });
}

/** Sends again and again for so long, at least once. */
async function sendFor(seconds: number, messages: number, send: Send): Promise<{ messages: number; bytes: number }> {
  const all = { messages: 0, bytes: 0 };
  const endMs = performance.now() + seconds * 1000;
  do {
    const { bytes } = await send(messages);
    all.messages += messages;
    all.bytes += bytes;
  } while (performance.now() < endMs);
  return all;
}

type Send = (messages: number) => Promise<{ bytes: number }>;
type Ask = () => Promise<Received>;

/** A sender and a client of it, for as long as `run` needs them. */
async function withClient<Result>(
  path: string,
  { kind, perWrite }: Load,
  how: { way: ReceiveWay; verify: boolean },
  run: (send: Send, ask: Ask) => Promise<Result>,
): Promise<Result> {
  const sender = spawn(path, [kind, String(perWrite)], { stdio: ["pipe", "pipe", "inherit"] });
  let client: ChildProcess | null = null;
  try {
    const ended = failure(sender, "the sender");
    const { port } = (await Promise.race([answerOf(sender), ended])) as { port: number };
    const order: ReceiveOrder = { ...how, kind, port };
    const child = fork(fileURLToPath(new URL("./receive-child.js", import.meta.url)), [JSON.stringify(order)]);
    client = child;
    const lost = Promise.race([ended, failure(child, "the client")]);
    lost.catch(() => {});
    const send: Send = async (messages) => {
      sender.stdin?.write(`go ${messages}\n`);
      return (await Promise.race([answerOf(sender), lost])) as { bytes: number };
    };
    const ask: Ask = async () => {
      child.send("");
      return (await Promise.race([once(child, "message"), lost]))[0] as Received;
    };
    return await run(send, ask);
  } finally {
    client?.disconnect();
    sender.kill();
  }
}

/** Rejects when the process ends. */
function failure(process: ChildProcess, name: string): Promise<never> {
  const ended = once(process, "exit").then(([code]) => {
    throw new Error(`${name} ended with ${code}`);
  });
  ended.catch(() => {});
  return ended;
}

/** The program's next line. */
async function answerOf(program: ChildProcess): Promise<unknown> {
  let text = "";
  while (!text.includes("\n")) text += String((await once(program.stdout as NodeJS.ReadableStream, "data"))[0]);
  return JSON.parse(text);
}
