import { parseConfig } from "crosstick/internal/config";
import { type ServedEngine, serve } from "crosstick/internal/serve";
import { createSimulator, type Simulator, type SimulatorOptions } from "crosstick/internal/simulator/simulator";
import { StreamClient } from "../stream/stream-client.js";

export interface Served {
  simulator: Simulator;
  served: ServedEngine;
  connect(headers?: Record<string, string>, query?: string): StreamClient;
  /** Status and body of a route. */
  get(path: string): Promise<{ status: number; body: Record<string, unknown> }>;
  close(): Promise<void>;
}

const suffixes: Record<string, string> = { spot: "", usdm: ":USDT", linear: ":USDT" };

/** An engine with its server on a free port, which follows BTC, or these assets, on these markets of a simulator over real sockets. */
export async function servedRig(
  markets: readonly (readonly ["binance" | "bybit", "spot" | "usdm" | "linear"])[],
  options: Partial<SimulatorOptions> & { assets?: string[]; config?: object; env?: Record<string, string> } = {},
): Promise<Served> {
  const { assets = ["BTC"], config, env = {}, ...simulated } = options;
  const symbolsOf = (product: string) => assets.map((asset) => `${asset}/USDT${suffixes[product]}`);
  const simulator = await createSimulator({
    venues: ["binance", "bybit"],
    seed: 7,
    instruments: markets.flatMap(([venue, product]) => symbolsOf(product).map((symbol) => `${venue}:${symbol}`)),
    ...simulated,
  });
  const feeds = markets.map(([venue, product]) => {
    const { ws, rest } = simulator.endpoints[venue][product];
    return { venue, symbols: symbolsOf(product), endpoint: ws, rest };
  });
  const parsed = parseConfig({ feeds, server: { port: 0 }, ...config }, { source: "test" });
  const served = await serve({ config: parsed, env, kind: "SIMULATED" });
  const clients: StreamClient[] = [];
  return {
    ...{ simulator, served },
    connect(headers, query = "") {
      const client = new StreamClient(`${served.server.url.replace("http", "ws")}/v1/stream${query}`, headers);
      clients.push(client);
      return client;
    },
    async get(path) {
      const reply = await fetch(`${served.server.url}${path}`);
      return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
    },
    async close() {
      for (const client of clients) client.cut();
      await served.close();
      await simulator.stop();
    },
  };
}
