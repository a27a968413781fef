import { createStreamServer, type StreamServer, type StreamServerOptions } from "crosstick/internal/stream/server";
import { FakeEngine, fakeHttp } from "./fake-engine.js";
import { StreamClient } from "./stream-client.js";

export type Backend = "uws" | "ws";

/** A server on a free port of 127.0.0.1 with a fake engine behind it. */
export interface Started {
  server: StreamServer;
  engine: FakeEngine;
  port: number;
  /** Opens a client; it is closed with the server. */
  connect(path?: string, options?: { headers?: Record<string, string> }): Promise<StreamClient>;
  stop(): Promise<void>;
}

/** Starts a server with some channels: two of bbo, one book, a signal, status. */
export async function start(backend: Backend, options: Partial<StreamServerOptions> = {}): Promise<Started> {
  const engine = new FakeEngine();
  engine.say("bbo.binance:BTC/USDT", { bid: 1, ask: 2 });
  engine.say("bbo.bybit:BTC/USDT", { bid: 3, ask: 4 });
  engine.states.set("signal.cross", null);
  engine.say("status", { venues: {} });
  engine.change("book.binance:BTC/USDT", { bids: [[100, 1]], asks: [[101, 2]] });
  const server = await createStreamServer({
    host: "127.0.0.1",
    port: 0,
    source: engine,
    http: fakeHttp,
    backend,
    ...options,
  });
  engine.use(server.hub);
  const clients: StreamClient[] = [];
  return {
    server,
    engine,
    port: server.port,
    async connect(path = "/v1/stream", { headers = {} } = {}) {
      const address = `${server.url.replace("http", "ws")}${path}`;
      const client = new StreamClient(address, headers);
      clients.push(client);
      return client;
    },
    async stop() {
      for (const client of clients) client.cut();
      await server.close({ closeMs: 200 });
    },
  };
}
