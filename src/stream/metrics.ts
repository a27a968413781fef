import { Counter, collectDefaultMetrics, Gauge, type MetricObject, Registry } from "prom-client";
import type { StreamClock } from "./clock.js";
import type { HubCounters } from "./hub.js";

/** One number with its labels. */
export interface Sample<Label extends string> {
  labels: Record<Label, string>;
  value: number;
}

/** Times as counted by the engine: how many were at most each bound, not cumulated. */
export interface ProcessingTimes {
  /** `decode`, `signal`. */
  stage: string;
  /** Upper bounds, seconds, rising. */
  boundsSeconds: readonly number[];
  /** One more than bounds: the last counts what is above all of them. */
  counts: readonly number[];
  sumSeconds: number;
}

/** The engine's numbers, all counted since the start unless they are states. */
export interface MetricsSample {
  frames: Sample<"venue">[];
  rejected: Sample<"venue" | "reason">[];
  gaps: Sample<"instrument">[];
  /** STATE_*: 0 syncing, 1 live, 2 gap, 3 stale, 4 maintenance, 5 blocked. */
  bookStates: Sample<"instrument">[];
  /** Seconds since the last frame. NaN is left out. */
  feedAges: Sample<"venue">[];
  /** Venue's clock minus ours, seconds. NaN is left out. */
  clockOffsets: Sample<"venue">[];
  /** Channels that do not speak as they should, by verdict. */
  silentChannels: Sample<"venue" | "verdict">[];
  /** Connections that a successor took over. */
  rollovers: Sample<"venue">[];
  /** Half the width of what is known of the offset, seconds, and the growth of the offset, µs a second. NaN is left out. */
  clockUncertainties: Sample<"venue">[];
  clockDrifts: Sample<"venue">[];
  /** Events that a second endpoint of the venue said too, and fields in which it differed. */
  canaryCompared: Sample<"venue" | "product">[];
  canaryDifferences: Sample<"venue" | "product" | "field">[];
  processing: ProcessingTimes[];
  signals: Sample<"strategy">[];
  refusals: Sample<"strategy" | "reason">[];
  /** Batches that full rings dropped. */
  ringDropped: number;
}

export interface MetricsOptions {
  sample(): MetricsSample;
  /** The hub's; null before there is one. */
  stream(): { counters: HubCounters; connections: number } | null;
  clock: StreamClock;
}

/** An exposition is made at most so often; scrapes in between get the same. */
const CACHE_MS = 1000;

