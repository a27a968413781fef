import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import { Worker } from "node:worker_threads";
import type { ResolvedConfig } from "../config.js";
import type { EngineLatency, LiveReport } from "../engine/live-report.js";
import { readIdentity } from "../engine/market-view.js";
import type { Outcome } from "../engine/outcomes.js";
import type { Fees } from "../engine/proposal.js";
import { type SignalLine, unpackSignal } from "../engine/signal.js";
import { STATE_NAMES, summariseClocks } from "../engine/summary.js";
import type { TradingLine, TradingSettings } from "../engine/trading.js";
import type { EngineMessage, EngineReport, EngineSettings, EngineWorkerData } from "../engine/worker.js";
import { CrosstickError } from "../errors.js";
import type { FeedNote } from "../feed/live-spec.js";
import { nowUs } from "../feed/wall-clock.js";
import { compileKernel, type DecodeKernel, startKernel } from "../kernel/kernel.js";
import { createMemory, type MemoryPlan, planMemory, type Views, viewsOf } from "../kernel/memory.js";
import * as L from "../layout.js";
import { findInstrument } from "../market/find-instrument.js";
import type { Instrument } from "../market/instrument.js";
import type { VenueProduct } from "../market/venues.js";
import { strategyOrders } from "../replay-engine.js";
import type { InstrumentStatus, StageLatency } from "../stream/data.js";
import { addCounts, type ReplaySummary, summaryOf } from "../summary.js";
import { planFeeds } from "./feeds-plan.js";
import { QuoteReader, type QuoteView } from "./quote-reader.js";
import { JOURNAL_RECORDS, RAW_BYTES, Recorder } from "./recorder.js";
import { type EngineStatus, REASON_NAMES } from "./status.js";
import { FeedSupervisor } from "./supervisor.js";

/** Records that main may be behind the engine before messages are dropped, and counted. */
const STREAM_RECORDS = 65_536;
const STATUS_MS = 1000;
const CLOSE_MS = 4000;
/** Of a stage that nothing has reached yet. */
const NOTHING = createHistogram();

/** An event worth a line in the log; of a feed, or of the engine itself. */
export type EngineNote = Pick<FeedNote, "level" | "text"> & Partial<FeedNote>;

export interface LiveHandlers {
  signal(signal: SignalLine): void;
  outcome(outcome: Outcome): void;
  /** Only where signals become trades on paper. */
  trade(line: TradingLine): void;
  note(note: EngineNote): void;
  status(status: EngineStatus): void;
  figures(report: LiveReport): void;
  /** The publication ring has something. */
  wake(): void;
  /** The engine's thread is lost: nothing goes on. */
  failed(error: CrosstickError): void;
}

/** The live pipeline: feed workers, engine thread, and what main reads of them. */
export class LiveEngine {
  readonly views: Views;
  readonly plan: MemoryPlan;
  readonly reader: QuoteReader;
  readonly instruments: Instrument[];
  readonly supervisor: FeedSupervisor;
  /** Writes the journal; null where none is kept. */
  readonly recorder: Recorder | null;
  /** What the configuration asks for and this version leaves out. */
  readonly leftOut: string[];
  report: LiveReport | null = null;
  readonly sent = createHistogram();
  private readonly decodedByAll = createHistogram();
  private engineLatency: EngineLatency | null = null;
  private readonly engine: Worker;
  private readonly handlers: LiveHandlers;
  /** Ids by index, and indexes by every name asked for. */
  private readonly ids: string[] = [];
  private readonly indexes = new Map<string, number>();
  private readonly startedMs = performance.now();
  private readonly rates = new Map<number, { messages: number; atMs: number; perSecond: number }>();
  private readonly timer: NodeJS.Timeout;
  private readonly started: Promise<void>;
  private readonly done: Promise<EngineReport>;
  private closing = false;

