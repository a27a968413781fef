/**
 * The library's front: a live engine as one object. It wires configuration, feeds and engine thread;
 * the stream server joins it in serve.ts.
 */
import { EventEmitter } from "node:events";
import type { Alert } from "./alerts/alert.js";
import { type EngineConfig, loadConfig, type ResolvedConfig, readSecrets } from "./config.js";
import type { LiveReport } from "./engine/live-report.js";
import type { Outcome } from "./engine/outcomes.js";
import type { Signal, SignalLine } from "./engine/signal.js";
import { STATE_NAMES } from "./engine/summary.js";
import type { TradingLine, TradingSettings } from "./engine/trading.js";
import { CrosstickError } from "./errors.js";
import { STATE_LIVE } from "./layout.js";
import { startAlerts } from "./live/alerts.js";
import { type EngineNote, LiveEngine } from "./live/live-engine.js";
import type { EngineStatus } from "./live/status.js";
import { startValidation } from "./live/validation.js";
import type { ReplaySummary } from "./replay.js";
import type { Validator } from "./validation/validator.js";
import type { Verdict } from "./validation/verdict.js";

export type { Alert, EngineNote, EngineStatus, Outcome, Signal, Verdict };

/** Best bid and offer of an instrument. Prices in quote currency, sizes in base coin, NaN where unknown. */
export interface EngineQuote {
  bid: number;
  bidSize: number;
  ask: number;
  askSize: number;
  /** State of the book behind it. */
  state: (typeof STATE_NAMES)[number];
  /** Venue's time of the last change, epoch µs; NaN where the venue gives none. */
  exchangeTimeUs: number;
  /** Local receive time, epoch µs. */
  receivedTimeUs: number;
}

export interface EngineEvents {
  signal: [signal: Signal];
  /** On paper: a fill, a funding payment, or prices of what is held. */
  trade: [line: TradingLine];
  /** A model or the rule has judged an entry, after it went out; only with a section `validation`. */
  verdict: [verdict: Verdict];
  /** What needs a person. */
  alert: [alert: Alert];
  /** What became of an entry, a second after it. */
  outcome: [outcome: Outcome];
  /** Once a second. */
  status: [status: EngineStatus];
  /** A connection, a snapshot, a worker: what an operator would want in a log. */
  note: [note: EngineNote];
  /** The engine cannot go on. Without a listener the error is thrown where signals() or close() is awaited. */
  error: [error: CrosstickError];
}

export interface Engine {
  /**
   * Resolves when every book is live.
   * @throws ENGINE_NOT_READY after `timeoutMs` (default 30,000), naming the missing books and why.
   */
  ready(options?: { timeoutMs?: number }): Promise<void>;
  /** Adds a listener; the returned function removes it. */
  on<K extends keyof EngineEvents>(event: K, listener: (...args: EngineEvents[K]) => void): () => void;
  /** Signals as they come. Ends, without throwing, when `signal` aborts or the engine is closed. */
  signals(options?: { signal?: AbortSignal }): AsyncIterableIterator<Signal>;
  /**
   * Best bid and offer at this moment, consistent though another thread writes it. Does not allocate:
   * the same object is filled again at the next call for any instrument, so copy what you keep.
   * @throws SYMBOL_UNKNOWN, SYMBOL_AMBIGUOUS
   */
  quote(instrument: string): EngineQuote;
  status(): EngineStatus;
  /** Ends feeds, engine and iterators; what was seen, in the form of a replay's summary. */
  close(): Promise<ReplaySummary>;
}

/** What the server needs of an engine besides its public face. */
export interface EngineInternals {
  live: LiveEngine;
  /** Judges entries; null without a section `validation`. */
  validator: Validator | null;
  /** Called before anybody else learns of a signal. */
  onSignalLine(listener: (signal: SignalLine) => void): void;
  onWake(listener: () => void): void;
  onFigures(listener: (report: LiveReport) => void): void;
}

const READY_MS = 30_000;
const READY_LOOK_MS = 20;
/** Signals kept for an iterator that does not come to fetch them. */
const BACKLOG = 10_000;

/**
 * Starts an engine on live venues. `config` is the object form of the configuration file; what it does
 * not say may come from CROSSTICK_* variables. Relative module paths count from the working directory.
 * @throws CONFIG_*, FEED_SYMBOL, ENGINE_NO_FEED, STRATEGY_*, MEMORY_TOO_LARGE
 */
export async function createEngine(config: EngineConfig): Promise<Engine> {
  const { config: resolved } = loadConfig({ env: process.env, flags: config });
  return (await startEngine(resolved, false, process.env)).engine;
}

