import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createHistogram } from "node:perf_hooks";
import { parseConfig } from "crosstick/internal/config";
import type { ConnectionSettings } from "crosstick/internal/feed/connection-settings";
import { Lane } from "crosstick/internal/feed/lane";
import { LiveFeed } from "crosstick/internal/feed/live-feed";
import type { LiveLaneSpec } from "crosstick/internal/feed/live-spec";
import { RestGate } from "crosstick/internal/feed/rest-gate";
import { compileKernel, type DecodeKernel, startKernel } from "crosstick/internal/kernel/kernel";
import { createMemory, planMemory, viewsOf } from "crosstick/internal/kernel/memory";
import * as L from "crosstick/internal/layout";
import { RingReader } from "crosstick/internal/ring/reader";
import { venueNamed } from "crosstick/internal/venues/index";
import type { LiveVenue } from "crosstick/internal/venues/venue";
import { type WebSocket, WebSocketServer } from "ws";
import { RECEIVE } from "../live/rig.js";

/** As a configuration without a section `connections`. */
export const SETTINGS: ConnectionSettings = parseConfig({}, { source: "test" }).connections;

/** A venue on loopback that does only what its test says. */
export interface ScriptedHost {
  readonly address: string;
  /** Texts that clients sent, in order, and paths that they asked for by HTTP. */
  readonly heard: string[];
  readonly asked: string[];
  readonly sockets: Set<WebSocket>;
  send(message: object | string): void;
  close(): Promise<void>;
}

export async function scriptedHost(script: {
  message?: (text: string, socket: WebSocket) => void;
  reply?: (request: IncomingMessage, response: ServerResponse) => void;
}): Promise<ScriptedHost> {
  const heard: string[] = [];
  const asked: string[] = [];
  const sockets = new Set<WebSocket>();
  const http = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (script.reply === undefined) response.writeHead(404).end();
    else script.reply(request, response);
  });
  const upgrades = new WebSocketServer({ server: http });
  upgrades.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("message", (data) => {
      heard.push(String(data));
      script.message?.(String(data), socket);
    });
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return {
    address: `127.0.0.1:${(http.address() as AddressInfo).port}`,
    ...{ heard, asked, sockets },
    send(message) {
      for (const socket of sockets) socket.send(typeof message === "string" ? message : JSON.stringify(message));
    },
    async close() {
      for (const socket of sockets) socket.terminate();
      upgrades.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

export interface LiveLane {
  feed: LiveFeed;
  lane: Lane;
  notes: string[];
  /** [kind, instrument, first two values] of the records since the last call. */
  records(): number[][];
  stop(): void;
}

/** One live lane in this thread, of a venue whose ways are those of `live` where it says so. */
export function liveLane(
  host: Pick<ScriptedHost, "address">,
  spec: Pick<LiveLaneSpec, "venue" | "product" | "wanted">,
  live: Partial<LiveVenue>,
  more: { backups?: LiveLaneSpec["backups"]; settings?: Partial<ConnectionSettings> } = {},
): LiveLane {
  const plan = planMemory({
    ...{ lanes: [1], ringRecords: 4096, scratchBytes: 65_536, instruments: 16, bookLevels: 64, vwapTrades: 1 },
    ...{ windowBytes: 0, consumers: [] },
  });
  const memory = createMemory(plan);
  const views = viewsOf(memory);
  const kernel = startKernel<DecodeKernel>(compileKernel("decode"), memory);
  kernel.initTables();
  const [place] = plan.lanes;
  const lane = new Lane({ views, kernel, memory: plan, plan: place, venue: spec.venue, dropWhenFull: true });
  const notes: string[] = [];
  const landing = { bytes: views.u8, at: place.receive, size: L.RECEIVE_BYTES, whole: kernel.wholeFrame };
  const settings = { ...SETTINGS, ...more.settings };
  const feed: LiveFeed = new LiveFeed({
    ...{
      views,
      lane,
      scratch: place.scratches[0],
      scratchBytes: plan.sizes.scratchBytes,
      raw: 0,
      resyncAt: plan.resync,
    },
    spec: { index: 0, socket: `ws://${host.address}`, rest: `http://${host.address}`, ...spec, ...more, settings },
    live: { ...venueNamed(spec.venue).live, ...live },
    gate: new RestGate({
      ...{ venue: spec.venue, bases: [`http://${host.address}`], settings },
      limits: { requests: [], connects: [] },
      refused: (refusal) => feed.refusedByHost(refusal),
      say: (level, text) => notes.push(`${level} ${text}`),
    }),
    permit: () => Promise.resolve(),
    landing: RECEIVE === "direct" ? landing : undefined,
    note: ({ level, text }) => notes.push(`${level} ${text}`),
    decoded: createHistogram(),
  });
  const reader = new RingReader(views, place.ring);
  const tick = setInterval(() => feed.tick(), 20);
  feed.start();
  return {
    ...{ feed, lane, notes },
    records() {
      const seen: number[][] = [];
      reader.drain((at) => {
        const kind = views.u8[at + L.RECORD_KIND];
        if (kind === L.KIND_TICK) return;
        const payload = (at + L.RECORD_PAYLOAD) >> 3;
        seen.push([kind, views.u16[(at + L.RECORD_INSTRUMENT) >> 1], views.f64[payload], views.f64[payload + 1]]);
      }, Number.POSITIVE_INFINITY);
      return seen;
    },
    stop() {
      clearInterval(tick);
      feed.stop();
    },
  };
}
