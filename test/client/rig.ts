import { type ClientOptions, type ClientState, createClient, type Gap, type StreamClient } from "crosstick/client";
import type { StreamServerOptions } from "crosstick/internal/stream/server";
import { WebSocket } from "ws";
import { type Backend, type Started, start } from "../stream/started.js";
import { TcpProxy } from "./tcp-proxy.js";

export const BBO = "bbo.binance:BTC/USDT";
export const BOOK = "book.binance:BTC/USDT";
export const SIGNAL = "signal.cross";

/** What a subscription brought, loosely. */
export interface Seen {
  type: string;
  ch: string;
  seq: number;
  data: unknown;
  conflated: number;
}

/** A server, a proxy before it, and clients through the proxy. */
export interface Rig {
  started: Started;
  proxy: TcpProxy;
  client(options?: ClientOptions): StreamClient;
  /** Another server in its place, in a session of its own. */
  restart(options?: Partial<StreamServerOptions>): Promise<void>;
  stop(): Promise<void>;
}

export async function rig(backend: Backend, options: Partial<StreamServerOptions> = {}): Promise<Rig> {
  const clients: StreamClient[] = [];
  const started = await start(backend, options);
  const proxy = await TcpProxy.start(() => result.started.port);
  const result: Rig = {
    started,
    proxy,
    client(more = {}) {
      const client = createClient(proxy.url, { WebSocket, reconnect: { baseMs: 20, capMs: 200 }, ...more });
      clients.push(client);
      return client;
    },
    async restart(more = {}) {
      await result.started.server.close({ closeMs: 200 });
      result.started = await start(backend, { ...options, ...more });
    },
    async stop() {
      for (const client of clients) await client.close();
      await proxy.stop();
      await result.started.stop();
    },
  };
  return result;
}

/** States that a client goes through, from now on. */
export function statesOf(client: StreamClient): ClientState[] {
  const states: ClientState[] = [];
  client.on("state", (state) => states.push(state));
  return states;
}

/** Waits for something; looks are counted rather than time, so that a machine that stands still is no failure. */
export async function until(fits: () => boolean, what: string): Promise<void> {
  for (let looks = 0; !fits(); looks++) {
    if (looks > 5000) throw new Error(`did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export function connected(client: StreamClient): Promise<void> {
  return until(() => client.state.state === "connected", "connected");
}

/** Cuts the connection, does something before the next attempt, and waits for the next connection. */
export async function away(it: Rig, client: StreamClient, meanwhile: () => void): Promise<void> {
  const states = statesOf(client);
  const stop = client.on("state", ({ state }) => {
    if (state !== "waiting") return;
    stop();
    meanwhile();
  });
  it.proxy.cut();
  await until(() => states.some(({ state }) => state === "connected"), "connected again");
}

/** Follows channels and keeps what they bring. */
export function collect(client: StreamClient, channels: string[], options: { policy?: "latest" | "all" } = {}) {
  const items: (Seen | Gap)[] = [];
  const subscription = client.subscribe(
    channels,
    (item) => {
      if (item.type !== "refused") items.push(item);
    },
    { policy: "all", ...options },
  );
  const of = (type: string) => items.filter((item) => item.type === type);
  return {
    items,
    subscription,
    updates: () => of("update") as Seen[],
    snapshots: () => of("snapshot") as Seen[],
    gaps: () => of("gap") as Gap[],
  };
}

/** Whether updates and gaps of one channel together are every number from the first snapshot to `last`, each once. */
export function coverage(items: readonly (Seen | Gap)[], last: number): string {
  let at = -1;
  for (const item of items) {
    if (item.type === "gap") {
      const gap = item as Gap;
      if (gap.from !== at) return `a gap begins after ${gap.from}, expected ${at}`;
      if (gap.count !== gap.to - gap.from) return `a gap of ${gap.count} from ${gap.from} to ${gap.to}`;
      at = gap.to;
      continue;
    }
    const { type, seq } = item as Seen;
    if (at === -1 && type === "snapshot") at = seq;
    else if (type === "snapshot") {
      if (seq !== at) return `a snapshot at ${seq}, expected ${at}`;
    } else if (seq !== ++at) return `an update ${seq}, expected ${at}`;
  }
  return at === last ? "whole" : `ends at ${at}, expected ${last}`;
}
