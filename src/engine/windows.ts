import { CrosstickError, EXIT } from "../errors.js";
import type { EngineKernel } from "../kernel/kernel.js";
import type { MemoryPlan, Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import type { HedgedWindow, HedgeMethod, RollingWindow, VwapWindow, WindowFigures } from "../strategies/strategy.js";

/** Hands out the kernel windows that strategies take at their start. */
export class WindowAllocator {
  private readonly views: Views;
  private readonly kernel: EngineKernel;
  private readonly start: number;
  private end: number;
  private next: number;
  /** A header alone, for what a window would say. */
  private scratch: KernelWindow | null = null;

  constructor(views: Views, kernel: EngineKernel, plan: MemoryPlan) {
    this.views = views;
    this.kernel = kernel;
    this.start = plan.windows;
    this.next = plan.windows;
    this.end = plan.windows + plan.sizes.windowBytes;
  }

  /** Bytes handed out, from the start of the region. */
  get used(): number {
    return this.next - this.start;
  }

  /** @throws STRATEGY_MEMORY, STRATEGY_WINDOW */
  rolling(samples: number): KernelWindow {
    if (!Number.isInteger(samples) || samples < 2 || samples > 10_000)
      throw new CrosstickError("STRATEGY_WINDOW", `A rolling window has 2 to 10,000 samples, got ${samples}`);
    const at = this.take(L.WINDOW_HEADER_BYTES + samples * 8);
    this.kernel.windowInit(at, samples);
    this.scratch ??= new KernelWindow(this.views, this.kernel, this.reserve(L.WINDOW_HEADER_BYTES), null);
    return new KernelWindow(this.views, this.kernel, at, this.scratch);
  }

  /** Memory from the region's end, below what it gave before: no part of checkpoints. @throws STRATEGY_MEMORY */
  reserve(bytes: number): number {
    this.end -= Math.ceil(bytes / L.LINE_BYTES) * L.LINE_BYTES;
    this.take(0);
    return this.end;
  }

  /** The spread ln a - beta ln b over a window. @throws STRATEGY_MEMORY, STRATEGY_WINDOW */
  hedged(samples: number, { method, drift = 1e-4 }: HedgeMethod): HedgedWindow {
    if (!(drift > 0 && drift <= 1))
      throw new CrosstickError("STRATEGY_WINDOW", `The drift of a hedge ratio lies in (0, 1], got ${drift}`);
    const [a, b, spread] = [this.rolling(samples), this.rolling(samples), this.rolling(samples)];
    const filter = method === "kalman" ? this.take(L.KALMAN_BYTES) : 0;
    if (filter !== 0) this.kernel.kalmanInit(filter, drift);
    this.views.f64[(spread.at + L.WINDOW_BETA) >> 3] = Number.NaN;
    return new KernelHedge(this.kernel, this.views, a, b, spread, filter);
  }

  /** Address of a VWAP window over the last `trades` trades. @throws STRATEGY_MEMORY, STRATEGY_WINDOW */
  vwap(trades: number): number {
    if (!Number.isInteger(trades) || trades < 1 || trades > 100_000)
      throw new CrosstickError("STRATEGY_WINDOW", `A VWAP window has 1 to 100,000 trades, got ${trades}`);
    const at = this.take(L.VWAP_HEADER_BYTES + trades * 24);
    this.kernel.vwapInit(at, trades, Number.NaN);
    return at;
  }

  private take(bytes: number): number {
    const at = this.next;
    this.next = Math.ceil((at + bytes) / L.LINE_BYTES) * L.LINE_BYTES;
    if (this.next > this.end)
      throw new CrosstickError(
        "STRATEGY_MEMORY",
        "The strategies ask for more windows than memory.windowMiB holds: raise it",
        { exitCode: EXIT.configuration },
      );
    return at;
  }
}

export class KernelWindow implements RollingWindow {
  private readonly views: Views;
  private readonly kernel: EngineKernel;
  readonly at: number;
  private readonly scratch: KernelWindow | null;

  constructor(views: Views, kernel: EngineKernel, at: number, scratch: KernelWindow | null) {
    this.views = views;
    this.kernel = kernel;
    this.at = at;
    this.scratch = scratch;
  }

  next(value: number): WindowFigures | null {
    const { scratch } = this;
    if (scratch === null || this.kernel.windowNext(this.at, value, scratch.at) < 0) return null;
    return scratch;
  }

  band(k: number): { centre: number; reach: number } {
    return { centre: this.kernel.windowCentre(this.at), reach: this.kernel.windowReach(this.at, k) };
  }

  push(value: number): boolean {
    return this.kernel.windowPush(this.at, value) >= 0;
  }

  get count(): number {
    return this.views.u32[(this.at + L.WINDOW_COUNT) >> 2];
  }

  get mean(): number {
    return this.views.f64[(this.at + L.WINDOW_MEAN) >> 3];
  }

  get deviation(): number {
    return this.views.f64[(this.at + L.WINDOW_DEVIATION) >> 3];
  }

  get z(): number {
    return this.views.f64[(this.at + L.WINDOW_Z) >> 3];
  }

  get flat(): boolean {
    return this.views.u32[(this.at + L.WINDOW_FLAT) >> 2] === 1;
  }

  get last(): number {
    return this.views.f64[(this.at + L.WINDOW_LAST) >> 3];
  }

  halfLife(): number {
    return this.kernel.windowHalfLife(this.at);
  }
}

/** Logarithms of both prices, and the spread of the whole window under the newest ratio. */
class KernelHedge implements HedgedWindow {
  readonly spread: RollingWindow;
  private readonly kernel: EngineKernel;
  private readonly views: Views;
  private readonly a: KernelWindow;
  private readonly b: KernelWindow;
  private readonly at: number;
  private readonly filter: number;

  constructor(
    kernel: EngineKernel,
    views: Views,
    a: KernelWindow,
    b: KernelWindow,
    spread: KernelWindow,
    filter: number,
  ) {
    this.kernel = kernel;
    this.views = views;
    this.a = a;
    this.b = b;
    this.spread = spread;
    this.at = spread.at;
    this.filter = filter;
  }

  /** The ratio in use is kept in the window, so that a checkpoint has it. */
  get beta(): number {
    return this.views.f64[(this.at + L.WINDOW_BETA) >> 3];
  }

  push(a: number, b: number): boolean {
    const [y, x] = [Math.log(a), Math.log(b)];
    if (!(Number.isFinite(y) && Number.isFinite(x))) return false;
    this.a.push(y);
    this.b.push(x);
    const { kernel, filter } = this;
    const beta = filter === 0 ? kernel.windowOlsBeta(this.a.at, this.b.at) : kernel.kalmanPush(filter, x, y);
    this.views.f64[(this.at + L.WINDOW_BETA) >> 3] = beta;
    return kernel.windowHedge(this.a.at, this.b.at, beta, this.at) > 0;
  }
}

/** A VWAP whose window is given when its instrument is first seen. */
export class LateVwap implements VwapWindow {
  private readonly views: Views;
  readonly at: number;

  constructor(views: Views, at: number) {
    this.views = views;
    this.at = at;
  }

  get price(): number {
    return this.views.f64[(this.at + L.VWAP_PRICE) >> 3];
  }
}