/** Prometheus text under the names of the contract. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #clock: StreamClock;
  #sample: MetricsSample | null = null;
  #made: { atMs: number; text: Promise<string> } | null = null;

  constructor({ sample: take, stream, clock }: MetricsOptions) {
    this.#clock = clock;
    const sample = (): MetricsSample => {
      this.#sample ??= take();
      return this.#sample;
    };
    collectDefaultMetrics({ register: this.#registry });
    const total = <L extends string>(name: string, help: string, labels: L[], read: () => Sample<L>[]): void => {
      register(this.#registry, { type: "counter", name, help, labels, read });
    };
    const state = <L extends string>(name: string, help: string, labels: L[], read: () => Sample<L>[]): void => {
      register(this.#registry, { type: "gauge", name, help, labels, read });
    };
    total("crosstick_frames_total", "Frames received", ["venue"], () => sample().frames);
    total("crosstick_rejected_total", "Frames refused", ["venue", "reason"], () => sample().rejected);
    total("crosstick_gaps_total", "Transitions of books into gap", ["instrument"], () => sample().gaps);
    state(
      "crosstick_book_state",
      "0 syncing, 1 live, 2 gap, 3 stale, 4 maintenance, 5 blocked",
      ["instrument"],
      () => sample().bookStates,
    );
    state("crosstick_feed_age_seconds", "Since the last frame", ["venue"], () => sample().feedAges);
    state("crosstick_clock_offset_seconds", "Venue's clock minus ours", ["venue"], () => sample().clockOffsets);
    state(
      "crosstick_clock_uncertainty_seconds",
      "Half the width of what is known of the clock offset",
      ["venue"],
      () => sample().clockUncertainties,
    );
    state("crosstick_clock_drift_ppm", "Growth of the clock offset", ["venue"], () => sample().clockDrifts);
    state(
      "crosstick_silent_channels",
      "Channels that do not speak as they should",
      ["venue", "verdict"],
      () => sample().silentChannels,
    );
    total(
      "crosstick_canary_compared_total",
      "Events that a second endpoint said too",
      ["venue", "product"],
      () => sample().canaryCompared,
    );
    total(
      "crosstick_canary_differences_total",
      "Fields in which a second endpoint differed",
      ["venue", "product", "field"],
      () => sample().canaryDifferences,
    );
    total("crosstick_rollovers_total", "Connections that a successor took over", ["venue"], () => sample().rollovers);
    total("crosstick_signals_total", "Signals", ["strategy"], () => sample().signals);
    total("crosstick_refusals_total", "Refused proposals", ["strategy", "reason"], () => sample().refusals);
    total("crosstick_dropped_total", "What was dropped, and where", ["where"], () => [
      { labels: { where: "ring" }, value: sample().ringDropped },
      { labels: { where: "stream" }, value: stream()?.counters.dropped ?? 0 },
    ]);
    total("crosstick_stream_messages_total", "Messages given to connections", [], () => [
      { labels: {}, value: stream()?.counters.delivered ?? 0 },
    ]);
    total("crosstick_stream_slow_closed_total", "Connections closed as slow readers", [], () => [
      { labels: {}, value: stream()?.counters.slowClosed ?? 0 },
    ]);
    state("crosstick_stream_connections", "WebSocket connections", [], () => [
      { labels: {}, value: stream()?.connections ?? 0 },
    ]);
    registerTimes(this.#registry, () => sample().processing);
  }

  /** Prometheus text, at most a second old. */
  text(): Promise<string> {
    const nowMs = this.#clock.monotonicMs();
    if (this.#made === null || nowMs - this.#made.atMs >= CACHE_MS) {
      // One sample for all metrics of an exposition.
      this.#sample = null;
      this.#made = { atMs: nowMs, text: this.#registry.metrics() };
    }
    return this.#made.text;
  }
}

interface Metric<L extends string> {
  type: "counter" | "gauge";
  name: string;
  help: string;
  labels: L[];
  read: () => Sample<L>[];
}

function register<L extends string>(registry: Registry, { type, name, help, labels, read }: Metric<L>): void {
  if (type === "counter") {
    const counter = new Counter<L>({ name, help, labelNames: labels, registers: [registry] });
    onCollect(counter, () => {
      counter.reset();
      for (const { labels, value } of read()) if (value >= 0) counter.inc(labels, value);
    });
  } else {
    const gauge = new Gauge<L>({ name, help, labelNames: labels, registers: [registry] });
    onCollect(gauge, () => {
      gauge.reset();
      for (const { labels, value } of read()) if (!Number.isNaN(value)) gauge.set(labels, value);
    });
  }
}

/** prom-client calls `collect` of a metric before each exposition; its types know it only in the constructor. */
function onCollect(metric: object, collect: () => void): void {
  (metric as { collect: () => void }).collect = collect;
}

/** A histogram whose counts come as they are; prom-client's own only takes single observations. */
function registerTimes(registry: Registry, read: () => ProcessingTimes[]): void {
  const name = "crosstick_processing_seconds";
  const help = "From the frame's arrival at the process to the stage";
  const metric = {
    name,
    help,
    get: async () => ({ name, help, type: "histogram", aggregator: "sum", values: read().flatMap(histogramValues) }),
    reset: () => {},
  };
  registry.registerMetric(metric as unknown as Parameters<Registry["registerMetric"]>[0] & MetricObject);
}

function histogramValues({ stage, boundsSeconds, counts, sumSeconds }: ProcessingTimes): object[] {
  const name = "crosstick_processing_seconds";
  let below = 0;
  const buckets = counts.map((count, index) => {
    below += count;
    const le = index < boundsSeconds.length ? boundsSeconds[index] : "+Inf";
    return { metricName: `${name}_bucket`, labels: { stage, le }, value: below };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels: { stage }, value: sumSeconds },
    { metricName: `${name}_count`, labels: { stage }, value: below },
  ];
}
