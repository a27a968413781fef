// Worker entry: the only reader of the feeds' rings and the single writer of all state.

import { createHash } from "node:crypto";
// The global of this name is looked up anew at each use.
import { createHistogram, performance } from "node:perf_hooks";
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { type WorkerFailure, workerFailure } from "../errors.js";
import type { EngineKernel } from "../kernel/kernel.js";
import { viewsOf } from "../kernel/memory.js";
import * as L from "../layout.js";
import { captureCheckpoint, restoreCheckpoint } from "./checkpoint.js";
import type { Host } from "./host.js";
import type { EngineLatency, LiveReport, PublishedFigures } from "./live-report.js";
import type { Outcome } from "./outcomes.js";
import { park } from "./park.js";
import type { Fees } from "./proposal.js";
import { packSignal, type Signal } from "./signal.js";
import { type EngineSetup, type StrategyOrder, type StrategyTotals, startEngine, strategyTotals } from "./start.js";
import type { TradingLine } from "./trading.js";

export interface EngineWorkerData extends EngineSetup {
  /** Send the signal lines, not only their digest. */
  sendSignals: boolean;
  /** Without work: spin, spin and then sleep, or sleep at once. */
  idle: "spin" | "backoff" | "park";
  /** When a journal is kept: where checkpoints are handed over. */
  journal?: MessagePort;
  /** Replay of a journal: the state to begin with, and the engine time from which signals are told. */
  restore?: ArrayBuffer | null;
  fromUs?: number;
}

export type EngineMessage =
  | { type: "ready"; latency: EngineLatency }
  | WorkerFailure
  /** Replay. */
  | { type: "signals"; lines: string[] }
  | { type: "outcomes"; lines: string[] }
  /** Backtest and paper: TradingLine, one a line. */
  | { type: "trades"; lines: string[] }
  | { type: "figures"; figures: PublishedFigures[] }
  /** Publication rings have something, and main said that it sleeps. */
  | { type: "wake" }
  | { type: "report"; report: LiveReport }
  | { type: "done"; report: EngineReport };

export interface EngineReport {
  strategies: Record<string, StrategyTotals>;
  /** SHA-256 of the signal lines, each with its newline, hexadecimal. */
  digest: string;
  records: number;
  messages: number;
}

/** What main may tell a live engine: it holds from the next message on. */
export interface EngineSettings {
  fees: Fees;
  /** By the strategies' names; those that are not named stay as they are. */
  strategies: StrategyOrder[];
}

const data = workerData as EngineWorkerData;

/** Messages between two looks at anything else; fewer where a recording is turned into a journal, whose ring must not overflow. */
const STEP_BUDGET = data.mode === "replay" && data.journal !== undefined ? 256 : 65_536;
/** Empty looks at the rings before the thread goes to sleep: a wake-up costs some 20 µs. */
const SPINS = 200;
const LINES_A_MESSAGE = 512;
const REPORT_MS = 250;

const { memory, plan } = data;
const views = viewsOf(memory);
let kernel: EngineKernel;

const hash = createHash("sha256");
let lines: string[] = [];

function emit(signal: Signal): void {
  if (views.f64[(plan.engine + L.ENGINE_TIME_US) >> 3] < fromUs) return;
  const line = JSON.stringify(signal);
  // Live it goes out first: what is counted of it can wait.
  if (live && data.sendSignals) say(packSignal(signal, line));
  hash.update(line).update("\n");
  if (live) latency.signal.record(ageNs(views.f64[(plan.engine + L.ENGINE_TIME_US) >> 3], performance.now()));
  if (live || !data.sendSignals) return;
  lines.push(line);
  if (lines.length >= LINES_A_MESSAGE) sendLines();
}

/** They go out when there is nothing else to do, as trades do: a frame that made one due may make a signal, too. */
let outcomes: Outcome[] = [];

function tellOutcome(outcome: Outcome): void {
  if (!data.sendSignals || Number(BigInt(outcome.ts) / 1000n) < fromUs) return;
  outcomes.push(outcome);
  if (outcomes.length >= LINES_A_MESSAGE) sendLines();
}

