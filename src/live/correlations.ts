import { compileKernel, type EngineKernel, startKernel } from "../kernel/kernel.js";
import * as L from "../layout.js";
import type { LiveEngine } from "./live-engine.js";

/** Mids are looked at so often, ms; a return is that of one step. */
const STEP_MS = 1000;
/** Returns that the window holds: half an hour. */
const ROWS = 1800;
/** Instruments that are followed, the first ones of the engine. */
const SERIES = 64;
const RETURNS_MINIMUM = 30;

/** Correlation of two instruments that are followed. */
export interface LiveCorrelation {
  a: string;
  b: string;
  /** -1..1; null with fewer than 30 returns, or where one did not move. */
  correlation: number | null;
}

/**
 * Correlations of the log returns of all instruments that are followed, in steps of a second, over the last
 * half hour: a window in the kernel that slides by one row of all of them. A row in which a book was not live
 * is left out whole. Main thread; a memory of its own.
 */
export class Correlations {
  private readonly live: LiveEngine;
  private readonly kernel: EngineKernel;
  private readonly f64: Float64Array;
  private readonly timer: NodeJS.Timeout;
  private readonly row: number;
  private ids: readonly string[] = [];
  private before: Float64Array | null = null;
  private returns = 0;

  constructor(live: LiveEngine) {
    this.live = live;
    const even = SERIES + (SERIES & 1);
    const window = L.CORRELATION_HEADER_BYTES + (ROWS * even + even + SERIES * even) * 8;
    this.row = Math.ceil((L.REGIONS_AT + window) / L.LINE_BYTES) * L.LINE_BYTES;
    const pages = Math.ceil((this.row + even * 8) / L.PAGE_BYTES);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    this.kernel = startKernel<EngineKernel>(compileKernel("engine"), memory);
    this.f64 = new Float64Array(memory.buffer);
    this.timer = setInterval(() => this.sample(), STEP_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** How many returns the window holds, and the correlations of all pairs, or of those with one instrument. */
  read(instrument: string | null): { returns: number; stepMs: number; pairs: LiveCorrelation[] } {
    const pairs: LiveCorrelation[] = [];
    for (let a = 0; a < this.ids.length; a++)
      for (let b = a + 1; b < this.ids.length; b++) {
        if (instrument !== null && this.ids[a] !== instrument && this.ids[b] !== instrument) continue;
        const value = this.returns < RETURNS_MINIMUM ? Number.NaN : this.kernel.correlationOf(L.REGIONS_AT, a, b);
        pairs.push({ a: this.ids[a], b: this.ids[b], correlation: Number.isNaN(value) ? null : value });
      }
    return { returns: this.returns, stepMs: STEP_MS, pairs };
  }

  private sample(): void {
    const known = this.live.known().slice(0, SERIES);
    // Another instrument makes another matrix: the window begins anew.
    if (known.length !== this.ids.length) {
      this.ids = [...known];
      this.kernel.correlationInit(L.REGIONS_AT, Math.max(1, known.length), ROWS);
      this.before = null;
      this.returns = 0;
    }
    const logs = Float64Array.from(known, (_, index) => {
      const { bid, ask, state } = this.live.quote(index);
      return state === L.STATE_LIVE && bid < ask ? Math.log((bid + ask) / 2) : Number.NaN;
    });
    const { before } = this;
    this.before = logs;
    if (before === null || known.length < 2) return;
    const row = this.row >> 3;
    this.f64.fill(0, row, row + SERIES);
    logs.forEach((log, i) => {
      this.f64[row + i] = log - before[i];
    });
    const held = this.kernel.correlationPush(L.REGIONS_AT, this.row);
    if (held >= 0) this.returns = held;
  }
}
