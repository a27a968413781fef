/** A process that serves one channel one way, and says what its publishing cost. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import type { HttpSource } from "../src/stream/http-source.js";
import { createStreamServer } from "../src/stream/server.js";

export type FanOutWay = "crosstick" | "crosstick on ws" | "uWebSockets.js" | "ws";

export type ServerOrder = { memory: true } | { turns: number; perTurn: number; pauseMs: number; from: number };

export type ServerAnswer =
  | { port: number }
  | { rssBytes: number }
  /** CPU time of the whole process while it published, and until it had been quiet for a moment, ns. */
  | { cpuNs: number; userNs: number };

/** Text of 200 bytes whose number the subscribers look for. */
const BYTES = 200;
const CHANNEL = "signal.bench";
/** After the last message the operating system may still be taking bytes. */
const QUIET_MS = 100;

const encoder = new TextEncoder();
const head = (n: number): string =>
  `{"type":"update","ch":"${CHANNEL}","seq":${n + 1},"ts":"1786310819526357000","data":`;

/** What is published as message n: its data, such that the whole message has 200 bytes. */
function dataOf(n: number): { n: number; pad: string } {
  const bare = head(n).length + JSON.stringify({ n, pad: "" }).length + 1;
  return { n, pad: "x".repeat(BYTES - bare) };
}

const textOf = (n: number): string => `${head(n)}${JSON.stringify(dataOf(n))}}`;

type Publish = (n: number) => void;

async function open(way: FanOutWay): Promise<{ port: number; publish: Publish }> {
  if (way === "ws") return openWs();
  if (way === "uWebSockets.js") return openUws();
  return openCrosstick(way === "crosstick" ? "uws" : "ws");
}

async function openCrosstick(backend: "uws" | "ws"): Promise<{ port: number; publish: Publish }> {
  const { hub, port } = await createStreamServer({
    ...{ host: "127.0.0.1", port: 0, backend, limits: { connections: 20_000 } },
    source: { has: () => true, list: () => [CHANNEL], snapshot: () => null },
    http: {} as HttpSource, // nobody asks
  });
  return { port, publish: (n) => hub.publish(CHANNEL, "1786310819526357000", dataOf(n)) };
}

async function openUws(): Promise<{ port: number; publish: Publish }> {
  const { default: uWS } = await import("uWebSockets.js");
  const app = uWS.App().ws("/*", {
    compression: uWS.DISABLED,
    open: (socket) => {
      socket.subscribe("bench");
      socket.send('{"type":"ack"}');
    },
  });
  const port = await new Promise<number>((resolve) =>
    app.listen("127.0.0.1", 0, (socket) => resolve(uWS.us_socket_local_port(socket as never))),
  );
  return { port, publish: (n) => app.publish("bench", encoder.encode(textOf(n))) };
}

async function openWs(): Promise<{ port: number; publish: Publish }> {
  const http = createServer();
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });
  server.on("connection", (socket) => socket.send('{"type":"ack"}'));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", 1024, resolve));
  const publish = (n: number): void => {
    const bytes = encoder.encode(textOf(n));
    for (const socket of server.clients) socket.send(bytes, { binary: false });
  };
  return { port: (http.address() as AddressInfo).port, publish };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const tell = (answer: ServerAnswer): void => {
  process.send?.(answer);
};

const { port, publish } = await open(process.argv[2] as FanOutWay);
process.on("message", async (order: ServerOrder) => {
  if ("memory" in order) {
    for (let i = 0; i < 3; i++) globalThis.gc?.();
    return tell({ rssBytes: process.memoryUsage.rss() });
  }
  const before = process.cpuUsage();
  for (let turn = 0, n = order.from; turn < order.turns; turn++) {
    for (let i = 0; i < order.perTurn; i++) publish(n++);
    await pause(order.pauseMs);
  }
  await pause(QUIET_MS);
  const { user, system } = process.cpuUsage(before);
  tell({ cpuNs: (user + system) * 1000, userNs: user * 1000 });
});
process.on("disconnect", () => process.exit());
tell({ port });
