// One message for many subscribers: what it costs the server, beside the bare libraries in processes of the same kind.
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { FanOutWay, ServerAnswer, ServerOrder } from "./fan-out-server.js";
import { buildLimit } from "./limits/limit.js";
import { packageVersion } from "./machine.js";
import type { BenchResult, Curve } from "./result.js";
import { inTurns, ratios, round3, spread } from "./rounds.js";

export interface FanOutOptions {
  /** Interleaved rounds; the median counts. 3 by default. */
  rounds?: number;
  /** Subscribers of the comparison; 1,000 by default. */
  subscribers?: number;
  /** Turns of the server's loop in which it publishes; 40 by default. */
  turns?: number;
  /** Connections before the ones whose memory is measured: by then the young generation of V8 has grown to its size. 2,000 by default. */
  firstSubscribers?: number;
  /** Subscribers of the curve; 1 to 10,000 by default. */
  curve?: readonly number[];
}

interface Measured {
  /** CPU of the server for each message given to a subscriber, ns. */
  cpuNs: number;
  userNs: number;
  /** Growth of the server's resident memory for each connection. */
  bytesAConnection: number;
}

const PER_TURN = 16;
const PAUSE_MS = 25;
/** Turns before the measured ones, in which everything is compiled. */
const WARM_UP = 10;
/** Files that the server has open besides its connections, at most. */
const FILES_BESIDES = 100;
const GONE_MS = 300;
const SUBSCRIBE = JSON.stringify({ op: "subscribe", id: 1, channels: ["signal.bench"] });
const [MOST_OF_UWS, LEAST_TO_WS, MOST_BYTES] = [1.3, 8, 4096];

/** Every subscriber checks that each message comes once and in order. @throws Error when one does not. */
export async function fanOutBench(options: FanOutOptions = {}): Promise<BenchResult> {
  const { rounds = 3, subscribers = 1000, turns = 40, curve = [1, 10, 100, 1000, 10_000] } = options;
  const { firstSubscribers = 2000 } = options;
  const unit = `CPU of the server, ns for each message of 200 bytes given to a subscriber; ${subscribers} subscribers, ${PER_TURN} publishes a turn of the loop`;
  const program = buildLimit("subscribers");
  const skipped: { name: string; reason: string }[] = [];
  if ("skipped" in program)
    return { name: "fan-out", unit, rows: [], checks: [], skipped: [{ name: "all", reason: program.skipped }] };
  const hasUws = packageVersion("uWebSockets.js") !== null;
  if (!hasUws) skipped.push({ name: "uWebSockets.js", reason: "the package is not installed" });
  const ways: FanOutWay[] = hasUws
    ? ["crosstick", "uWebSockets.js", "crosstick on ws", "ws"]
    : ["crosstick on ws", "ws"];
  const seen: Record<string, Measured[]> = Object.fromEntries(ways.map((way) => [way, []]));
  const measurements = Object.fromEntries(
    ways.map((way) => [
      way,
      async () => {
        const measured = await measure(way, program.path, subscribers, turns, firstSubscribers);
        seen[way].push(measured);
        return measured.cpuNs;
      },
    ]),
  );
  const room = openFiles() - FILES_BESIDES;
  for (const count of curve.filter((count) => count > room))
    skipped.push({ name: `${count} subscribers`, reason: `ulimit -n leaves ${room} connections` });
  const values = await inTurns(rounds, measurements);
  const own = values[ways[0]];
  const rows = ways.map((way) => ({
    name: way,
    "ns/record": round3(spread(values[way]).median),
    "user ns/record": round3(spread(seen[way].map(({ userNs }) => userNs)).median),
    "bytes/connection": Math.round(spread(seen[way].map(({ bytesAConnection }) => bytesAConnection)).median),
    ratio: round3(ratios(values[way], own).median),
  }));
  const [served] = rows;
  const least = (name: string, value: number, threshold: number) => ({
    ...{ name, value: round3(value), threshold: round3(threshold) },
    passed: value >= threshold,
  });
  return {
    name: "fan-out",
    unit,
    rows,
    checks: [
      least("ws to crosstick", ratios(values.ws, own).median, LEAST_TO_WS),
      ...(hasUws
        ? [least("bare uWebSockets.js to crosstick", ratios(values["uWebSockets.js"], own).median, 1 / MOST_OF_UWS)]
        : []),
      least("4 KiB to the bytes of a connection", MOST_BYTES / served["bytes/connection"], 1),
    ],
    equal: ["every subscriber got every message once and in order"],
    peers: {
      "uWebSockets.js": "bare: app.publish of the same bytes, no compression",
      ws: "bare: send to each client, perMessageDeflate off",
      subscribers: `${program.options}; epoll, one thread`,
    },
    skipped,
    notes: [
      `bytes a connection: resident memory of the process after collection, beyond that of the first ${firstSubscribers.toLocaleString("en-US")}, without the kernel's socket buffers`,
    ],
    curves:
      curve.length === 0
        ? []
        : [
            await subscriberCurve(
              program.path,
              ways[0],
              curve.filter((count) => count <= room),
              firstSubscribers,
            ),
          ],
  };
}