/** The same from a resolved configuration; `withStream` adds the ring that a server drains, `env` may hold secrets. */
export async function startEngine(
  config: ResolvedConfig,
  withStream: boolean,
  env: Readonly<Record<string, string | undefined>> = {},
  trading?: TradingSettings,
): Promise<{ engine: Engine; internals: EngineInternals }> {
  const events = new EventEmitter<EngineEvents>();
  events.setMaxListeners(0);
  const secrets = readSecrets(config, env);
  const note = (one: EngineNote) => events.emit("note", one);
  const validator = startValidation(config, secrets, { verdict: (verdict) => events.emit("verdict", verdict), note });
  const alerts = startAlerts(config, secrets, { alert: (alert) => events.emit("alert", alert), note }, (instrument) => {
    const index = live.indexOf(instrument);
    if (index < 0) return Number.NaN;
    const { bid, ask, state } = live.quote(index);
    return state === STATE_LIVE && bid < ask ? (bid + ask) / 2 : Number.NaN;
  });
  const signalLines: ((signal: SignalLine) => void)[] = [];
  const wakes: (() => void)[] = [];
  const figures: ((report: LiveReport) => void)[] = [];
  const ends = new Set<() => void>();
  let failure: CrosstickError | null = null;
  let closed: Promise<ReplaySummary> | null = null;

  const live = new LiveEngine(
    config,
    {
      signal: (said) => {
        for (const listener of signalLines) listener(said);
        const signal = JSON.parse(said.line) as Signal;
        events.emit("signal", signal);
        validator?.signal(signal);
      },
      outcome: (outcome) => {
        events.emit("outcome", outcome);
        validator?.outcome(outcome);
      },
      trade: (line) => events.emit("trade", line),
      note: (one) => {
        note(one);
        if (one.isAlert) alerts.event(one);
      },
      status: (status) => {
        events.emit("status", status);
        alerts.look(status);
      },
      figures: (report) => {
        for (const listener of figures) listener(report);
      },
      wake: () => {
        for (const listener of wakes) listener();
      },
      failed: (error) => {
        failure = error;
        for (const end of ends) end();
        if (events.listenerCount("error") > 0) events.emit("error", error);
      },
    },
    withStream,
    trading,
  );
  try {
    await live.ready();
  } catch (error) {
    await live.close();
    await Promise.all([validator?.close(), alerts.close()]);
    throw error;
  }

  const quoted: EngineQuote = {
    ...{ bid: 0, bidSize: 0, ask: 0, askSize: 0, state: "syncing" as const, exchangeTimeUs: 0, receivedTimeUs: 0 },
  };

  const engine: Engine = {
    async ready({ timeoutMs = READY_MS } = {}) {
      const until = performance.now() + timeoutMs;
      for (;;) {
        if (failure !== null) throw failure;
        const { books, booksLive, instruments } = live.status();
        if (books > 0 && booksLive === books) return;
        if (performance.now() >= until) {
          const missing = instruments.filter(({ state }) => state !== "live");
          throw new CrosstickError(
            "ENGINE_NOT_READY",
            `${books - booksLive} of ${books} books are not live after ${timeoutMs} ms: ` +
              missing.map(({ instrument, state, reason }) => `${instrument} ${state} (${reason})`).join(", "),
            { exitCode: 4 },
          );
        }
        await new Promise((resolve) => setTimeout(resolve, READY_LOOK_MS));
      }
    },

    on(event, listener) {
      events.on(event, listener as never);
      return () => events.off(event, listener as never);
    },

    async *signals({ signal } = {}) {
      const queue: Signal[] = [];
      let wake = (): void => {};
      let ended = signal?.aborted === true || closed !== null;
      const end = (): void => {
        ended = true;
        wake();
      };
      const off = engine.on("signal", (one) => {
        queue.push(one);
        if (queue.length > BACKLOG) queue.shift();
        wake();
      });
      ends.add(end);
      signal?.addEventListener("abort", end, { once: true });
      try {
        for (;;) {
          const next = queue.shift();
          if (next !== undefined && !ended) yield next;
          else if (ended) {
            if (failure !== null) throw failure;
            return;
          } else
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
        }
      } finally {
        off();
        ends.delete(end);
        signal?.removeEventListener("abort", end);
      }
    },

    quote(instrument) {
      const index = live.indexOf(instrument);
      if (index < 0) {
        Object.assign(quoted, {
          bid: Number.NaN,
          bidSize: Number.NaN,
          ask: Number.NaN,
          askSize: Number.NaN,
          state: "syncing",
        });
        return quoted;
      }
      const { bid, bidSize, ask, askSize, state, exchangeTimeUs, receivedTimeUs } = live.quote(index);
      quoted.bid = bid;
      quoted.bidSize = bidSize;
      quoted.ask = ask;
      quoted.askSize = askSize;
      quoted.state = STATE_NAMES[state];
      quoted.exchangeTimeUs = exchangeTimeUs;
      quoted.receivedTimeUs = receivedTimeUs;
      return quoted;
    },

    status: () => live.status(),

    close() {
      closed ??= live.close().finally(async () => {
        for (const end of ends) end();
        await Promise.all([validator?.close(), alerts.close()]);
      });
      return closed;
    },
  };
  return {
    engine,
    internals: {
      ...{ live, validator },
      onSignalLine: (listener) => signalLines.push(listener),
      onWake: (listener) => wakes.push(listener),
      onFigures: (listener) => figures.push(listener),
    },
  };
}
