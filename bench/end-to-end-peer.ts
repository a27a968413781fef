/** The thread around the engine: it is the venue that writes frames and the subscriber that gets signals, on one clock. */
import { connect } from "node:net";
import { parentPort } from "node:worker_threads";
import { WebSocket } from "ws";
import { type ClientTimes, SocketLimits } from "./end-to-end-limit.js";
import { Venue } from "./end-to-end-venue.js";

/** What the thread is told to do once the engine follows its books. */
export interface PeerOrder {
  stream: string;
  echoPort: number;
  samples: number;
  /** Frames one a millisecond, before all others: a venue's usual pace, behind which everything is compiled. */
  quick: number;
  /** Frames before the first one that counts, at its pace. */
  warmUp: number;
  perSecond: number;
  /** Program of bench/limits/relay.cc; null without one. */
  relay: string | null;
}

/** Times from the intended writing to the arrival, µs; NaN for what did not come. */
export interface PeerTimes {
  signals: Float64Array;
  echoes: Float64Array;
  /** Behind a relay in C++; empty without one. */
  relayed: Float64Array;
  /** At the read of a client in C++; null without one. */
  client: ClientTimes | null;
}

/** After the last frame, ms. */
const LAST_MS = 500;
/** By which a timer may be late, ms. */
const COARSE_MS = 1.2;
/** Echo, relay, client. */
const WAYS_BETWEEN = 3;
/** Frames between two of the other book. */
const BREATHE = 50;

const venue = new Venue();
parentPort?.on("message", (order: PeerOrder) => {
  void run(order).then((times) => parentPort?.postMessage(times));
});
void venue.listen().then((port) => parentPort?.postMessage(port));

async function run({ stream, echoPort, samples, quick, warmUp, perSecond, relay }: PeerOrder): Promise<PeerTimes> {
  const all = samples + warmUp;
  const [signals, echoes] = [new Float64Array(all).fill(Number.NaN), new Float64Array(all).fill(Number.NaN)];
  const framesDue = new Float64Array(all);
  const echoesDue: number[] = [];
  const sampleOf = new Map<number, number>();
  const subscriber = await subscribe(stream, (data, atMs) => {
    const { data: signal } = JSON.parse(data) as {
      data?: { legs?: { instrument: string; book: { sequence: number } }[] };
    };
    const leg = signal?.legs?.find(({ instrument }) => instrument === "bybit:BTC/USDT");
    const sample = leg === undefined ? undefined : sampleOf.get(leg.book.sequence);
    if (sample !== undefined) signals[sample] = (atMs - framesDue[sample]) * 1000;
  });
  let echoed = 0;
  const echo = connect(echoPort, "127.0.0.1").setNoDelay(true);
  echo.on("data", (data) => {
    const atMs = performance.now();
    for (let i = 0; i < data.length; i++, echoed++) echoes[echoed] = (atMs - echoesDue[echoed]) * 1000;
  });
  await new Promise<void>((resolve) => echo.once("connect", resolve));

  const limits = relay === null ? null : await SocketLimits.open(relay, Math.ceil(all / WAYS_BETWEEN));
  const quickMs = performance.now();
  for (let i = 0; i < quick; i++) {
    await due(quickMs + i);
    venue.write(venue.toggle());
    if (i % BREATHE === 0) venue.breathe();
  }
  const gapMs = 1000 / perSecond;
  const startMs = performance.now() + 100;
  for (let i = 0; i < all; i++) {
    framesDue[i] = startMs + i * gapMs;
    const toggle = venue.toggle();
    sampleOf.set(toggle.update, i);
    await due(framesDue[i]);
    venue.write(toggle);
    const betweenMs = framesDue[i] + gapMs / 2;
    await due(betweenMs);
    // One way between two frames, in turns, so that none of them makes another's thread busier.
    if (limits !== null && i % WAYS_BETWEEN === 1) limits.relay(betweenMs);
    else if (limits !== null && i % WAYS_BETWEEN === 2) limits.tell(betweenMs);
    else {
      echoesDue.push(betweenMs);
      echo.write(".");
    }
    if (i % BREATHE === 0) venue.breathe();
  }
  await due(performance.now() + LAST_MS);
  subscriber.terminate();
  echo.destroy();
  const client = limits === null ? null : await limits.close();
  const warmUpBetween = limits === null ? warmUp : Math.floor(warmUp / WAYS_BETWEEN);
  return {
    signals: signals.slice(warmUp),
    echoes: echoes.slice(warmUpBetween, echoesDue.length),
    relayed: limits?.relayed.slice(warmUpBetween) ?? new Float64Array(0),
    client,
  };
}

/** Timers are a millisecond coarse: for the last one it asks at each turn of the loop, which serves the sockets too. */
async function due(atMs: number): Promise<void> {
  const restMs = atMs - performance.now() - COARSE_MS;
  if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
  while (performance.now() < atMs) await new Promise((resolve) => setImmediate(resolve));
}

/** `atMs` is of the read that brought it, as for all other ways: what the client then does is not the server's. */
async function subscribe(url: string, take: (data: string, atMs: number) => void): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  let atMs = 0;
  socket.once("upgrade", (response) => {
    response.socket.on("data", () => {
      atMs = performance.now();
    });
  });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const acknowledged = new Promise<void>((resolve) => {
    socket.on("message", (data) => {
      const text = data.toString();
      if (text.includes('"type":"ack"')) resolve();
      else if (text.includes('"type":"update"')) take(text, atMs);
    });
  });
  socket.send(JSON.stringify({ op: "subscribe", id: 1, channels: ["signal.toggle"] }));
  await acknowledged;
  return socket;
}
