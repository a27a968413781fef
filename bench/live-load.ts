// Two venues through real sockets, sent by a program that is not Node, at a fixed rate whether it is read or not.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parseConfig, type ResolvedConfig } from "../src/config.js";
import { type Engine, type EngineStatus, startEngine } from "../src/engine.js";
import type { ReceiveDriver } from "../src/feed/live-spec.js";
import type { ReplaySummary } from "../src/replay.js";
import { buildLimit } from "./limits/limit.js";
import { answer, load, readBare, type Sent, type VenuePorts } from "./live-load-sender.js";
import type { BenchResult } from "./result.js";
import { round3 } from "./rounds.js";

export interface LiveLoadOptions {
  /** Messages a second, of both venues together; 300,000 by default. */
  rate?: number;
  /** How long it is held; 60 by default. */
  seconds?: number;
  /** Before that, at a tenth of the rate; 2 by default. */
  warmUpSeconds?: number;
}

interface Held {
  load: Sent;
  cpuUs: number;
  status: EngineStatus;
}

const RATE = 300_000;
const P99_US = 5000;
const BARE_SECONDS = 10;
/** The engine's times begin with its start: what it takes to be compiled is less than a hundredth of them at this part of the rate. */
const WARM_UP = 10;
/** Ids of the program begin behind this one. */
const SNAPSHOT_ID = 100_000_000_000;
const READY_MS = 15_000;
const INSTRUMENTS = { binance: "binance:BTC/USDT", bybit: "bybit:BTC/USDT" } as const;

/** @throws Error when the engine counted other messages than were sent, and none as dropped. */
export async function liveLoadBench(options: LiveLoadOptions = {}): Promise<BenchResult> {
  const { rate = RATE, seconds = 60, warmUpSeconds = 2 } = options;
  const unit = `messages a second held for ${seconds} s, 55/25/20 touches, trades, deltas of 20 levels; times in µs`;
  const program = buildLimit("venues");
  if ("skipped" in program)
    return { name: "live-load", unit, rows: [], checks: [], skipped: [{ name: "all", reason: program.skipped }] };
  const reader = buildLimit("reader");
  if ("skipped" in reader) throw new Error(`${reader.skipped}, though there was one`);
  const bare = await readBare(program.path, reader.path, { rate, seconds: Math.min(seconds, BARE_SECONDS) });
  const rows: ReturnType<typeof rowOf>[] = [];
  const checks: BenchResult["checks"] = [];
  for (const driver of ["ws", "direct"] as const) {
    const row = rowOf(driver, await hold(program.path, driver, { rate, seconds, warmUpSeconds }));
    rows.push(row);
    const isWhole = row.dropped === 0 && row.gaps === 0 && row["bytes behind"] === 0;
    const value = isWhole ? row["offered/s"] : 0;
    checks.push({
      ...{ name: `${driver}: messages a second, none dropped and none left behind`, value },
      ...{ threshold: Math.floor(rate * 0.999), passed: value >= Math.floor(rate * 0.999) },
    });
    const ratio = round3(P99_US / row["engine p99"]);
    checks.push({ name: `${driver}: 5 ms to p99 of due to engine`, value: ratio, threshold: 1, passed: ratio >= 1 });
  }
  return {
    name: "live-load",
    unit,
    rows: [{ name: "only read, in C++", ...readingOf(bare) }, ...rows],
    checks,
    equal: rows.every(({ dropped, "bytes behind": behind }) => dropped === 0 && behind === 0)
      ? ["trades and touches counted by the engine are those sent; no delta is missing from a book"]
      : [],
    peers: {
      sender: `${program.options}; one thread, open loop of 200 µs`,
      reader: `${reader.options}; one thread, poll`,
    },
    skipped: [],
    notes: [
      "read: from when a ping was due among the frames until its pong is back, so waiting in sockets is in it, and the way back",
      "only read: the same sender and a client that does nothing else, so read p99 is there what the machine's scheduler makes of it",
      "engine p99: read p99 plus the p99 from a frame's arrival to the engine; the sum of two, not measured in one",
    ],
  };
}

function rowOf(driver: ReceiveDriver, { load, cpuUs, status }: Held) {
  const messages = total(load);
  const toEngine = status.latency.engine ?? { p99: Number.NaN };
  return {
    ...{ name: `receive driver ${driver}`, ...readingOf(load) },
    ...{ dropped: status.dropped, gaps: status.instruments.reduce((sum, { gaps }) => sum + gaps, 0) },
    "engine p99": round3(load.p99 + toEngine.p99),
    "CPU µs/message": round3(cpuUs / messages),
  };
}