/** Files that this process, and so one that it starts, may have open; Infinity where the system does not tell. */
function openFiles(): number {
  try {
    return Number(
      /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? Number.POSITIVE_INFINITY,
    );
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

async function subscriberCurve(
  path: string,
  way: FanOutWay,
  counts: readonly number[],
  firstSubscribers: number,
): Promise<Curve> {
  const points: [number, number][] = [];
  for (const count of counts) {
    const turns = Math.max(20, Math.min(200, Math.round(40_000 / count)));
    points.push([count, round3((await measure(way, path, count, turns, firstSubscribers)).cpuNs)]);
  }
  return { name: "subscribers", x: "subscribers", y: "ns/record", series: [{ name: way, points }] };
}

async function measure(
  way: FanOutWay,
  path: string,
  subscribers: number,
  turns: number,
  firstSubscribers: number,
): Promise<Measured> {
  const server = fork(fileURLToPath(new URL("./fan-out-server.js", import.meta.url)), [way], {
    execArgv: ["--expose-gc"],
  });
  const clients: Subscribers[] = [];
  try {
    const { port } = (await once(server, "message"))[0] as { port: number };
    const isOwn = way.startsWith("crosstick");
    const messages = (WARM_UP + turns) * PER_TURN;
    const subscribe = async (count: number): Promise<Subscribers> => {
      const args = [port, isOwn ? "/v1/stream" : "/", count, messages, isOwn ? SUBSCRIBE : ""].map(String);
      const subscribed = new Subscribers(way, path, args);
      clients.push(subscribed);
      await subscribed.ready();
      return subscribed;
    };
    // The first ones bring code and heap that all share: what each further one costs is what is asked.
    const first = await subscribe(firstSubscribers);
    const { rssBytes: before } = await ask<{ rssBytes: number }>(server, { memory: true });
    const client = await subscribe(subscribers);
    const { rssBytes: after } = await ask<{ rssBytes: number }>(server, { memory: true });
    await first.stop();
    const publish = { perTurn: PER_TURN, pauseMs: PAUSE_MS };
    await ask(server, { ...publish, turns: WARM_UP, from: 0 });
    const { cpuNs, userNs } = await ask<{ cpuNs: number; userNs: number }>(server, {
      ...{ ...publish, turns, from: WARM_UP * PER_TURN },
    });
    const { records, wrong } = await client.end();
    if (wrong > 0 || records !== messages * subscribers)
      throw new Error(`${way}: ${records} of ${messages * subscribers} messages came, ${wrong} out of order`);
    const measured = turns * PER_TURN * subscribers;
    return {
      cpuNs: cpuNs / measured,
      userNs: userNs / measured,
      bytesAConnection: (after - before) / subscribers,
    };
  } finally {
    for (const one of clients) one.kill();
    server.disconnect();
  }
}

/** A process of subscribers, each of which counts what comes. */
class Subscribers {
  private readonly way: string;
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown[]>;
  private text = "";

  constructor(way: string, path: string, args: string[]) {
    this.way = way;
    this.child = spawn(path, args, { stdio: ["ignore", "pipe", "inherit"] });
    this.ended = once(this.child, "close");
    this.child.stdout?.on("data", (data: Buffer) => {
      this.text += data.toString();
    });
  }

  /** All are subscribed. */
  async ready(): Promise<void> {
    while (!this.text.includes("ready\n")) {
      const said = once(this.child.stdout as NodeJS.ReadableStream, "data");
      const [code] = await Promise.race([said.then(() => [null]), this.ended]);
      if (code !== null) throw new Error(`${this.way}: the subscribers ended with ${code} before they were ready`);
    }
  }

  /** All messages have come. */
  async end(): Promise<{ records: number; wrong: number }> {
    const [code] = await this.ended;
    if (code !== 0) throw new Error(`${this.way}: the subscribers ended with ${code}`);
    return JSON.parse(this.text.slice(this.text.indexOf("{")));
  }

  /** Goes before anything has come; resolves when the server can have seen it. */
  async stop(): Promise<void> {
    this.kill();
    await this.ended;
    await setTimeout(GONE_MS);
  }

  kill(): void {
    this.child.kill();
  }
}

async function ask<Answer extends ServerAnswer>(server: ChildProcess, order: ServerOrder): Promise<Answer> {
  server.send(order);
  const [answer] = await Promise.race([
    once(server, "message"),
    once(server, "exit").then(([code]) => {
      throw new Error(`the server of the fan-out ended with ${code}`);
    }),
  ]);
  return answer as Answer;
}
