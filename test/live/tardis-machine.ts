import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";

type Tardis = typeof import("tardis-dev");

/** One of the streams that a client asks for in its address. */
interface StreamOptions {
  exchange: "deribit" | "bybit";
  symbols: string[];
  dataTypes: string[];
  withDisconnectMessages: boolean;
  timeoutIntervalMS: number;
}

/**
 * What tardis-machine does with `/ws-stream-normalized`, with the library that does its work: connects to
 * the exchanges (WSS_URL_* says where), and sends each normalised message as JSON text.
 */
export async function startTardisMachine(tardis: Tardis): Promise<{ url: string; stop(): void }> {
  const normalizers: Record<string, unknown> = {
    trade: tardis.normalizeTrades,
    book_change: tardis.normalizeBookChanges,
    derivative_ticker: tardis.normalizeDerivativeTickers,
    book_ticker: tardis.normalizeBookTickers,
  };
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  server.on("connection", (socket, { url }) => {
    const asked = new URL(url ?? "", "ws://host");
    if (asked.pathname !== "/ws-stream-normalized") return socket.close(1008);
    const all = JSON.parse(asked.searchParams.get("options") ?? "[]") as StreamOptions[];
    for (const { dataTypes, ...options } of all) {
      const wanted = dataTypes.flatMap((type) => normalizers[type] ?? []) as Tardis["normalizeTrades"][];
      void (async () => {
        for await (const message of tardis.streamNormalized({ ...options, onError: () => {} }, ...wanted)) {
          if (socket.readyState !== socket.OPEN) break;
          socket.send(JSON.stringify(message));
        }
      })();
    }
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}
