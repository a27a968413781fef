// Worker entry: the recordings of some lanes, decoded and checked into their rings.

import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { workerFailure } from "../errors.js";
import { type DecodeKernel, startKernel } from "../kernel/kernel.js";
import { type MemoryPlan, viewsOf } from "../kernel/memory.js";
import type { VenueName } from "../market/venues.js";
import { Pace } from "../ring/pace.js";
import { Lane, type LaneCounts, type Relay } from "./lane.js";
import { openInput, type ReplayInputSpec } from "./open-input.js";
import { PUMP_EARLY, PUMP_FULL, PUMP_INPUT, PUMP_PROGRESS, ReplayLane } from "./replay-lane.js";

/** One lane of a replay: its place in the memory plan and its inputs, in canonical order. */
export interface ReplayLaneSpec {
  index: number;
  venue: VenueName;
  relay?: Relay;
  inputs: ReplayInputSpec[];
}

export interface ReplayWorkerData {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  plan: MemoryPlan;
  lanes: ReplayLaneSpec[];
  /** Times faster than recorded; null as fast as possible. */
  speed: number | null;
}

/** What the worker says when its lanes are over. */
export interface ReplayWorkerReport {
  counts: LaneCounts[];
  damages: { code: string; message: string }[];
}

/**
 * Frames between two publishes: an engine that is faster than the feed sleeps in between, and waking it costs
 * as much as some twenty frames; few enough to keep it busy meanwhile.
 */
const BATCH_FRAMES = 1024;
/** Batches between two turns of the event loop. */
const LOOP_BATCHES = 16;
const FULL_WAIT_MS = 5;

const { module, memory, plan, lanes, speed } = workerData as ReplayWorkerData;
const views = viewsOf(memory);
const kernel = startKernel<DecodeKernel>(module, memory);

async function main(): Promise<void> {
  const opened = await Promise.all(
    lanes.map(async ({ index, venue, relay, inputs }) => {
      const place = plan.lanes[index];
      const lane = new Lane({ views, kernel, memory: plan, plan: place, venue, dropWhenFull: false, relay });
      const open = inputs.map((spec, i) =>
        openInput(spec, {
          views,
          kernel,
          lane: place.lane,
          scratch: place.scratches[i],
          scratchBytes: plan.sizes.scratchBytes,
        }),
      );
      return { lane, replay: new ReplayLane(views, lane, await Promise.all(open)) };
    }),
  );
  await play(
    opened.map(({ replay }) => replay),
    opened.map(({ lane }) => lane),
  );
  const report: ReplayWorkerReport = {
    counts: opened.map(({ lane }) => lane.counts),
    damages: opened.flatMap(({ replay }) => replay.damages.map(({ code, message }) => ({ code, message }))),
  };
  parentPort?.postMessage(report);
}

/** Pumps every lane in turn: a lane that must wait never keeps another from going on. */
async function play(replays: ReplayLane[], feeds: Lane[]): Promise<void> {
  const pace = speed === null ? null : new Pace(speed, () => performance.now());
  let turns = 0;
  for (;;) {
    let moved = false;
    let waitsForInput = false;
    let earliestUs = Number.POSITIVE_INFINITY;
    let full: Lane | null = null;
    for (let i = 0; i < replays.length; i++) {
      const replay = replays[i];
      if (replay.done) continue;
      const result = replay.pump(BATCH_FRAMES, pace === null ? Number.POSITIVE_INFINITY : pace.untilUs(replay.nextUs));
      if (result === PUMP_PROGRESS) moved = true;
      else if (result === PUMP_INPUT) waitsForInput = true;
      else if (result === PUMP_FULL) full = feeds[i];
      else if (result === PUMP_EARLY) {
        replay.announce();
        earliestUs = Math.min(earliestUs, replay.nextUs);
      }
    }
    if (replays.every(({ done }) => done)) return;
    if (moved) {
      // Decompression hands its chunks over in the event loop: let it run now and then.
      if (waitsForInput || ++turns % LOOP_BATCHES === 0) await new Promise(setImmediate);
    } else if (waitsForInput) await inputOrTimeout(replays.filter(({ done }) => !done));
    else if (full !== null) full.writer.waitForRoom(FULL_WAIT_MS);
    else if (pace !== null && earliestUs !== Number.POSITIVE_INFINITY) await sleep(pace.delayMs(earliestUs));
  }
}

/** A lane may wait for its input while another waits for room: look again after a moment at the latest. */
async function inputOrTimeout(replays: ReplayLane[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, FULL_WAIT_MS);
  });
  await Promise.race([timeout, ...replays.map((replay) => replay.ready())]);
  clearTimeout(timer);
  // A lane that waits for room may be ready at once, again and again: what another waits for comes in the event loop.
  await new Promise(setImmediate);
}

try {
  await main();
} catch (error) {
  parentPort?.postMessage(workerFailure(error, "FEED_FAILED"));
}
