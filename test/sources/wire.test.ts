// What a live socket asks of a WebSocket client, on loopback, over `ws` and over the engine's own.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { createServer as createHttps } from "node:https";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tls from "node:tls";
import { compileKernel, type DecodeKernel, startKernel } from "crosstick/internal/kernel/kernel";
import { LiveSocket, type SocketPlan } from "crosstick/internal/sources/socket";
import type { Landing } from "crosstick/internal/sources/wire";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { until } from "../live/rig.js";

const memory = new WebAssembly.Memory({ initial: 4, maximum: 4, shared: true });
const kernel = startKernel<DecodeKernel>(compileKernel("decode"), memory);
const landing: Landing = { bytes: new Uint8Array(memory.buffer), at: 65_536, size: 4096, whole: kernel.wholeFrame };
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

interface Seen {
  socket: LiveSocket;
  frames: string[];
  lost: string[];
  refused: string[];
  quiet: boolean[];
  opened: number;
  maintenance: boolean[];
}

function listen(url: string, own: boolean, more: Partial<SocketPlan> = {}): Seen {
  const seen: Omit<Seen, "socket"> = { frames: [], lost: [], refused: [], quiet: [], opened: 0, maintenance: [] };
  const socket = new LiveSocket(
    {
      ...{ url, greetings: [], paceMs: 1, keepAlive: null, silenceMs: 5000, maxPayload: 100_000 },
      ...{ permit: () => Promise.resolve(), landing: own ? landing : undefined, ...more },
    },
    {
      open: () => all.opened++,
      frame: (data) => all.frames.push(data.toString()),
      burst: (at) => at,
      placed: (at, end) => all.frames.push(Buffer.from(landing.bytes.slice(at, end)).toString()),
      quiet: (isQuiet) => all.quiet.push(isQuiet),
      lost: ({ reason, isMaintenance }) => {
        all.lost.push(reason);
        all.maintenance.push(isMaintenance);
      },
      refused: (status, retryMs) => all.refused.push(`${status} ${retryMs}`),
    },
  );
  const all: Seen = Object.assign(seen, { socket });
  closing.push(() => socket.stop());
  socket.start();
  return all;
}

