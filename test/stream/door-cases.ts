import { SPARE_CONNECTIONS } from "crosstick/internal/stream/backend";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RawSocket } from "./raw-socket.js";
import { type Backend, type Started, start } from "./started.js";

const TOKEN = "token-canary-1234567890";

export function doorCases(backend: Backend): void {
  let open: Started;
  let locked: Started;
  beforeAll(async () => {
    open = await start(backend, { origins: ["https://desk.example.com"], limits: { connections: 5 } });
    locked = await start(backend, { token: TOKEN, limits: { authenticateMs: 400, wrongTokens: 6 } });
  });
  afterAll(async () => {
    await open.stop();
    await locked.stop();
  });

  test("the token in the header lets in, and so does the first message", async () => {
    const byHeader = await locked.connect("/v1/stream", { headers: { authorization: `Bearer ${TOKEN}` } });
    expect(await byHeader.next("hello")).toMatchObject({ authenticated: true });
    await byHeader.subscribe(["status"]);
    await byHeader.next("snapshot");

    const byMessage = await locked.connect("/v1/stream?channels=status");
    expect(await byMessage.next("hello")).toMatchObject({ authenticated: false });
    byMessage.say({ op: "auth", id: "a", token: TOKEN });
    expect(await byMessage.next("ack")).toMatchObject({ id: "a" });
    expect(await byMessage.next("ack")).toMatchObject({ ok: ["status"] });
    await byMessage.next("snapshot");
  });

  test("a wrong token, another first message, and silence are closed with 4401", async () => {
    const wrongHeader = await locked.connect("/v1/stream", { headers: { authorization: "Bearer wrong" } });
    expect((await wrongHeader.ended).code).toBe(4401);
    const wrongMessage = await locked.connect();
    wrongMessage.say({ op: "auth", token: `${TOKEN}x` });
    expect((await wrongMessage.ended).code).toBe(4401);
    const impatient = await locked.connect();
    impatient.say({ op: "subscribe", channels: ["status"] });
    expect((await impatient.ended).code).toBe(4401);
    expect(impatient.messages.map(({ type }) => type)).toEqual(["hello"]);
    const from = performance.now();
    const silent = await locked.connect();
    expect((await silent.ended).code).toBe(4401);
    expect(performance.now() - from).toBeGreaterThan(350);
  });

  test("a token in the URL is refused, whatever it is", async () => {
    const client = await locked.connect(`/v1/stream?token=${TOKEN}`);
    const { code, reason } = await client.ended;
    expect(code).toBe(400);
    expect(reason).toContain("HTTP_TOKEN_IN_URL");
    expect(reason).not.toContain(TOKEN);
  });

  test("whoever keeps guessing has to wait; so does the right token from there", async () => {
    const own = await start(backend, { token: TOKEN, limits: { wrongTokens: 3 } });
    for (let i = 0; i < 4; i++) {
      const client = await own.connect("/v1/stream", { headers: { authorization: `Bearer guess-${i}` } });
      expect((await client.ended).code).toBe(4401);
    }
    const headers = { authorization: `Bearer ${TOKEN}` };
    const early = await own.connect("/v1/stream", { headers });
    expect((await early.ended).code).toBe(429);
    const metrics = await fetch(`${own.server.url}/metrics`, { headers });
    expect(metrics.status).toBe(429);
    expect(Number(metrics.headers.get("retry-after"))).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 1050));
    await (await own.connect("/v1/stream", { headers })).next("hello");
    await own.stop();
  });

  test("another token can be set while connections stay", async () => {
    const own = await start(backend, { token: TOKEN });
    const before = await own.connect("/v1/stream", { headers: { authorization: `Bearer ${TOKEN}` } });
    await before.next("hello");
    own.server.reload({ token: "second" });
    const late = await own.connect("/v1/stream", { headers: { authorization: `Bearer ${TOKEN}` } });
    expect((await late.ended).code).toBe(4401);
    const after = await own.connect("/v1/stream", { headers: { authorization: "Bearer second" } });
    expect(await after.next("hello")).toMatchObject({ authenticated: true });
    await before.subscribe(["status"]);
    await own.stop();
  });

  test.each([
    ["https://evil.example", 403],
    ["http://127.0.0.1:1", 403],
    ["null", 403],
    ["https://desk.example.com.evil.example", 403],
    ["https://desk.example.com", 0],
    ["own", 0],
  ])("a page of origin %s gets %i", async (origin, status) => {
    const headers = { origin: origin === "own" ? `http://127.0.0.1:${open.port}` : origin };
    const client = await open.connect("/v1/stream", { headers });
    if (status === 0) await client.next("hello");
    else expect((await client.ended).code).toBe(status);
    client.cut();
  });

  test("without a token only this machine's names are answered to", async () => {
    const host = `evil.example:${open.port}`;
    const client = await open.connect("/v1/stream", { headers: { host, origin: `http://${host}` } });
    expect((await client.ended).code).toBe(403);
    const raw = new RawSocket(open.port);
    raw.write("GET /v1/venues HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    await raw.until((bytes) => bytes.includes("HTTP_HOST"));
    raw.socket.destroy();
  });

  test("beyond the largest number of connections 1013 says full", async () => {
    await expect.poll(() => open.server.hub.connections.size).toBe(0);
    const clients = [];
    for (let i = 0; i < 5; i++) {
      const client = await open.connect();
      await client.next("hello");
      clients.push(client);
    }
    expect((await (await open.connect()).ended).code).toBe(1013);
    for (const client of clients) client.cut();
    await expect.poll(() => open.server.hub.connections.size).toBe(0);
    const again = await open.connect();
    await again.next("hello");
    again.cut();
  });

  test("TCP connections are bounded too, upgraded or not", async () => {
    const bound = 5 + SPARE_CONNECTIONS;
    for (let i = 0; i < 10; i++) {
      const client = await open.connect();
      await client.next("hello");
      client.cut();
    }
    await expect.poll(() => open.server.hub.connections.size).toBe(0);
    const raw = Array.from({ length: bound + 20 }, () => new RawSocket(open.port));
    let closed = 0;
    for (const each of raw) void each.closed.then(() => closed++);
    // Connections of the cases before may still be among them.
    await expect.poll(() => closed, { timeout: 5000 }).toBeGreaterThanOrEqual(20);
    expect(closed).toBeLessThan(40);
    for (const each of raw) each.socket.destroy();
    await expect.poll(async () => (await fetch(`${open.server.url}/health`).catch(() => null))?.status).toBe(200);
  });

  test.each(["msgpack", "", "BIN"])("enc=%s is refused by name", async (encoding) => {
    const client = await open.connect(`/v1/stream?enc=${encoding}`);
    expect((await client.ended).code).toBe(1003);
    expect(client.messages).toMatchObject([{ type: "error", code: "STREAM_ENCODING" }]);
  });

  test("channels in the URL are subscribed at once", async () => {
    const client = await open.connect("/v1/stream?channels=status,bbo.binance:BTC%2FUSDT,nothing");
    await client.next("hello");
    expect(await client.next("ack")).toMatchObject({
      id: null,
      ok: ["status", "bbo.binance:BTC/USDT"],
      failed: [{ channel: "nothing", code: "STREAM_CHANNEL_KIND" }],
    });
    await client.next("snapshot");
    await client.next("snapshot");
  });
}