let figures: PublishedFigures[] = [];

function tellFigures(published: PublishedFigures): void {
  figures.push(published);
  if (figures.length >= LINES_A_MESSAGE) sendLines();
}

let trades: string[] = [];

function tellTrade(line: TradingLine): void {
  trades.push(JSON.stringify(line));
  if (trades.length >= LINES_A_MESSAGE) sendLines();
}

const live = data.mode === "live";
const fromUs = data.fromUs ?? Number.NEGATIVE_INFINITY;
const latency = { engine: createHistogram(), signal: createHistogram() };

const { timeOrigin } = performance;

/** Nanoseconds from a receive time of this machine's clock to now; at least 1. Live only. */
function ageNs(receivedUs: number, nowMs: number): number {
  return Math.max(1, Math.round((timeOrigin + nowMs - receivedUs / 1000) * 1e6));
}

function sendLines(): void {
  if (lines.length > 0) say({ type: "signals", lines });
  if (outcomes.length > 0) say({ type: "outcomes", lines: outcomes.map((outcome) => JSON.stringify(outcome)) });
  if (figures.length > 0) say({ type: "figures", figures });
  if (figures.length > 0) figures = [];
  if (trades.length > 0) say({ type: "trades", lines: trades });
  if (trades.length > 0) trades = [];
  if (lines.length > 0) lines = [];
  if (outcomes.length > 0) outcomes = [];
}

/** A text is a signal, by packSignal(): live, as soon as it is there. */
function say(message: EngineMessage | string): void {
  parentPort?.postMessage(message);
}

/** Takes messages until every ring is closed and empty. */
function run(host: Host): void {
  const { u32, f64 } = views;
  const instrument = (plan.engine + L.ENGINE_EVENT_INSTRUMENT) >> 2;
  const record = (plan.engine + L.ENGINE_EVENT_RECORD) >> 2;
  const spins = data.idle === "park" ? 0 : data.idle === "spin" ? Number.POSITIVE_INFINITY : SPINS;
  let idle = 0;
  let reportedMs = 0;
  for (;;) {
    const result = kernel.step(STEP_BUDGET);
    const nowMs = live ? performance.now() : 0; // one look for all that this step needs
    if (result === L.STEP_MESSAGE) {
      const receivedUs = f64[(u32[record] + L.RECORD_RECEIVED_TIME_US) >> 3];
      host.onMessage(u32[instrument]);
      if (live) latency.engine.record(ageNs(receivedUs, nowMs));
    } else if (result === L.STEP_GRID) host.onGrid(u32[record]);
    else if (result === L.STEP_CONTROL) host.onControl(u32[record], u32[instrument]);
    else if (result === L.STEP_DONE) break;
    if (data.journal !== undefined) keepJournal(host, data.journal);
    if (live) reportedMs = afterStep(host, reportedMs, nowMs);
    if (result !== L.STEP_EMPTY) {
      idle = 0;
      continue;
    }
    if (live && idle === 0) sendLines();
    if (++idle <= spins) continue;
    sendLines();
    park(views, kernel, plan.engine);
  }
}

/** Live: fees, gates and thresholds that hold from now on. */
function takeOrders(host: Host): void {
  if (parentPort === null) return;
  for (let next = receiveMessageOnPort(parentPort); next !== undefined; next = receiveMessageOnPort(parentPort)) {
    const { fees, strategies } = next.message as EngineSettings;
    host.evaluator.fees = fees;
    for (const runner of host.runners) {
      const order = strategies.find(({ spec }) => spec.name === runner.spec.name);
      if (order !== undefined) runner.settle(order);
    }
  }
}