/** What the sender saw of whoever read. */
function readingOf(load: Sent) {
  const messages = total(load);
  return {
    "offered/s": Math.round(messages / load.seconds),
    // Of the bytes offered, those that a socket took.
    "taken/s": Math.round((messages / load.seconds) * (load.bytes / (load.bytes + load.behind))),
    "bytes behind": load.behind,
    "frames/write": round3(messages / load.writes),
    "bytes/message": round3((load.bytes + load.behind) / messages),
    ...{ "read p50": round3(load.p50), "read p99": round3(load.p99) },
    ...{ "read p99.9": round3(load.p999), "read max": round3(load.max) },
  };
}

const total = ({ sent }: Sent): number => [...sent.binance, ...sent.bybit].reduce((sum, count) => sum + count, 0);

async function hold(path: string, driver: ReceiveDriver, options: Required<LiveLoadOptions>): Promise<Held> {
  const child = spawn(path, [], { stdio: ["pipe", "pipe", "inherit"] });
  const rest = await serveRest();
  let engine: Engine | null = null;
  try {
    const ports = await answer<VenuePorts>(child);
    engine = (await startEngine(configured(ports, rest.port, driver), false)).engine;
    await engine.ready({ timeoutMs: READY_MS });
    const warmUp = await load(child, options.rate / WARM_UP, options.warmUpSeconds);
    const before = process.cpuUsage();
    const measured = await load(child, options.rate, options.seconds);
    const { user, system } = process.cpuUsage(before);
    await new Promise((resolve) => setTimeout(resolve, 1200)); // the status is refreshed once a second
    const status = engine.status();
    const summary = await engine.close();
    engine = null;
    if (status.dropped === 0 && measured.behind === 0) compare(summary, [warmUp, measured]);
    return { load: measured, cpuUs: user + system, status };
  } finally {
    child.kill();
    await engine?.close();
    rest.close();
  }
}

/** @throws Error at the first count that differs. */
function compare({ instruments }: ReplaySummary, loads: readonly Sent[]): void {
  for (const venue of ["binance", "bybit"] as const) {
    const seen = instruments[INSTRUMENTS[venue]];
    const [touches, trades, depths] = [0, 1, 2].map((kind) =>
      loads.reduce((sum, { sent }) => sum + sent[venue][kind], 0),
    );
    if (seen.trades !== trades) throw new Error(`${venue}: ${seen.trades} trades, ${trades} were sent`);
    if (seen.bboUpdates !== touches) throw new Error(`${venue}: ${seen.bboUpdates} touches, ${touches} were sent`);
    // A delta each 20 ms keeps the books alive between the loads.
    if (seen.depthUpdates < depths) throw new Error(`${venue}: ${seen.depthUpdates} deltas, ${depths} were sent`);
  }
}

function configured(ports: VenuePorts, rest: number, receive: ReceiveDriver): ResolvedConfig {
  const free = { spot: { maker: 0.001, taker: 0.001 } };
  const feed = (venue: "binance" | "bybit") => ({
    ...{ venue, symbols: ["BTC/USDT"], channels: ["bbo", "trade", "book"], receive },
    ...{ endpoint: `ws://127.0.0.1:${ports[venue]}`, rest: `http://127.0.0.1:${rest}` },
  });
  return parseConfig({
    feeds: [feed("binance"), feed("bybit")],
    fees: { binance: free, bybit: free },
    strategies: [
      {
        ...{ name: "load", kind: "cross-venue", instruments: Object.values(INSTRUMENTS) },
        ...{ notional: { amount: 1000, currency: "USDT" }, entryNetBps: 5, exitNetBps: 0 },
      },
    ],
  } as Parameters<typeof parseConfig>[0]);
}

/** What both venues answer over HTTP: clocks, and Binance's snapshot before its first delta. */
async function serveRest(): Promise<{ port: number; close(): void }> {
  const level = (price: number): [string, string] => [price.toFixed(2), "1.000"];
  const side = (sign: number, best: number) => Array.from({ length: 50 }, (_, i) => level(best + sign * i * 0.1));
  const depth = { lastUpdateId: SNAPSHOT_ID, bids: side(-1, 60_000), asks: side(1, 60_000.1) };
  const server = createServer((request, response) => {
    const us = Math.round((performance.timeOrigin + performance.now()) * 1000);
    const time = { timeSecond: String(Math.floor(us / 1e6)), timeNano: `${us}000` };
    const path = request.url ?? "";
    const bybit = { retCode: 0, retMsg: "OK", result: time, retExtInfo: {}, time: Math.floor(us / 1000) };
    const binance = path.startsWith("/api/v3/depth") ? depth : { serverTime: us };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(path.startsWith("/v5") ? bybit : binance));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}
