/** From a venue's frame on a socket to the signal on a subscriber's, beside what loopback alone costs. */
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { parseConfig } from "../src/config.js";
import type { EngineStatus } from "../src/engine.js";
import { type ServedEngine, serve } from "../src/serve.js";
import type { ClientTimes } from "./end-to-end-limit.js";
import type { PeerOrder, PeerTimes } from "./end-to-end-peer.js";
import { buildLimit } from "./limits/limit.js";
import type { BenchResult } from "./result.js";
import { percentiles, round3 } from "./rounds.js";

export interface EndToEndOptions {
  /** Frames a second, written at fixed times whether the one before was answered or not; 1,000 and 100 by default. */
  paces?: number[];
  /** For how long frames are written that count, each of which makes a signal; 20 by default. */
  seconds?: number;
  /** Frames before them, one a millisecond; 20,000 by default. */
  quick?: number;
}

interface Measured extends PeerTimes {
  /** The engine's own measurement of its stages, µs since the frame's arrival. */
  stages: EngineStatus["latency"];
}

type Idle = "backoff" | "spin";
type Receive = (typeof DRIVERS)[number];

/** How the engine's thread waits, how the feed's receives, and frames a second. */
interface Way {
  idle: Idle;
  receive: Receive;
  perSecond: number;
}

const DRIVERS = ["direct", "ws"] as const;
/** The one that is held to the threshold. */
const BEST: Receive = "direct";
/** A busy instrument's pace, and a quiet one's: between its frames cores fall asleep and caches go to others. */
const PACES = [1000, 100];
const SECONDS = 20;
/** Fewer, and the compiler's threads are still at work. */
const QUICK = 20_000;
const WARM_UP = 300;
/** Venue, subscriber and feed want cores too: an engine that spins among fewer only stands in their way. */
const CORES_TO_SPIN = 4;
/** A signal may take 2.5 times as long as a relay in C++ that only passes a frame on. */
const LEAST_TO_RELAY = 0.4;

/**
 * Each way is measured in an engine of its own. Times count from when a frame was
 * meant to be written, so that a stall shows in all the frames that it delays. Echoes go between the frames.
 * @throws Error when a frame made no signal: then the times would be of something else
 */
export async function endToEndBench(options: EndToEndOptions = {}): Promise<BenchResult> {
  const { paces = PACES, seconds = SECONDS, quick = QUICK } = options;
  const relay = buildLimit("relay");
  const isLimited = "path" in relay;
  const rows: BenchResult["rows"] = [];
  const checks: BenchResult["checks"] = [{ name: "signals for frames", value: 1, threshold: 1, passed: true }];
  for (const way of waysOf(paces)) {
    const { idle, receive, perSecond } = way;
    const name = `${perSecond} a second, receive ${receive}, idle ${idle}`;
    const samples = Math.ceil(perSecond * seconds);
    const measured = await measure(way, { samples, quick }, isLimited ? relay.path : null);
    const missing = measured.signals.filter(Number.isNaN).length;
    if (missing > 0) throw new Error(`${missing} of ${samples} frames made no signal (${name})`);
    const lost = [...measured.echoes, ...measured.relayed].filter(Number.isNaN).length;
    if (lost > 0) throw new Error(`${lost} messages through an echo or the relay did not come (${name})`);
    rows.push(...rowsOf(name, measured));
    if (measured.client !== null && receive === BEST) {
      const value = round3(percentiles(measured.relayed).p50 / percentiles(measured.signals).p50);
      const passed = value >= LEAST_TO_RELAY;
      checks.push({ name: `relay in C++ to signal, ${name}`, value, threshold: LEAST_TO_RELAY, passed });
    }
  }
  return {
    name: "end-to-end",
    unit: "µs from the intended writing, frames each make a signal; ratio of the echo's median to the signal's",
    rows,
    checks,
    equal: ["every frame made its signal, every echo and every relayed message came"],
    notes: [
      "the venue's frames are made before they are due; times end with the read that brings an answer, on all ways",
    ],
    peers: isLimited ? { "C++ relay, C++ client": `${relay.options}; epoll, asleep between messages of 200 B` } : {},
    skipped: isLimited ? [] : [{ name: "C++ relay, C++ client", reason: relay.skipped }],
  };
}

