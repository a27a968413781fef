// A client of one venue, one way, in a process of its own: it says what receiving cost whenever it is asked.
import { createHash } from "node:crypto";
import { WebSocket } from "ws";
import { createMemory, type Views, viewsOf } from "../src/kernel/memory.js";
import * as L from "../src/layout.js";
import { listenToLane, planFeedLane } from "./feed-lane.js";
import { JSON_RECORD, jsonPath } from "./json-path.js";

export type ReceiveWay = "ws, empty handler" | "ws + JSON.parse" | "crosstick, ws" | "crosstick, direct";
export type ReceiveKind = "touch" | "depth";

export interface ReceiveOrder {
  way: ReceiveWay;
  kind: ReceiveKind;
  port: number;
  /** Hash the numbers that were received, instead of being fast. */
  verify: boolean;
}

/** All since the start. */
export interface Received {
  /** CPU of the whole process, ns; the share of it outside the operating system. */
  cpuNs: number;
  userNs: number;
  messages: number;
  /** Messages that were dropped or refused, or that no template knew. */
  amiss: number;
  /** Of every number of every record; empty unless asked for. */
  digest: string;
}

/** Words of a record that mean something; see json-path.ts. */
const WORDS = 7;
const MARKET_KINDS = [L.KIND_BBO, L.KIND_DEPTH, L.KIND_SNAPSHOT];

const { way, kind, port, verify } = JSON.parse(process.argv[2]) as ReceiveOrder;
const venue = kind === "touch" ? "binance" : "bybit";
const venueCode = kind === "touch" ? L.VENUE_BINANCE : L.VENUE_BYBIT;
const url = `ws://127.0.0.1:${port}/`;
const hash = createHash("sha256");

type Counts = Pick<Received, "messages" | "amiss">;

/** Counts messages, and does nothing else with them. */
function listenEmpty(): () => Counts {
  const counts = { messages: 0, amiss: 0 };
  const socket = new WebSocket(url, { perMessageDeflate: false });
  socket.on("message", () => {
    counts.messages++;
  });
  return () => counts;
}

/** What one writes without the kernel; see json-path.ts. */
function listenParsing(): () => Counts {
  const counts = { messages: 0, amiss: 0 };
  const out = new Float64Array(JSON_RECORD * 1024);
  const socket = new WebSocket(url, { perMessageDeflate: false });
  socket.on("message", (data) => {
    counts.messages++;
    const records = jsonPath(data as Buffer, venueCode, L.PRODUCT_SPOT, out);
    if (records === 0) counts.amiss++;
    if (!verify) return;
    for (let i = 0; i < records; i++) hash.update(out.slice(i * JSON_RECORD, i * JSON_RECORD + WORDS));
  });
  return () => counts;
}

/** A lane of a live feed with its connection, whose ring is emptied whenever something is published. */
function listenByFeed(receive: "ws" | "direct"): () => Counts {
  const plan = planFeedLane();
  const memory = createMemory(plan);
  const views = viewsOf(memory);
  const { ring } = plan.lanes[0];
  const lane = listenToLane({ memory, plan, venue, url, receive, published: () => empty(views, ring) });
  return () => {
    const dropped = views.u32[(ring + L.RING_DROPPED_MESSAGES) >> 2];
    const misses = views.u32[(lane.header + L.MESSAGE_TEMPLATE_MISSES) >> 2];
    const { frames, rejected, covered, ignored } = lane.counts;
    return { messages: frames, amiss: dropped + misses + rejected + covered + ignored };
  };
}

/** As the engine would, but for what it does with the records. */
function empty({ u8, u16, u32, f64, u64 }: Views, ring: number): void {
  const head = Atomics.load(u32, (ring + L.RING_HEAD) >> 2);
  if (verify)
    for (let cursor = u32[(ring + L.RING_TAIL) >> 2]; cursor !== head; cursor = (cursor + 1) >>> 0) {
      const mask = u32[(ring + L.RING_CAPACITY) >> 2] - 1;
      const at = ring + L.RING_HEADER_BYTES + ((cursor & mask) << L.RECORD_SHIFT);
      if (!MARKET_KINDS.includes(u8[at + L.RECORD_KIND])) continue;
      const payload = f64.subarray((at + L.RECORD_PAYLOAD) >> 3, (at + L.RECORD_BYTES) >> 3);
      const id = Number(u64[(at + L.RECORD_SEQUENCE) >> 3]);
      hash.update(Float64Array.of(u16[at >> 1], f64[(at + L.RECORD_EXCHANGE_TIME_US) >> 3], id, ...payload));
    }
  Atomics.store(u32, (ring + L.RING_TAIL) >> 2, head);
}

function listen(): () => Counts {
  if (way === "ws, empty handler") return listenEmpty();
  if (way === "ws + JSON.parse") return listenParsing();
  return listenByFeed(way === "crosstick, ws" ? "ws" : "direct");
}

const counts = listen();
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  const digest = verify ? hash.copy().digest("hex") : "";
  process.send?.({ cpuNs: (user + system) * 1000, userNs: user * 1000, ...counts(), digest } satisfies Received);
});
process.on("disconnect", () => process.exit());
