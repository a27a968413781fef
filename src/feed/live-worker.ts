// Worker entry: the live connections of some lanes (those of one venue), decoded and checked into their rings.

import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import { parentPort, workerData } from "node:worker_threads";
import { type DecodeKernel, startKernel } from "../kernel/kernel.js";
import { type LanePlan, type MemoryPlan, viewsOf } from "../kernel/memory.js";
import * as L from "../layout.js";
import type { Landing } from "../sources/wire.js";
import { venueNamed } from "../venues/index.js";
import { relayedByTardis } from "../venues/tardis.js";
import type { LiveVenue } from "../venues/venue.js";
import type { CanaryStatus } from "./canary.js";
import { Lane, type LaneCounts } from "./lane.js";
import type { ConnectionStatus } from "./live-connection.js";
import { LiveFeed } from "./live-feed.js";
import type { FeedNote, LiveLaneSpec } from "./live-spec.js";
import type { HostStatus } from "./rest-gate.js";
import { type ClockStatus, VenueClock } from "./venue-clock.js";
import { VenueHosts } from "./venue-hosts.js";
import { nowUs } from "./wall-clock.js";
import type { SilentChannel } from "./watchdog.js";

export interface LiveWorkerData {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  plan: MemoryPlan;
  lanes: LiveLaneSpec[];
  /** Another worker had these lanes and was lost: its books start afresh. */
  replaces: boolean;
}

export type LiveWorkerMessage =
  | { type: "note"; note: FeedNote }
  | {
      type: "status";
      connections: ConnectionStatus[];
      hosts: HostStatus[];
      silent: SilentChannel[];
      clock: ClockStatus;
      canaries: CanaryStatus[];
      counts: LaneCounts[];
    }
  /** At the start. Main sees in it what is recorded here from then on. */
  | { type: "ready"; decoded: RecordableHistogram }
  | { type: "stopped" };

/** What main may say to the worker. */
export type LiveWorkerOrder = "stop" | "throw";

const TICK_MS = 100;
const STATUS_MS = 250;
const CLOCK_FIRST_MS = 500;
const CLOCK_MS = 10_000;
/** Quick round trips at the start: the shortest of several is worth more than one. */
const CLOCK_QUICK = 5;

const { module, memory, plan, lanes, replaces } = workerData as LiveWorkerData;
const views = viewsOf(memory);
const kernel = startKernel<DecodeKernel>(module, memory);
const decoded = createHistogram();
const clock = new VenueClock();
const timers: NodeJS.Timeout[] = [];
let stopping = false;

/** How a lane is listened to: as its venue says, or its relay. */
function liveOf({ venue, relay }: LiveLaneSpec): LiveVenue {
  const { live } = venueNamed(venue);
  return relay === "tardis" ? relayedByTardis(venue, live) : live;
}

/** Where the sockets of a lane read, if they read into the shared memory. */
function landingOf({ receive: at }: LanePlan): Landing {
  return { bytes: views.u8, at, size: L.RECEIVE_BYTES, whole: kernel.wholeFrame };
}

function say(message: LiveWorkerMessage): void {
  parentPort?.postMessage(message);
}

const hosts = new VenueHosts(
  (note) => say({ type: "note", note }),
  (gate, refusal) => {
    for (const { feed, spec } of feeds) if (hosts.gateOf(spec) === gate) feed.refusedByHost(refusal);
  },
);

const feeds = lanes.map((spec) => {
  const place = plan.lanes[spec.index];
  const lane = new Lane({
    views,
    kernel,
    memory: plan,
    plan: place,
    venue: spec.venue,
    dropWhenFull: true,
    relay: spec.relay,
  });
  const feed = new LiveFeed({
    views,
    lane,
    spec,
    live: liveOf(spec),
    scratch: place.scratches[0],
    scratchBytes: plan.sizes.scratchBytes,
    raw: place.raw,
    resyncAt: plan.resync,
    gate: hosts.gateOf(spec),
    permit: hosts.permitOf(spec),
    landing: spec.receive === "direct" ? landingOf(place) : undefined,
    note: (note) => say({ type: "note", note }),
    decoded,
  });
  if (replaces) lane.books.suspend(lane.adopt(), L.STATE_SYNCING, L.REASON_WORKER_LOST, nowUs());
  feed.start();
  return { lane, feed, spec };
});

/** One clock a venue: the first lane's way answers for all of its products. */
async function probeClock(rounds: number): Promise<void> {
  if (stopping) return;
  try {
    const sample = await feeds[0].feed.probeClock();
    if (sample !== null) clock.add(sample);
    const best = clock.best();
    if (sample !== null && best !== null && !stopping) feeds[0].lane.clock(nowUs(), best.offsetUs, best.uncertaintyUs);
  } catch {
    // An unreachable clock leaves the offset unknown, which the gates see.
  }
  timers.push(setTimeout(() => void probeClock(rounds + 1), rounds < CLOCK_QUICK ? CLOCK_FIRST_MS : CLOCK_MS));
}

void probeClock(0);

timers.push(
  setInterval(() => {
    for (const { feed } of feeds) feed.tick();
  }, TICK_MS),
  setInterval(report, STATUS_MS),
);
say({ type: "ready", decoded });
setTimeout(report, TICK_MS);

function report(): void {
  for (const { lane } of feeds) lane.counts.templateMisses = views.u32[(lane.header + L.MESSAGE_TEMPLATE_MISSES) >> 2];
  say({
    type: "status",
    connections: feeds.flatMap(({ feed }) => feed.status()),
    hosts: hosts.status(),
    clock: clock.status(),
    canaries: feeds.map(({ feed }) => feed.canaryStatus()).filter((canary) => canary !== null),
    silent: feeds.flatMap(({ feed }) => feed.silent()),
    counts: feeds.map(({ lane }) => lane.counts),
  });
}

parentPort?.on("message", (order: LiveWorkerOrder) => {
  if (order === "throw") throw new Error("A feed worker was told to throw");
  stopping = true;
  for (const timer of timers) clearTimeout(timer);
  for (const { feed, lane } of feeds) {
    feed.stop();
    lane.finish();
  }
  report();
  say({ type: "stopped" });
  parentPort?.close();
});
