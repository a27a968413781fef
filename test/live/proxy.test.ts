// All that is asked of a venue goes through the proxy: REST and sockets alike.
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { get } from "crosstick/internal/sources/http";
import { afterEach, expect, test } from "vitest";
import { differences, type LiveRig, lasting, liveRig, until } from "./rig.js";

let proxy: Server | null = null;
let rig: LiveRig | null = null;
const tunnels: Socket[] = [];
afterEach(async () => {
  await rig?.close();
  for (const tunnel of tunnels.splice(0)) tunnel.destroy();
  proxy?.close();
  rig = proxy = null;
});

/** A proxy that knows CONNECT alone, and wants a password where there is one. Its address, and whom it connected. */
async function startProxy(credentials: string | null = null): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on("connect", ({ url = "", headers }: IncomingMessage, client: Socket) => {
    client.on("error", () => client.destroy()); // whoever was refused may be gone first
    const wanted = credentials === null ? undefined : `Basic ${Buffer.from(credentials).toString("base64")}`;
    if (headers["proxy-authorization"] !== wanted) {
      client.end("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    asked.push(url);
    const [host, port] = url.split(":");
    const venue = connect(Number(port), host, () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      venue.pipe(client).pipe(venue);
    });
    tunnels.push(venue, client);
    venue.on("error", () => client.destroy());
  });
  proxy = server;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, asked };
}

test.each(["ws", "direct"] as const)(
  "%s: books are live, and every connection was asked of the proxy",
  async (receive) => {
    const { port, asked } = await startProxy();
    rig = await liveRig(["BTC"], {}, { proxy: `http://127.0.0.1:${port}` }, undefined, receive);
    await rig.engine.ready({ timeoutMs: 15_000 });
    const { simulator } = rig;
    await simulator.freeze();
    expect(await lasting(() => differences(rig as LiveRig, 20))).toEqual([]);
    const hosts = new Set(asked);
    const addresses = Object.values(simulator.endpoints).flatMap((products) =>
      Object.values(products).flatMap(({ ws, rest }) => [new URL(ws).host, new URL(rest).host]),
    );
    for (const host of hosts) expect(addresses).toContain(host);
    // Sockets of four markets, and books by HTTP of Binance's two.
    expect(asked.length).toBeGreaterThanOrEqual(5);
    expect(simulator.connections()).toBeLessThanOrEqual(asked.length);
  },
);

test("credentials of the proxy's address, which only the environment may hold, are presented", async () => {
  const { port, asked } = await startProxy("user:pass");
  const venue = createServer((_, response) => response.end("here"));
  await new Promise<void>((resolve) => venue.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(venue.address() as AddressInfo).port}/`;
  const { body } = await get(url, {}, `http://user:pass@127.0.0.1:${port}`);
  expect([Buffer.from(body).toString(), asked]).toEqual(["here", [new URL(url).host]]);
  venue.close();
});

test.each(["ws", "direct"] as const)("%s: without the proxy's leave nothing reaches a venue", async (receive) => {
  const { port, asked } = await startProxy("user:pass");
  rig = await liveRig(["BTC"], {}, { proxy: `http://127.0.0.1:${port}` }, undefined, receive);
  await until("a loss is told", () => rig?.notes.some((note) => note.includes("407")) ?? false, 15_000);
  expect([asked, rig.simulator.connections(), rig.engine.status().booksLive]).toEqual([[], 0, 0]);
  expect(rig.notes.join()).not.toContain("pass");
});
