import { afterAll, beforeAll, expect, test } from "vitest";
import { RawSocket } from "./raw-socket.js";
import { type Backend, type Started, start } from "./started.js";

const TOKEN = "token-canary-1234567890";

export function httpCases(backend: Backend): void {
  let open: Started;
  let locked: Started;
  beforeAll(async () => {
    open = await start(backend);
    locked = await start(backend, { token: TOKEN, limits: { requests: 25 }, origins: ["https://desk.example.com"] });
  });
  afterAll(async () => {
    await open.stop();
    await locked.stop();
  });
  const get = (path: string, init?: RequestInit) => fetch(`${open.server.url}${path}`, init);

  test("health says which backend serves", async () => {
    const response = await get("/health");
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: "alive", backend: { name: backend, reason: "asked for" } });
  });

  test.each([
    ["/ready", { status: "ready" }],
    ["/v1/venues", [{ venue: "binance", state: "live" }]],
    ["/v1/instruments", [{ instrument: "binance:BTC/USDT" }]],
    ["/v1/ticker?instrument=binance:BTC/USDT", { instrument: "binance:BTC/USDT", bid: 1, ask: 2 }],
    ["/v1/ticker?instrument=binance:BTC%2FUSDT", { instrument: "binance:BTC/USDT", bid: 1, ask: 2 }],
    ["/v1/orderbook?instrument=binance:BTC/USDT&depth=5", { instrument: "binance:BTC/USDT", depth: 5, bids: [] }],
    ["/v1/funding?instrument=x", { asked: "x" }],
  ])("GET %s", async (path, body) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(await response.json()).toEqual(body);
  });

  test.each([
    "instrument=binance:A/B,kraken:C/D,binance:E/F",
    "instrument=binance:A/B&instrument=kraken:C/D&instrument=binance:E/F",
  ])("several tickers at once, the failing one in its place: %s", async (query) => {
    const body = await (await get(`/v1/ticker?${query}`)).json();
    expect(body).toMatchObject([
      { instrument: "binance:A/B", bid: 1 },
      { instrument: "kraken:C/D", error: { code: "HTTP_INSTRUMENT" } },
      { instrument: "binance:E/F", bid: 1 },
    ]);
  });

  test("time is given in nanoseconds", async () => {
    const before = BigInt(Date.now() - 5) * 1_000_000n;
    const { receive, send } = (await (await get("/v1/time")).json()) as { receive: string; send: string };
    expect(BigInt(receive)).toBeGreaterThan(before);
    expect(BigInt(send)).toBeGreaterThanOrEqual(BigInt(receive));
    expect(BigInt(send)).toBeLessThan(BigInt(Date.now() + 2) * 1_000_000n);
  });

  test.each([
    ["/nothing", 404, "HTTP_NOT_FOUND"],
    ["/v1/nothing", 404, "HTTP_NOT_FOUND"],
    ["/v1/", 404, "HTTP_NOT_FOUND"],
    ["/v1/ticker", 400, "HTTP_PARAMETER"],
    ["/v1/ticker?instrument=a,,b", 400, "HTTP_PARAMETER"],
    ["/v1/ticker?instrument=kraken:X/Y", 404, "HTTP_INSTRUMENT"],
    ["/v1/orderbook?instrument=binance:X/Y&depth=0", 400, "HTTP_PARAMETER"],
    ["/v1/orderbook?instrument=binance:X/Y&depth=1e9", 400, "HTTP_PARAMETER"],
    ["/v1/orderbook", 400, "HTTP_PARAMETER"],
    ["/v1/stream", 426, "HTTP_UPGRADE"],
    ["/v1/venues?token=x", 400, "HTTP_TOKEN_IN_URL"],
    ["/v1/broken", 500, "HTTP_FAILED"],
    ["/..%2f..%2fetc%2fpasswd", 404, "HTTP_NOT_FOUND"],
    ["/%00", 404, "HTTP_NOT_FOUND"],
    ["/constructor", 404, "HTTP_NOT_FOUND"],
    ["/v1/constructor", 404, "HTTP_NOT_FOUND"],
  ])("GET %s is %i %s", async (path, status, code) => {
    const response = await get(path);
    const body = await response.text();
    expect(response.status).toBe(status);
    expect(JSON.parse(body)).toEqual({ error: { code, message: expect.any(String) } });
    expect(body).not.toContain("canary");
    expect(response.headers.get("x-request-id")).toMatch(/^[\w-]{36}$/);
  });

  test.each(["POST", "PUT", "DELETE", "PATCH"])("%s is not allowed", async (method) => {
    const response = await get("/v1/venues", { method, body: method === "DELETE" ? undefined : "x=1" });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
    await response.text();
  });

  test("HEAD has the headers of GET and no body", async () => {
    const full = await get("/v1/venues");
    const head = await get("/v1/venues", { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(head.headers.get("content-length")).toBe(String((await full.text()).length));
    expect(await head.text()).toBe("");
    expect((await get("/health")).status).toBe(200);
  });

  test("OPTIONS says what is allowed, and CORS is for the listed origins", async () => {
    const response = await fetch(`${locked.server.url}/v1/venues`, {
      method: "OPTIONS",
      headers: { origin: "https://desk.example.com", "access-control-request-headers": "authorization" },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
    expect(response.headers.get("access-control-allow-origin")).toBe("https://desk.example.com");
    expect(response.headers.get("access-control-allow-headers")).toContain("Authorization");
    const other = await fetch(`${locked.server.url}/health`, { headers: { origin: "https://evil.example" } });
    expect(other.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("pages carry a content security policy; everything carries nosniff", async () => {
    const page = await get("/");
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'; script-src 'self'");
    for (const path of ["/", "/health", "/nothing"])
      expect((await get(path)).headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("a request id is echoed, a dangerous one replaced", async () => {
    const echoed = await get("/health", { headers: { "x-request-id": "abc-123" } });
    expect(echoed.headers.get("x-request-id")).toBe("abc-123");
    const replaced = await get("/health", { headers: { "x-request-id": "<script>" } });
    expect(replaced.headers.get("x-request-id")).toMatch(/^[\w-]{36}$/);
  });

  test("asyncapi.json and openapi.json describe what there is", async () => {
    const stream = (await (await get("/asyncapi.json")).json()) as {
      asyncapi: string;
      components: { messages: Record<string, { payload: unknown }> };
    };
    expect(stream.asyncapi).toBe("3.0.0");
    expect(Object.keys(stream.components.messages)).toEqual(
      expect.arrayContaining(["clientSubscribe", "serverHello", "serverSnapshot", "serverDropped"]),
    );
    expect(stream.components.messages.clientSubscribe.payload).toMatchObject({
      properties: { op: { const: "subscribe" }, policy: { enum: ["latest", "all"] } },
      required: expect.arrayContaining(["op", "channels"]),
    });
    const http = (await (await get("/openapi.json")).json()) as { openapi: string; paths: Record<string, unknown> };
    expect(http.openapi).toBe("3.1.0");
    expect(Object.keys(http.paths)).toEqual(expect.arrayContaining(["/v1/ticker", "/v1/funding", "/metrics"]));
  });

  test("with a token, metrics and /v1/ need it; probes, descriptions and pages do not", async () => {
    const ask = (path: string, token?: string) =>
      fetch(
        `${locked.server.url}${path}`,
        token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
      );
    for (const path of ["/health", "/ready", "/", "/asyncapi.json", "/openapi.json"])
      expect((await ask(path)).status, path).toBe(200);
    for (const path of ["/metrics", "/v1/venues", "/v1/nothing"]) {
      const refused = await ask(path);
      expect(refused.status, path).toBe(401);
      expect(refused.headers.get("www-authenticate")).toBe("Bearer");
      const body = await refused.text();
      expect(body).toContain("HTTP_UNAUTHORIZED");
      expect(body).not.toContain(TOKEN);
    }
    expect((await ask("/v1/venues", "wrong")).status).toBe(401);
    expect((await ask("/metrics", TOKEN)).status).toBe(200);
  });

  test("too many requests are 429 with Retry-After; probes go on", async () => {
    const statuses: number[] = [];
    let wait = "";
    for (let i = 0; i < 30; i++) {
      const response = await fetch(`${locked.server.url}/openapi.json`);
      statuses.push(response.status);
      wait = response.headers.get("retry-after") ?? wait;
      await response.text();
    }
    expect(statuses).toContain(429);
    expect(statuses.at(-1)).toBe(429);
    expect(Number(wait)).toBeGreaterThan(0);
    expect((await fetch(`${locked.server.url}/ready`)).status).toBe(200);
  });

  test.each([
    [
      "both lengths",
      "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["two lengths", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef"],
    ["an odd transfer coding", "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: xchunked\r\n\r\n"],
    ["a negative length", "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\n\r\n"],
    ["a blank before the colon", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length : 5\r\n\r\n"],
    ["a folded header", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n folded: x\r\n\r\n"],
    ["no host", "GET / HTTP/1.1\r\n\r\n"],
  ])("a request with %s is 400, and the connection ends", async (_, bytes) => {
    const raw = new RawSocket(open.port);
    raw.write(bytes);
    await raw.until((received) => received.includes("\r\n\r\n"));
    expect(raw.received.toString("latin1").split("\r\n")[0]).toBe("HTTP/1.1 400 Bad Request");
    await raw.closed;
  });

  test("headers that are too large are 431", async () => {
    const raw = new RawSocket(open.port);
    raw.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Large: ${"y".repeat(20_000)}\r\n\r\n`);
    await raw.until((received) => received.includes("\r\n\r\n"));
    expect(raw.received.toString("latin1")).toMatch(/^HTTP\/1\.1 431 /);
    await raw.closed;
  });
}

/** A request that never comes to its end. */
export function slowRequestCases(backend: Backend): void {
  test("a request that comes a byte a second is ended in time", async () => {
    const open = await start(backend);
    const raw = new RawSocket(open.port);
    const from = performance.now();
    raw.write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ");
    const dripping = setInterval(() => raw.write("y"), 500);
    await raw.closed;
    clearInterval(dripping);
    expect(performance.now() - from).toBeLessThan(16_000);
    await open.stop();
  });
}