/** Live: hands over what was published, and reports now and then. Returns when it reported last. */
function afterStep(host: Host, reportedMs: number, nowMs: number): number {
  if (kernel.publishAll() > 0) wakeConsumers();
  if (nowMs - reportedMs < REPORT_MS) return reportedMs;
  kernel.clocksRead();
  takeOrders(host);
  sendLines();
  host.spreads.score(host.timeUs);
  const { strategies, records, messages } = totals(host);
  const figures = host.runners.flatMap((runner) => {
    const latest = runner.takeFigures();
    return latest === null ? [] : [{ strategy: runner.spec.name, ...latest }];
  });
  say({ type: "report", report: { strategies, figures, records, messages } });
  return nowMs;
}

/** A recording is turned into a journal only as fast as that is written; live, what finds no room is lost and shown. */
function keepJournal(host: Host, port: MessagePort): void {
  const ring = plan.journal;
  if (checkpointDue(ring)) handOverCheckpoint(host, port);
  if (live) return;
  const { i32 } = views;
  const tail = (ring + L.RING_TAIL) >> 2;
  kernel.publishAll();
  while (freeOf(ring) * 2 < views.u32[(ring + L.RING_CAPACITY) >> 2])
    Atomics.wait(i32, tail, Atomics.load(i32, tail), 5);
}

/** The recorder asks for one, or lost messages and has room again. */
function checkpointDue(ring: number): boolean {
  const { u32 } = views;
  if (Atomics.load(u32, (plan.engine + L.ENGINE_CHECKPOINT_REQUEST) >> 2) === 1) return freeOf(ring) > 0;
  return u32[(ring + L.RING_OVERFLOWING) >> 2] === 1 && freeOf(ring) * 2 >= u32[(ring + L.RING_CAPACITY) >> 2];
}

/** Records that a publication ring can take. */
function freeOf(ring: number): number {
  const { u32 } = views;
  const used = (u32[(ring + L.RING_PRIVATE) >> 2] - Atomics.load(u32, (ring + L.RING_TAIL) >> 2)) >>> 0;
  return u32[(ring + L.RING_CAPACITY) >> 2] - used;
}

const lost = { messages: 0, records: 0 };

/** The state goes first, so that whoever meets its mark in the ring finds it already there. */
function handOverCheckpoint(host: Host, port: MessagePort): void {
  const { u32 } = views;
  const ring = plan.journal;
  const messages = u32[(ring + L.RING_DROPPED_MESSAGES) >> 2];
  const records = u32[(ring + L.RING_DROPPED_RECORDS) >> 2];
  kernel.clocksRead(); // whoever restores this state need not know that samples may be unsorted
  const state = captureCheckpoint(host, views, plan);
  port.postMessage({ state }, [state]);
  kernel.publishCheckpoint(ring, (messages - lost.messages) >>> 0, (records - lost.records) >>> 0);
  lost.messages = messages;
  lost.records = records;
  Atomics.store(u32, (plan.engine + L.ENGINE_CHECKPOINT_REQUEST) >> 2, 0);
}

/** One message to main for all rings, and only when it sleeps: the flag is taken by whoever clears it. */
function wakeConsumers(): void {
  const flag = (plan.engine + L.ENGINE_CONSUMERS_SLEEPING) >> 2;
  if (Atomics.exchange(views.i32, flag, 0) === 1) say({ type: "wake" });
}

function totals(host: Host): Pick<EngineReport, "strategies" | "records" | "messages"> {
  return {
    strategies: strategyTotals(host),
    records: views.f64[(plan.engine + L.ENGINE_RECORDS) >> 3],
    messages: views.f64[(plan.engine + L.ENGINE_MESSAGES) >> 3],
  };
}

try {
  const listener = { signal: emit, outcome: tellOutcome, figures: tellFigures, trade: tellTrade };
  const engine = await startEngine(data, listener, data.journal !== undefined);
  const { host } = engine;
  kernel = engine.kernel;
  if (data.restore) restoreCheckpoint(data.restore, host, views, plan);
  say({ type: "ready", latency });
  run(host);
  kernel.closeConsumers();
  kernel.clocksRead();
  sendLines();
  say({ type: "done", report: { ...totals(host), digest: hash.digest("hex") } });
} catch (error) {
  say(workerFailure(error, "ENGINE_FAILED"));
}
