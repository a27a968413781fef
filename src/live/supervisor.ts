import type { RecordableHistogram } from "node:perf_hooks";
import { Worker } from "node:worker_threads";
import type { CanaryStatus } from "../feed/canary.js";
import type { LaneCounts } from "../feed/lane.js";
import type { ConnectionStatus } from "../feed/live-connection.js";
import type { FeedNote, LiveLaneSpec } from "../feed/live-spec.js";
import type { LiveWorkerData, LiveWorkerMessage, LiveWorkerOrder } from "../feed/live-worker.js";
import type { HostStatus } from "../feed/rest-gate.js";
import type { ClockStatus } from "../feed/venue-clock.js";
import type { SilentChannel } from "../feed/watchdog.js";
import { type MemoryPlan, viewsOf } from "../kernel/memory.js";
import * as L from "../layout.js";
import type { VenueName } from "../market/venues.js";
import { addCounts } from "../summary.js";

const RESTART_MS = 50;
const RESTART_CAP_MS = 10_000;
/** A worker that ran this long is not one that fails at once. */
const HEALTHY_MS = 30_000;
const STOP_MS = 3000;

interface Share {
  venue: VenueName;
  lanes: LiveLaneSpec[];
  worker: Worker;
  restarts: number;
  startedMs: number;
  failures: number;
  connections: ConnectionStatus[];
  hosts: HostStatus[];
  silent: SilentChannel[];
  clock: ClockStatus | null;
  canaries: CanaryStatus[];
  counts: LaneCounts[];
  decoded: RecordableHistogram | null;
}

/** The feed workers, one a venue: starts them, replaces one that is lost, and stops them in order. */
export class FeedSupervisor {
  private readonly module: WebAssembly.Module;
  private readonly memory: WebAssembly.Memory;
  private readonly plan: MemoryPlan;
  private readonly note: (note: FeedNote) => void;
  private readonly shares: Share[] = [];
  private stopping = false;

  constructor(options: {
    module: WebAssembly.Module;
    memory: WebAssembly.Memory;
    plan: MemoryPlan;
    note: (note: FeedNote) => void;
  }) {
    this.module = options.module;
    this.memory = options.memory;
    this.plan = options.plan;
    this.note = options.note;
  }

  start(lanes: readonly LiveLaneSpec[]): void {
    for (const venue of new Set(lanes.map((lane) => lane.venue))) {
      const own = lanes.filter((lane) => lane.venue === venue);
      const share: Share = {
        ...{ venue, lanes: own, worker: this.spawn(own, false), restarts: 0, failures: 0 },
        ...{
          startedMs: performance.now(),
          connections: [],
          hosts: [],
          silent: [],
          clock: null,
          canaries: [],
          counts: [],
          decoded: null,
        },
      };
      this.shares.push(share);
      this.follow(share);
    }
  }

  connections(): ConnectionStatus[] {
    return this.shares.flatMap(({ connections }) => connections);
  }

  /** HTTP hosts of the venues. */
  hosts(): HostStatus[] {
    return this.shares.flatMap(({ hosts }) => hosts);
  }

  /** Channels that do not speak as they should. */
  silent(): SilentChannel[] {
    return this.shares.flatMap(({ silent }) => silent);
  }

  /** What second endpoints say of a share of the symbols. */
  canaries(): CanaryStatus[] {
    return this.shares.flatMap(({ canaries }) => canaries);
  }

  /** Growth of a venue's clock offset, µs a second; null while it is not known. */
  driftPpm(venue: string): number | null {
    return this.shares.find((share) => share.venue === venue)?.clock?.driftPpm ?? null;
  }

  counts(): LaneCounts[] {
    return this.shares.flatMap(({ counts }) => counts);
  }

  /** Frames and refusals of each venue. */
  countsByVenue(): { venue: VenueName; frames: number; rejections: Record<string, number> }[] {
    return this.shares.map(({ venue, counts }) => {
      const { frames, rejections } = addCounts(counts, 1);
      return { venue, frames, rejections };
    });
  }

  decoded(): RecordableHistogram[] {
    return this.shares.flatMap(({ decoded }) => (decoded === null ? [] : [decoded]));
  }

  restarts(venue: string): number {
    return this.shares.find((share) => share.venue === venue)?.restarts ?? 0;
  }

  /** For tests of the supervisor: makes a venue's worker throw. */
  disturb(venue: VenueName): void {
    this.shares.find((share) => share.venue === venue)?.worker.postMessage("throw" satisfies LiveWorkerOrder);
  }

  /** Closes every ring, by its worker where there is one, so that the engine comes to its end. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(
      this.shares.map(async ({ worker, lanes }) => {
        const stopped = new Promise<void>((resolve) => {
          worker.on("message", (message: LiveWorkerMessage) => {
            if (message.type === "stopped") resolve();
          });
          worker.on("exit", () => resolve());
          setTimeout(resolve, STOP_MS).unref();
        });
        worker.postMessage("stop" satisfies LiveWorkerOrder);
        await stopped;
        await worker.terminate();
        for (const { index } of lanes) this.closeRing(this.plan.lanes[index].ring);
      }),
    );
  }

  private spawn(lanes: LiveLaneSpec[], replaces: boolean): Worker {
    const { module, memory, plan } = this;
    const workerData: LiveWorkerData = { module, memory, plan, lanes, replaces };
    return new Worker(new URL("../feed/live-worker.js", import.meta.url), { workerData });
  }

  private follow(share: Share): void {
    const { worker } = share;
    let failure = "ended";
    worker.on("message", (message: LiveWorkerMessage) => {
      if (message.type === "note") this.note(message.note);
      else if (message.type === "status" || message.type === "ready") Object.assign(share, message);
    });
    worker.on("error", (error) => {
      failure = error.message;
    });
    worker.on("exit", () => {
      if (!this.stopping) this.replace(share, failure);
    });
  }

  private replace(share: Share, failure: string): void {
    const ran = performance.now() - share.startedMs;
    share.failures = ran > HEALTHY_MS ? 0 : share.failures + 1;
    const waitMs = share.failures <= 1 ? 0 : Math.min(RESTART_CAP_MS, RESTART_MS * 2 ** share.failures);
    const { venue } = share;
    this.note({
      level: "error",
      venue,
      product: share.lanes[0].product,
      text: `feed worker lost (${failure}); replaced in ${waitMs} ms`,
    });
    setTimeout(() => {
      if (this.stopping) return;
      share.restarts++;
      share.startedMs = performance.now();
      share.worker = this.spawn(share.lanes, true);
      this.follow(share);
    }, waitMs);
  }

  private closeRing(ring: number): void {
    const { u32, i32 } = viewsOf(this.memory);
    Atomics.store(u32, (ring + L.RING_CLOSED) >> 2, 1);
    const doorbell = (this.plan.engine + L.ENGINE_DOORBELL) >> 2;
    Atomics.add(i32, doorbell, 1);
    Atomics.notify(i32, doorbell);
  }
}