function waysOf(paces: number[]): Way[] {
  const waits: Idle[] = availableParallelism() >= CORES_TO_SPIN ? ["backoff", "spin"] : ["backoff"];
  return paces.flatMap((perSecond) =>
    waits.flatMap((idle) => DRIVERS.map((receive) => ({ idle, receive, perSecond }))),
  );
}

function rowsOf(way: string, { signals, echoes, relayed, client, stages }: Measured): BenchResult["rows"] {
  const echo = percentiles(echoes);
  const signal = percentiles(signals);
  const relay = percentiles(relayed);
  return [
    {
      ...{ name: `frame to signal, ${way}`, ...columns(signal), samples: signals.length },
      ratio: round3(echo.p50 / signal.p50),
      ...(client === null ? {} : { ratioToRelay: round3(relay.p50 / signal.p50) }),
    },
    { name: `TCP echo meanwhile, ${way}`, ...columns(echo), samples: echoes.length },
    ...(client === null
      ? []
      : [
          { name: `C++ relay with the same two sockets, ${way}`, ...columns(relay), samples: relayed.length },
          // Its times are of the warm-up too.
          { name: `C++ client, at its read, ${way}`, ...columns(client), samples: client.samples },
        ]),
    ...Object.entries(stages).map(([stage, { count, ...times }]) => ({
      name: `frame's arrival to ${stage}, ${way}`,
      ...columns(times),
      samples: count,
    })),
  ];
}

async function measure(
  way: Way,
  frames: Pick<PeerOrder, "samples" | "quick">,
  relay: string | null,
): Promise<Measured> {
  const peer = new Worker(new URL("./end-to-end-peer.js", import.meta.url));
  const echo = new Worker(new URL("./end-to-end-echo.js", import.meta.url));
  let served: ServedEngine | null = null;
  try {
    const [[venuePort], [echoPort]] = await Promise.all([once(peer, "message"), once(echo, "message")]);
    served = await serve({ config: configured(venuePort, way), env: {}, kind: "SIMULATED" });
    await served.engine.ready({ timeoutMs: 10_000 });
    await clockKnown(served);
    const stream = `${served.server.url.replace("http", "ws")}/v1/stream`;
    const order: PeerOrder = { stream, echoPort, ...frames, perSecond: way.perSecond, warmUp: WARM_UP, relay };
    peer.postMessage(order);
    const [times] = (await once(peer, "message")) as [PeerTimes];
    return { ...times, stages: served.engine.status().latency };
  } finally {
    await served?.close();
    await Promise.all([peer.terminate(), echo.terminate()]);
  }
}

/** Two books of one venue whose prices are compared, without fees: each jump of one is an entry or an exit. */
function configured(port: number, { idle, receive }: Way) {
  const free = { maker: 0, taker: 0 };
  return parseConfig({
    idle,
    feeds: [
      {
        ...{ venue: "bybit", symbols: ["BTC/USDT", "BTC/USDT:USDT"], channels: ["book"], receive },
        ...{ endpoint: `ws://127.0.0.1:${port}`, rest: `http://127.0.0.1:${port}` },
      },
    ],
    fees: { bybit: { spot: free, linear: free } },
    gates: { alignMs: 10_000, maxAgeMs: 10_000, maxClockUncertaintyMs: 1000 },
    strategies: [
      {
        ...{ name: "toggle", kind: "cross-venue", instruments: ["bybit:BTC/USDT", "bybit:BTC/USDT:USDT"] },
        ...{ notional: { amount: 1000, currency: "USDT" }, entryNetBps: 0, exitNetBps: 0 },
      },
    ],
    server: { port: 0 },
  });
}

/** Without an offset of the venue's clock a leg's age is not known, and nothing is signalled. */
async function clockKnown({ engine }: ServedEngine): Promise<void> {
  const untilMs = performance.now() + 10_000;
  while (engine.status().clock.bybit?.uncertaintyUs == null && performance.now() < untilMs)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

type Times = Omit<ClientTimes, "samples">;

function columns({ p50, p99, p999, max }: Times): Record<string, number> {
  return { p50: round3(p50), p99: round3(p99), "p99.9": round3(p999), max: round3(max) };
}