  constructor(config: ResolvedConfig, handlers: LiveHandlers, withStream: boolean, trading?: TradingSettings) {
    this.handlers = handlers;
    const { lanes, instruments, leftOut } = planFeeds(config);
    if (lanes.length === 0)
      throw new CrosstickError(
        "ENGINE_NO_FEED",
        "The configuration has no feed that this version supports: add one under feeds",
        {
          exitCode: 3,
        },
      );
    this.leftOut = leftOut;
    this.instruments = instruments;
    this.plan = planMemory({
      lanes: lanes.map(() => 1),
      ringRecords: config.memory.ringRecords,
      scratchBytes: config.memory.scratchMiB * 2 ** 20,
      instruments: config.memory.instruments,
      bookLevels: config.memory.bookLevels,
      vwapTrades: config.memory.vwapTrades,
      windowBytes: config.memory.windowMiB * 2 ** 20,
      consumers: withStream ? [STREAM_RECORDS] : [],
      journalRecords: config.record === undefined ? undefined : JOURNAL_RECORDS,
      rawBytes: config.record?.raw ? RAW_BYTES : undefined,
    });
    const memory = createMemory(this.plan);
    this.views = viewsOf(memory);
    this.reader = new QuoteReader(this.views, this.plan);
    const decodeModule = compileKernel("decode");
    startKernel<DecodeKernel>(decodeModule, memory).initTables();
    this.recorder = config.record === undefined ? null : this.record(config, config.record, memory, lanes);
    const workerData: EngineWorkerData = {
      module: compileKernel("engine"),
      memory,
      plan: this.plan,
      mode: "live",
      strategies: strategyOrders(config),
      fees: config.fees as Fees,
      vwapTrades: config.metrics.vwapTrades,
      sendSignals: true,
      idle: config.idle,
      journal: this.recorder?.checkpoints,
      trading,
    };
    const transferList = this.recorder === null ? [] : [this.recorder.checkpoints];
    this.engine = new Worker(new URL("../engine/worker.js", import.meta.url), { workerData, transferList });
    this.supervisor = new FeedSupervisor({ module: decodeModule, memory, plan: this.plan, note: handlers.note });
    const followed = this.follow();
    // A directory that another engine writes to is found out before anything is listened to.
    this.started = Promise.all([followed.ready, this.recorder?.ready]).then(() => this.supervisor.start(lanes));
    this.started.catch(() => {});
    this.done = followed.done;
    this.timer = setInterval(() => handlers.status(this.status()), STATUS_MS);
  }

  /** Resolves when the strategies are loaded and the feeds have been started. */
  ready(): Promise<void> {
    return this.started;
  }

  /** Index of an instrument by id or the venue's own name. @throws SYMBOL_UNKNOWN, SYMBOL_AMBIGUOUS */
  indexOf(name: string): number {
    const known = this.indexes.get(name);
    if (known !== undefined) return known;
    this.learn();
    const { id } = findInstrument(name, this.instruments);
    const index = this.indexes.get(id);
    if (index === undefined) return -1;
    this.indexes.set(name, index);
    return index;
  }

  /** Fees and the strategies' settings that hold from the engine's next look on, a quarter of a second at most. */
  settle(config: ResolvedConfig): void {
    this.engine.postMessage({ fees: config.fees as Fees, strategies: strategyOrders(config) } satisfies EngineSettings);
  }

  quote(index: number): QuoteView {
    return this.reader.read(index);
  }

  /** Instrument ids by index, as far as the feeds have announced them. */
  known(): readonly string[] {
    this.learn();
    return this.ids;
  }

  status(): EngineStatus {
    const known = this.known();
    const waiting = this.instruments.filter(({ id }) => !known.includes(id)).map(({ id }) => notAnnounced(id));
    const instruments = known
      .map((id, index) => this.instrumentStatus(index, id))
      .concat(waiting)
      .sort((x, y) => (x.instrument < y.instrument ? -1 : 1));
    const venues = [...new Set(instruments.map(({ venue }) => venue))].map((venue) => {
      const own = instruments.filter((one) => one.venue === venue);
      const booksLive = own.filter(({ state }) => state === "live").length;
      const state =
        booksLive === own.length ? ("live" as const) : booksLive > 0 ? ("degraded" as const) : ("down" as const);
      return { venue, state, booksLive, books: own.length, workerRestarts: this.supervisor.restarts(venue) };
    });
    const counts = addCounts(this.supervisor.counts(), 1);
    return {
      uptimeMs: Math.round(performance.now() - this.startedMs),
      booksLive: instruments.filter(({ state }) => state === "live").length,
      books: this.instruments.length,
      venues,
      instruments,
      connections: this.supervisor.connections(),
      hosts: this.supervisor.hosts(),
      silent: this.supervisor.silent(),
      canaries: this.supervisor.canaries(),
      strategies: this.report?.strategies ?? {},
      clock: this.clocks(),
      latency: this.latency(),
      frames: counts.frames,
      rejected: counts.rejected,
      rejections: counts.rejections,
      dropped: this.dropped(),
      recording: this.recorder?.status ?? null,
    };
  }