async function port(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A server of `ws`, and what its clients said. */
async function venue(onConnection: (socket: import("ws").WebSocket) => void = () => {}) {
  const http = createHttp();
  const wss = new WebSocketServer({ server: http });
  const heard: string[] = [];
  wss.on("connection", (socket, { headers, url }) => {
    heard.push(`${url} ${headers.authorization ?? ""}`, String(headers["sec-websocket-extensions"]));
    socket.on("message", (data) => heard.push(String(data)));
    onConnection(socket);
  });
  closing.push(() => {
    for (const client of wss.clients) client.terminate();
  });
  return { at: `127.0.0.1:${await port(http)}`, wss, heard };
}

/** A server that upgrades, unless told otherwise, and then says these bytes. Everything that its client says after the request. */
async function scripted(bytes: Buffer, answer = "", atOnce = true) {
  const heard: Buffer[] = [];
  const server = createServer((socket) => {
    closing.push(() => socket.destroy());
    socket.on("error", () => {});
    socket.once("data", (request) => {
      const key = /Sec-WebSocket-Key: (\S+)/i.exec(request.toString())?.[1] ?? "";
      const accept = createHash("sha1")
        .update(key + GUID)
        .digest("base64");
      const usual = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
      const head = Buffer.from(answer === "" ? usual : answer.replace("ACCEPT", accept));
      socket.on("data", (data) => heard.push(data));
      if (atOnce) socket.write(Buffer.concat([head, bytes]));
      else drip(socket, Buffer.concat([head, bytes]));
    });
  });
  return { at: `127.0.0.1:${await port(server)}`, heard };
}

/** One byte after the other, each in a packet of its own as far as the system lets it. */
function drip(socket: Socket, bytes: Buffer, at = 0): void {
  if (at >= bytes.length || socket.destroyed) return;
  socket.setNoDelay(true);
  socket.write(bytes.subarray(at, at + 1), () => setImmediate(() => drip(socket, bytes, at + 1)));
}

const text = (payload: string, first = 0x81) =>
  Buffer.concat([Buffer.from([first, payload.length]), Buffer.from(payload)]);

describe.each([
  ["ws", false],
  ["direct", true],
])("%s", (_, own) => {
  test("both sides are heard whole and in order, whatever the size, and no extension is offered", async () => {
    const sizes = [0, 1, 125, 126, 4000, 4096, 5000, 65_535, 65_536, 99_999];
    const { at, heard, wss } = await venue((socket) => {
      for (const size of sizes) socket.send("x".repeat(size));
      socket.send("Größe 币");
      socket.send(Buffer.from("binary"));
      for (const part of ["in ", "three ", "pieces"]) socket.send(part, { fin: part === "pieces" });
    });
    const greetings = ["", "a", "b".repeat(200), "c".repeat(70_000), "ü币"];
    const seen = listen(`ws://user:p%40ss@${at}/path?a=b`, own, { greetings });
    await until("all", () => seen.frames.length === sizes.length + 3 && heard.length === greetings.length + 2);
    expect(seen.frames).toEqual([...sizes.map((size) => "x".repeat(size)), "Größe 币", "binary", "in three pieces"]);
    const credentials = Buffer.from("user:p@ss").toString("base64");
    expect(heard).toEqual([`/path?a=b Basic ${credentials}`, "undefined", ...greetings]);
    expect([seen.socket.connects, wss.clients.size, seen.lost]).toEqual([1, 1, []]);
  });

  test("an answer and frames that come byte by byte, or in one piece with each other, are the same", async () => {
    const bytes = Buffer.concat([text("one"), text("tw", 0x01), text("x", 0x89), text("o", 0x80), text("")]);
    for (const atOnce of [true, false]) {
      const { at, heard } = await scripted(bytes, "", atOnce);
      const seen = listen(`ws://${at}`, own);
      await until("three", () => seen.frames.length === 3);
      expect(seen.frames).toEqual(["one", "two", ""]);
      // A first ping of its own, and the answer to the server's; both masked.
      await until("a pong", () => Buffer.concat(heard).includes(Buffer.from([0x8a, 0x81])));
      expect(Buffer.concat(heard).includes(Buffer.from([0x89, 0x80]))).toBe(true);
    }
  });

  test("pings are answered with what they say, and pongs prove that the other side is there", async () => {
    const pongs: string[] = [];
    const { at } = await venue((socket) => {
      socket.on("pong", (data) => pongs.push(data.toString()));
      socket.ping("payload");
    });
    const seen = listen(`ws://${at}`, own);
    await until("the pong", () => pongs.length === 1);
    expect(pongs).toEqual(["payload"]);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect([seen.quiet, seen.lost]).toEqual([[], []]);
  });

  test("a server that answers pings no more is quiet, then lost", async () => {
    const { at } = await venue();
    const raw = createServer((client) => {
      const server = connect(Number(at.split(":")[1]), "127.0.0.1");
      client.pipe(server).pipe(client);
      for (const one of [client, server]) one.on("error", () => one.destroy());
      setTimeout(() => server.unpipe(client).pause(), 300);
      closing.push(() => client.destroy());
    });
    const seen = listen(`ws://127.0.0.1:${await port(raw)}`, own, { silenceMs: 1500 });
    await until("lost", () => seen.lost.length === 1);
    expect(seen.quiet).toEqual([true]);
    expect(seen.lost[0]).toMatch(/^silent for 1[5-9]\d\d ms$/);
  });

  test.each([
    [1000, "bye", "closed 1000 bye", false],
    [1012, "", "closed 1012", true],
    [4001, "too slow", "closed 4001 too slow", false],
  ])("a close with %i is told, and connected anew", async (code, reason, told, isMaintenance) => {
    let closes = 0;
    const { at } = await venue((socket) => {
      if (closes++ === 0) socket.close(code, reason);
    });
    const seen = listen(`ws://${at}`, own);
    await until("connected anew", () => seen.opened === 2);
    expect([seen.lost, seen.maintenance]).toEqual([[told], [isMaintenance]]);
  });

  test("a connection that ends without a word is lost with 1006", async () => {
    const { at } = await venue((socket) => setTimeout(() => socket.terminate(), 20));
    const seen = listen(`ws://${at}`, own);
    await until("lost", () => seen.lost.length > 0);
    expect(seen.lost[0]).toBe("closed 1006");
  });

  test.each<[string, Buffer, number]>([
    ["a reserved bit", text("x", 0xc1), 1002],
    ["a compressed frame", text("x", 0xc1), 1002],
    ["a masked frame", Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x78]), 1002],
    ["an unknown opcode", text("x", 0x83), 1002],
    ["a continuation of nothing", text("x", 0x80), 1002],
    ["text that is no UTF-8", Buffer.from([0x81, 2, 0xc3, 0x28]), 1007],
    ["a message that is too long", Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 1, 0x86, 0xa1]), 1009],
    [
      "fragments that are too long together",
      Buffer.concat([text("x", 0x01), Buffer.from([0x80, 127, 0, 0, 0, 0, 0, 1, 0x86, 0xa0])]),
      1009,
    ],
  ])("%s ends the connection with its code, what came before it is kept", async (_name, broken, code) => {
    const { at, heard } = await scripted(Buffer.concat([text("before"), broken, text("after")]));
    const seen = listen(`ws://${at}`, own);
    await until("lost", () => seen.lost.length > 0);
    expect(seen.frames[0]).toBe("before");
    expect(seen.frames).not.toContain("after");
    expect(seen.lost[0]).not.toBe("closed 1006");
    if (!own) return; // LiveSocket has no patience with ws's farewell
    const farewell = () => {
      const said = Buffer.concat(heard);
      const from = said.indexOf(Buffer.from([0x88, 0x82]));
      return from < 0 ? 0 : said.readUInt16BE(from + 6) ^ said.readUInt16BE(from + 2);
    };
    await until("a close frame", () => farewell() === code);
  });

  test.each([
    ["HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n", /^HTTP 503/],
    ["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", /^HTTP 200/],
    [
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
      /Sec-WebSocket-Accept/i,
    ],
    ["HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ACCEPT\r\n\r\n", /upgrade/i],
    [
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ACCEPT\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
      /extension/i,
    ],
    [
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ACCEPT\r\nSec-WebSocket-Protocol: chat\r\n\r\n",
      /subprotocol/i,
    ],
    ["something else\r\n\r\n", /./],
  ])("no connection stands by %j", async (answer, reason) => {
    const { at } = await scripted(text("x"), answer);
    const seen = listen(`ws://${at}`, own);
    await until("lost", () => seen.lost.length > 0);
    expect(seen.lost[0]).toMatch(reason);
    expect([seen.opened, seen.frames]).toEqual([0, []]);
  });

  test("what the law, a ban or a missing key refuses is told apart", async () => {
    for (const [status, then] of [
      [451, "451 600000"],
      [403, "403 900000"],
      [401, "401 null"],
    ] as const) {
      const { at } = await scripted(
        Buffer.alloc(0),
        `HTTP/1.1 ${status} No\r\nRetry-After: ${status === 403 ? 900 : 1}\r\nContent-Length: 0\r\n\r\n`,
      );
      const seen = listen(`ws://${at}`, own);
      await until("refused", () => seen.refused.length > 0);
      expect([seen.refused, seen.lost]).toEqual([[then], []]);
    }
  });

  test("nobody who listens, and nobody who answers", async () => {
    const server = createServer();
    const closed = await port(server);
    server.close();
    const seen = listen(`ws://127.0.0.1:${closed}`, own);
    await until("lost", () => seen.lost.length > 0);
    expect(seen.lost[0]).toMatch(/ECONNREFUSED/);
  });

  test("two names of one host are tried, as Node does", async () => {
    const { at } = await venue((socket) => socket.send("here"));
    const seen = listen(`ws://localhost:${at.split(":")[1]}`, own);
    await until("a frame", () => seen.frames.length === 1);
  });

  test("by TLS, whose certificate is checked; and through a proxy", async () => {
    const folder = mkdtempSync(join(tmpdir(), "crosstick-wire-"));
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    execFileSync(
      "openssl",
      [
        ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
        ...[
          "-subj",
          "/CN=localhost",
          "-addext",
          "subjectAltName=DNS:localhost,IP:127.0.0.1",
          "-keyout",
          key,
          "-out",
          cert,
        ],
      ],
      { stdio: "ignore" },
    );
    const https = createHttps({ key: readFileSync(key), cert: readFileSync(cert) });
    const wss = new WebSocketServer({ server: https });
    const names: unknown[] = [];
    const messages = ["x".repeat(99_999), ...Array.from({ length: 300 }, (_, i) => `message ${i}`)];
    wss.on("connection", (socket, { socket: under }) => {
      names.push((under as tls.TLSSocket & { servername?: unknown }).servername);
      for (const message of messages) socket.send(message);
    });
    const at = `localhost:${await port(https)}`;
    const asked: string[] = [];
    const proxy = createHttp().on("connect", ({ url = "" }, client: Socket) => {
      asked.push(url);
      const [host, to] = url.split(":");
      const target = connect(Number(to), host, () => client.write("HTTP/1.1 200 OK\r\n\r\n"));
      target.pipe(client).pipe(target);
      for (const one of [client, target]) one.on("error", () => {});
      closing.push(() => client.destroy());
    });
    const through = `http://127.0.0.1:${await port(proxy)}`;

    const stranger = listen(`wss://${at}`, own);
    await until("refused", () => stranger.lost.length > 0);
    expect(stranger.lost[0]).toMatch(/self[- ]signed/i);
    stranger.socket.stop();

    const usual = tls.rootCertificates;
    const made = tls.createSecureContext;
    tls.createSecureContext = (options) => made({ ...options, ca: [...usual, readFileSync(cert)] });
    closing.push(() => {
      tls.createSecureContext = made;
    });
    for (const proxied of [undefined, through]) {
      const seen = listen(`wss://${at}`, own, { proxy: proxied });
      await until("all", () => seen.frames.length === messages.length);
      expect(seen.frames).toEqual(messages);
      seen.socket.stop();
    }
    expect([asked, names]).toEqual([[at], ["localhost", "localhost"]]);
  });
});
