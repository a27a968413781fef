// Worker entry: a part of a journal, from a checkpoint on, into the ring of one lane.

import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { CrosstickError, EXIT, type WorkerFailure, workerFailure } from "../errors.js";
import { type MemoryPlan, viewsOf } from "../kernel/memory.js";
import { Pace } from "../ring/pace.js";
import { RingWriter } from "../ring/writer.js";
import { chooseStart, type JournalStart } from "./choose-start.js";
import { comesAfter, type WhatFollows } from "./comes-after.js";
import { IdentityTable } from "./identity-table.js";
import { openJournal } from "./journal.js";
import { JournalPlayer, PLAY_DONE, PLAY_EARLY, PLAY_FULL } from "./journal-player.js";

export interface JournalReplayData {
  memory: WebAssembly.Memory;
  plan: MemoryPlan;
  /** Index of the lane in the plan. */
  lane: number;
  dir: string;
  start: JournalStart;
  /** Engine time after which nothing is played, µs; null to the end. */
  toUs: number | null;
  /** Times faster than recorded; null as fast as possible. */
  speed: number | null;
}

export interface JournalReplayReport extends WhatFollows {
  counts: { records: number };
  damages: { code: string; message: string }[];
  /** Number of the segment whose beginning was the start, and engine time there, µs; NaN for an engine just started. */
  segment: number;
  checkpointAt: number;
}

/** What the worker says; after `start` it waits for "go", so that the engine can be restored before the first record. */
export type JournalReplayMessage =
  | { type: "start"; checkpoint: ArrayBuffer | null; firstPosition: number; fromUs: number }
  | { type: "done"; report: JournalReplayReport }
  | WorkerFailure;

const FULL_WAIT_MS = 5;
/** Blocks between two looks at the event loop. */
const TURNS = 256;

const { memory, plan, lane, dir, start, toUs, speed } = workerData as JournalReplayData;
const views = viewsOf(memory);

function say(message: JournalReplayMessage, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

async function main(): Promise<void> {
  const journal = openJournal(dir);
  const part = chooseStart(journal, start);
  if (part === null)
    throw new CrosstickError("JOURNAL_START", `${dir} has no such segment: ${JSON.stringify(start)}`, {
      exitCode: EXIT.usage,
    });
  const writer = new RingWriter(views, plan.lanes[lane].ring, plan.engine);
  const identities = new IdentityTable(views, { ...plan, instruments: plan.sizes.instruments });
  const player = new JournalPlayer(part.segments, writer, identities, toUs ?? Number.POSITIVE_INFINITY);
  const [first] = part.segments;
  const fromUs = Number.isNaN(first.startUs) ? first.firstUs : first.startUs;
  const state = player.checkpoint === null ? null : new Uint8Array(player.checkpoint).buffer;
  const go = new Promise((resolve) => parentPort?.once("message", resolve));
  say({ type: "start", checkpoint: state, firstPosition: first.firstPosition, fromUs }, state === null ? [] : [state]);
  await go;
  await play(player, writer);
  writer.close();
  const damages = [...(player.damage === null ? [] : [player.damage]), ...journal.damages];
  const segment = first.number;
  const told = damages.map(({ code, message }) => ({ code, message }));
  const counts = { records: player.records };
  const after = comesAfter(journal, player);
  say({ type: "done", report: { counts, damages: told, segment, checkpointAt: first.startUs, ...after } });
}

/** Pumps until the end. */
async function play(player: JournalPlayer, writer: RingWriter): Promise<void> {
  const pace = speed === null ? null : new Pace(speed, () => performance.now());
  for (let turn = 1; ; turn++) {
    const result = player.pump(pace === null ? Number.POSITIVE_INFINITY : pace.untilUs(player.nextUs));
    if (result === PLAY_DONE) return;
    if (result === PLAY_FULL) writer.waitForRoom(FULL_WAIT_MS);
    else if (result === PLAY_EARLY && pace !== null) await sleep(pace.delayMs(player.nextUs));
    else if (turn % TURNS === 0) await new Promise(setImmediate);
  }
}

try {
  await main();
} catch (error) {
  say(workerFailure(error, "JOURNAL_FAILED"));
}
