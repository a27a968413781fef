// A lane of a live feed with its connection and no engine, as the benches of receiving need it.
import { createHistogram } from "node:perf_hooks";
import { FrameIntake } from "../src/feed/frame-intake.js";
import { Lane } from "../src/feed/lane.js";
import { LiveConnection } from "../src/feed/live-connection.js";
import { compileKernel, type DecodeKernel, startKernel } from "../src/kernel/kernel.js";
import { type MemoryPlan, planMemory, viewsOf } from "../src/kernel/memory.js";
import * as L from "../src/layout.js";
import type { VenueName } from "../src/market/venues.js";
import { venueNamed } from "../src/venues/index.js";

const RING_RECORDS = 65_536;
const SCRATCH_BYTES = 1 << 20;

/** Memory of one lane of one instrument. */
export function planFeedLane(): MemoryPlan {
  return planMemory({
    ...{ lanes: [1], ringRecords: RING_RECORDS, scratchBytes: SCRATCH_BYTES, instruments: 4, bookLevels: 64 },
    ...{ vwapTrades: 1, windowBytes: 0, consumers: [] },
  });
}

/** Listens to BTCUSDT at `url`, which needs no subscription, by the driver that `receive` names; `published` is called behind each publication. */
export function listenToLane(options: {
  memory: WebAssembly.Memory;
  plan: MemoryPlan;
  venue: VenueName;
  url: string;
  receive: "ws" | "direct";
  published?: () => void;
}): Lane {
  const { memory, plan, venue, url, receive, published } = options;
  const views = viewsOf(memory);
  const kernel = startKernel<DecodeKernel>(compileKernel("decode"), memory);
  kernel.initTables();
  const [place] = plan.lanes;
  const lane = new Lane({ views, kernel, memory: plan, plan: place, venue, dropWhenFull: true });
  lane.setProduct("spot");
  const book = lane.expect("BTCUSDT");
  if (published !== undefined) {
    const publish = lane.writer.publish.bind(lane.writer);
    lane.writer.publish = () => {
      publish();
      published();
    };
  }
  const intake = new FrameIntake({
    ...{ views, lane, source: 0, scratch: place.scratches[0], scratchBytes: SCRATCH_BYTES, raw: 0 },
    decoded: createHistogram(),
  });
  const landing = { bytes: views.u8, at: place.receive, size: L.RECEIVE_BYTES, whole: kernel.wholeFrame };
  const requests = { books: ["BTCUSDT"], requests: [], paceMs: 1, keepAlive: null };
  new LiveConnection({
    plan: { url, ...requests, silenceMs: 60_000, maxPayload: SCRATCH_BYTES },
    spec: {
      ...{ index: 0, venue, product: "spot", wanted: [] },
      settings: {
        ...{ breakerFailures: 5, breakerOpenMs: 1000, retries: 0, switchAfterTimeouts: 3, returnAfterMs: 60_000 },
        canary: 0,
      },
    },
    ...{ books: [book], bases: [url], live: venueNamed(venue).live, lane, intake },
    landing: receive === "direct" ? landing : undefined,
    permit: () => Promise.resolve(),
    say() {},
    heard() {},
    suspend() {},
    trading() {},
  }).start();
  return lane;
}