  /** Ends feeds and engine; the last summary. Takes at most some seconds. */
  async close(): Promise<ReplaySummary> {
    this.closing = true;
    clearInterval(this.timer);
    await this.started.catch(() => {});
    await this.supervisor.stop();
    const report = await Promise.race([
      this.done,
      new Promise<null>((resolve) => setTimeout(() => resolve(null), CLOSE_MS).unref()),
    ]);
    await this.recorder?.stop();
    await this.engine.terminate();
    const elapsedMs = performance.now() - this.startedMs;
    const last = report ?? { strategies: this.report?.strategies ?? {}, digest: "", records: 0, messages: 0 };
    return summaryOf(this.supervisor.counts(), elapsedMs, this.views, this.plan, last);
  }

  private record(
    config: ResolvedConfig,
    section: NonNullable<ResolvedConfig["record"]>,
    memory: WebAssembly.Memory,
    lanes: readonly VenueProduct[],
  ): Recorder {
    return new Recorder({
      ...{ section, config, memory, plan: this.plan, lanes },
      onChange: (status, problem) => {
        if (this.closing) return;
        const text =
          status?.state === "recording"
            ? "recording goes on"
            : `recording stopped: ${problem ?? "for no known reason"}`;
        this.handlers.note({ level: status?.state === "recording" ? "info" : "error", text });
      },
    });
  }

  private follow(): { ready: Promise<void>; done: Promise<EngineReport> } {
    let resolveReady: () => void = () => {};
    let resolveDone: (report: EngineReport) => void = () => {};
    let reject: (error: Error) => void = () => {};
    const failed = new Promise<never>((_, rejectFailed) => {
      reject = rejectFailed;
    });
    const fail = (error: CrosstickError): void => {
      reject(error);
      if (!this.closing) this.handlers.failed(error);
    };
    const ready = Promise.race([new Promise<void>((resolve) => (resolveReady = resolve)), failed]);
    const done = Promise.race([new Promise<EngineReport>((resolve) => (resolveDone = resolve)), failed]);
    for (const promise of [failed, ready, done]) promise.catch(() => {});
    this.engine.on("message", (message: EngineMessage | string) => {
      if (typeof message === "string") this.handlers.signal(unpackSignal(message));
      else if (message.type === "wake") this.handlers.wake();
      else if (message.type === "outcomes") for (const line of message.lines) this.handlers.outcome(JSON.parse(line));
      else if (message.type === "figures" || message.type === "signals") return;
      else if (message.type === "trades") for (const line of message.lines) this.handlers.trade(JSON.parse(line));
      else if (message.type === "report") {
        this.report = message.report;
        this.handlers.figures(message.report);
      } else if (message.type === "ready") {
        this.engineLatency = message.latency;
        resolveReady();
      } else if (message.type === "done") resolveDone(message.report);
      else fail(new CrosstickError(message.code, message.message, { exitCode: message.exitCode }));
    });
    this.engine.on("error", (error) =>
      fail(new CrosstickError("ENGINE_LOST", `The engine's thread failed: ${error.message}`)),
    );
    this.engine.on("exit", () => fail(new CrosstickError("ENGINE_LOST", "The engine's thread ended")));
    return { ready, done };
  }

  /** Instruments whose identity the feeds have written meanwhile. */
  private learn(): void {
    const count = Math.min(Atomics.load(this.views.u32, this.plan.instrumentCount >> 2), this.plan.sizes.instruments);
    for (let index = this.ids.length; index < count; index++) {
      const instrument = readIdentity(this.views, this.plan, index);
      if (instrument.rawSymbol === "") return; // handed out, not written yet
      if (!this.instruments.some(({ id }) => id === instrument.id)) this.instruments.push(instrument);
      this.ids.push(instrument.id);
      this.indexes.set(instrument.id, index);
    }
  }

