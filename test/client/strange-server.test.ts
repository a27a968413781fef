import { type ClientState, createClient } from "crosstick/client";
import * as L from "crosstick/internal/layout";
import { encodeRecords } from "crosstick/internal/stream/record-message";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { BBO, statesOf, until } from "./rig.js";

let server: WebSocketServer | null = null;
afterEach(() => new Promise<void>((resolve) => (server === null ? resolve() : server.close(() => resolve()))));

/** A server that says what the real one never would, to each connection. */
async function strange(say: (socket: WebSocket, connection: number) => void): Promise<string> {
  const listening = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  server = listening;
  let connections = 0;
  listening.on("connection", (socket) => say(socket, ++connections));
  await new Promise<void>((resolve) => listening.once("listening", () => resolve()));
  return `ws://127.0.0.1:${(listening.address() as { port: number }).port}/v1/stream`;
}

const hello = { type: "hello", protocol: 1, session: "s", encoding: "bin", authenticated: true, limits: {} };
const retry = { reconnect: { baseMs: 5, capMs: 5 } };
const waits = (states: readonly ClientState[]) =>
  states.flatMap((one) => (one.state === "waiting" ? [one.reason] : []));

describe("a server of another kind", () => {
  test("that speaks another version of the protocol ends the client", async () => {
    const url = await strange((socket) => socket.send(JSON.stringify({ ...hello, protocol: 2 })));
    const client = createClient(url, { WebSocket, ...retry });
    await expect(client.messages([BBO]).next()).rejects.toMatchObject({ code: "CLIENT_PROTOCOL" });
  });

  test("that has no such encoding (1003) ends the client", async () => {
    const url = await strange((socket) => socket.close(1003, "enc is json"));
    const client = createClient(url, { WebSocket, encoding: "bin", ...retry });
    await expect(client.messages([BBO]).next()).rejects.toMatchObject({
      code: "CLIENT_ENCODING",
      message: expect.stringContaining("enc is json"),
    });
  });

  test("whose records have another layout ends the client, rather than be misread", async () => {
    const record = encodeRecords(1, 1, "1", new Uint8Array(L.RECORD_BYTES));
    new DataView(record.buffer).setUint32(24, L.LAYOUT_VERSION + 1, true);
    const url = await strange((socket) => {
      socket.send(JSON.stringify(hello));
      socket.on("message", () => {
        socket.send(JSON.stringify({ type: "ack", id: 1, ok: [BBO], failed: [] }));
        socket.send(JSON.stringify({ type: "snapshot", ch: BBO, seq: 0, ts: "1", bin: 1, data: null }));
        socket.send(record);
      });
    });
    const client = createClient(url, { WebSocket, encoding: "bin", ...retry });
    const reading = client.messages([BBO]);
    expect((await reading.next()).value).toMatchObject({ type: "snapshot" });
    await expect(reading.next()).rejects.toMatchObject({ code: "CLIENT_ENCODING" });
  });

  test.each([
    ["half a message", (socket: WebSocket) => socket.send('{"type":')],
    ["null", (socket: WebSocket) => socket.send("null")],
    [
      "records of a channel that was not named",
      (socket: WebSocket) => socket.send(encodeRecords(9, 1, "1", new Uint8Array(L.RECORD_BYTES))),
    ],
    [
      "records cut short",
      (socket: WebSocket) => socket.send(encodeRecords(9, 1, "1", new Uint8Array(L.RECORD_BYTES)).subarray(0, 80)),
    ],
  ])("that sends %s loses the connection, and is tried again", async (_, send) => {
    const url = await strange((socket, connection) => {
      socket.send(JSON.stringify(hello));
      if (connection === 1) send(socket);
    });
    const client = createClient(url, { WebSocket, encoding: "bin", ...retry });
    const states = statesOf(client);
    await until(() => waits(states).length === 1 && client.state.state === "connected", "connected again");
    expect(waits(states)[0]).toContain("a message cannot be read");
    await client.close();
  });

  test("an end that nobody hears is thrown into the program", async () => {
    const url = await strange((socket) => socket.close(4401, "wrong token"));
    const original = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    const thrown = new Promise((resolve) => process.once("uncaughtException", resolve));
    const client = createClient(url, { WebSocket, token: "x" });
    client.subscribe([BBO], () => {});
    expect(await thrown).toMatchObject({ code: "CLIENT_UNAUTHORIZED" });
    for (const listener of original) process.on("uncaughtException", listener);
    expect(client.state).toMatchObject({ state: "closed" });
  });
});
