// The feed's thread of the arrival bench: receives and decodes into the memory that it was given.
import { parentPort, workerData } from "node:worker_threads";
import type { MemoryPlan } from "../src/kernel/memory.js";
import { listenToLane } from "./feed-lane.js";

export interface ArrivalFeed {
  memory: WebAssembly.Memory;
  plan: MemoryPlan;
  port: number;
  receive: "ws" | "direct";
}

const { memory, plan, port, receive } = workerData as ArrivalFeed;
listenToLane({ memory, plan, venue: "binance", url: `ws://127.0.0.1:${port}/`, receive });
parentPort?.postMessage("started");