  private instrumentStatus(index: number, id: string): InstrumentStatus {
    const { bid, ask, state, reason, gaps, crossings, messages, lastReceivedUs, bidChangedUs, askChangedUs } =
      this.reader.read(index);
    const spreadBps = bid < ask ? ((ask - bid) / ((bid + ask) / 2)) * 1e4 : null;
    const now = nowUs();
    return {
      instrument: id,
      venue: venueOf(id),
      state: STATE_NAMES[state],
      reason: REASON_NAMES[reason] ?? String(reason),
      bid: Number.isNaN(bid) ? null : bid,
      ask: Number.isNaN(ask) ? null : ask,
      spreadBps,
      feedAgeMs: ageMs(lastReceivedUs, now),
      bidAgeMs: ageMs(bidChangedUs, now),
      askAgeMs: ageMs(askChangedUs, now),
      messagesPerSecond: this.rate(index, messages),
      gaps,
      crossed: crossings,
    };
  }

  private clocks(): EngineStatus["clock"] {
    const clocks = Object.entries(summariseClocks(this.views, this.plan));
    return Object.fromEntries(
      clocks.map(([venue, clock]) => [venue, { ...clock, driftPpm: this.supervisor.driftPpm(venue) }]),
    );
  }

  private rate(index: number, messages: number): number {
    const atMs = performance.now();
    const before = this.rates.get(index) ?? { messages, atMs, perSecond: 0 };
    if (atMs - before.atMs < STATUS_MS / 2) {
      this.rates.set(index, before);
      return before.perSecond;
    }
    const perSecond = Math.round(((messages - before.messages) * 1000) / (atMs - before.atMs));
    this.rates.set(index, { messages, atMs, perSecond });
    return perSecond;
  }

  /** Nanoseconds from a frame's arrival, by stage: decoded, engine, signal, sent. */
  histograms(): [stage: string, histogram: RecordableHistogram][] {
    const told = this.engineLatency;
    return [
      ["decoded", this.decoded()],
      ["engine", told?.engine ?? NOTHING],
      ["signal", told?.signal ?? NOTHING],
      ["sent", this.sent],
    ];
  }

  /** Of all feeds; into one histogram for good, as each is some 350 kB. */
  private decoded(): RecordableHistogram {
    const histograms = this.supervisor.decoded();
    if (histograms.length === 1) return histograms[0];
    this.decodedByAll.reset();
    for (const histogram of histograms) this.decodedByAll.add(histogram);
    return this.decodedByAll;
  }

  private latency(): Record<string, StageLatency> {
    const us = (ns: number): number => Math.round(ns / 10) / 100;
    const result: Record<string, StageLatency> = {};
    for (const [stage, all] of this.histograms()) {
      const at = (percentile: number): number => (all.count === 0 ? 0 : us(all.percentile(percentile)));
      const max = all.count === 0 ? 0 : us(all.max);
      result[stage] = { count: all.count, p50: at(50), p99: at(99), p999: at(99.9), max };
    }
    return result;
  }

  private dropped(): number {
    let dropped = 0;
    for (const { ring } of this.plan.lanes) dropped += this.views.u32[(ring + L.RING_DROPPED_MESSAGES) >> 2];
    return dropped;
  }
}

function venueOf(id: string): string {
  return id.slice(0, id.indexOf(":")).split(".")[0];
}

/** An instrument that the configuration names and no feed has announced yet. */
function notAnnounced(instrument: string): InstrumentStatus {
  return {
    ...{ instrument, venue: venueOf(instrument), state: "syncing", reason: "starting", bid: null, ask: null },
    ...{ spreadBps: null, feedAgeMs: null, bidAgeMs: null, askAgeMs: null, messagesPerSecond: 0, gaps: 0, crossed: 0 },
  };
}

/** Age of a receive time, ms; null where it is not known. */
function ageMs(us: number, nowUs: number): number | null {
  return us > 0 ? Math.max(0, Math.round((nowUs - us) / 1000)) : null;
}
