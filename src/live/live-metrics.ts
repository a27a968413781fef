import type { RecordableHistogram } from "node:perf_hooks";
import { STATE_NAMES } from "../engine/summary.js";
import type { SilentChannel } from "../feed/watchdog.js";
import type { MetricsSample, ProcessingTimes } from "../stream/metrics.js";
import type { LiveEngine } from "./live-engine.js";

/** Upper bounds of the processing histogram, seconds. */
const BOUNDS = [10e-6, 20e-6, 50e-6, 100e-6, 200e-6, 500e-6, 1e-3, 2e-3, 5e-3, 10e-3, 50e-3, 100e-3];

/** The engine's numbers for the Prometheus exposition. */
export function metricsSample(live: LiveEngine): MetricsSample {
  const status = live.status();
  const { venues, instruments, strategies, clock } = status;
  const counts = live.supervisor.countsByVenue();
  return {
    frames: counts.map(({ venue, frames }) => ({ labels: { venue }, value: frames })),
    rejected: counts.flatMap(({ venue, rejections }) =>
      Object.entries(rejections).map(([reason, value]) => ({ labels: { venue, reason }, value })),
    ),
    gaps: instruments.map(({ instrument, gaps }) => ({ labels: { instrument }, value: gaps })),
    bookStates: instruments.map(({ instrument, state }) => ({
      labels: { instrument },
      value: (STATE_NAMES as readonly string[]).indexOf(state),
    })),
    feedAges: venues.map(({ venue }) => {
      const ages = instruments.filter((one) => one.venue === venue).map(({ feedAgeMs }) => feedAgeMs ?? Number.NaN);
      return { labels: { venue }, value: Math.min(...ages) / 1000 };
    }),
    clockOffsets: Object.entries(clock).map(([venue, { offsetUs }]) => ({
      labels: { venue },
      value: offsetUs === null ? Number.NaN : offsetUs / 1e6,
    })),
    clockUncertainties: Object.entries(clock).map(([venue, { uncertaintyUs }]) => ({
      labels: { venue },
      value: uncertaintyUs === null ? Number.NaN : uncertaintyUs / 1e6,
    })),
    clockDrifts: Object.entries(clock).map(([venue, { driftPpm }]) => ({
      labels: { venue },
      value: driftPpm ?? Number.NaN,
    })),
    canaryCompared: status.canaries.map(({ venue, product, compared }) => ({
      labels: { venue, product },
      value: compared,
    })),
    canaryDifferences: status.canaries.flatMap(({ venue, product, differences }) =>
      Object.entries(differences).map(([field, value]) => ({ labels: { venue, product, field }, value })),
    ),
    silentChannels: verdicts(status.silent),
    rollovers: venues.map(({ venue }) => ({
      labels: { venue },
      value: status.connections.filter((one) => one.venue === venue).reduce((sum, one) => sum + one.rollovers, 0),
    })),
    processing: live.histograms().map(([stage, histogram]) => processingTimes(stage, histogram)),
    signals: Object.entries(strategies).map(([strategy, { signals }]) => ({ labels: { strategy }, value: signals })),
    refusals: Object.entries(strategies).flatMap(([strategy, { refused }]) =>
      Object.entries(refused).map(([reason, value]) => ({ labels: { strategy, reason }, value })),
    ),
    ringDropped: status.dropped,
  };
}

/** Channels by venue and verdict. */
function verdicts(silent: readonly SilentChannel[]): MetricsSample["silentChannels"] {
  const counts = new Map<string, { labels: { venue: string; verdict: string }; value: number }>();
  for (const { venue, verdict } of silent) {
    const key = `${venue} ${verdict}`;
    const row = counts.get(key) ?? { labels: { venue, verdict }, value: 0 };
    row.value++;
    counts.set(key, row);
  }
  return [...counts.values()];
}

/** Counts between bounds out of a histogram that only tells percentiles. */
function processingTimes(stage: string, histogram: RecordableHistogram): ProcessingTimes {
  const { count } = histogram;
  let below = 0;
  const counts = BOUNDS.map((bound) => {
    const upTo = count === 0 ? 0 : Math.round(shareUpTo(histogram, bound * 1e9) * count);
    const here = Math.max(0, upTo - below);
    below += here;
    return here;
  });
  return {
    stage,
    boundsSeconds: BOUNDS,
    counts: [...counts, count - below],
    sumSeconds: count === 0 ? 0 : (histogram.mean * count) / 1e9,
  };
}

/** Share of values not above `ns`, by halving: percentiles rise. */
function shareUpTo(histogram: RecordableHistogram, ns: number): number {
  if (histogram.max <= ns) return 1;
  if (histogram.min > ns) return 0;
  let low = 0;
  let high = 100;
  for (let i = 0; i < 24; i++) {
    const middle = (low + high) / 2;
    if (histogram.percentile(Math.max(middle, 1e-9)) <= ns) low = middle;
    else high = middle;
  }
  return low / 100;
}
