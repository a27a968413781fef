import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ClientError, createClient } from "crosstick/client";
import { afterEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { closedPort } from "../cli/closed-port.js";
import { start } from "../stream/started.js";

const script = fileURLToPath(new URL("leaves-nothing.js", import.meta.url));

/** Runs a program that closes its client, and has to end by itself. */
async function run(url: string, when: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, url, when], { timeout: 20_000 });
  return JSON.parse(stdout);
}

describe("a closed client leaves no timer and no socket", () => {
  test.each(["connected", "connecting", "waiting", "refused"])("closed while %s", async (when) => {
    const started = await start("ws", when === "refused" ? { token: "right" } : {});
    const port = when === "waiting" ? await closedPort() : started.port;
    if (when === "connecting") {
      // Before the state of a first connection can be heard, nothing else has happened: it is that of a second.
      const first = createClient(`http://127.0.0.1:${port}`, { WebSocket });
      expect(first.state).toEqual({ state: "connecting" });
      await first.close();
      expect(first.state).toEqual({ state: "closed", error: null });
    } else expect(await run(`http://127.0.0.1:${port}`, when)).toEqual({ state: "closed", left: [] });
    await started.stop();
  });
});

describe("what cannot be", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  test("a runtime without WebSocket is told what to pass", () => {
    vi.stubGlobal("WebSocket", undefined);
    expect(() => createClient("http://127.0.0.1:1")).toThrow(ClientError);
    expect(() => createClient("http://127.0.0.1:1")).toThrow(
      expect.objectContaining({ code: "CLIENT_NO_WEBSOCKET", message: expect.stringContaining('from "ws"') }),
    );
  });

  test.each(["nonsense", "ftp://127.0.0.1"])("%s is no address", (url) => {
    expect(() => createClient(url, { WebSocket })).toThrow(expect.objectContaining({ code: "CLIENT_URL" }));
  });

  test.each([
    ["http://127.0.0.1:8080", "ws://127.0.0.1:8080/v1/stream"],
    ["https://h.example/", "wss://h.example/v1/stream"],
    ["ws://127.0.0.1:8080/behind/v1/stream", "ws://127.0.0.1:8080/behind/v1/stream"],
  ])("%s is followed at %s", async (url, expected) => {
    const asked: string[] = [];
    class Noted extends WebSocket {
      constructor(address: string) {
        super("ws://127.0.0.1:1");
        asked.push(address);
      }
    }
    const client = createClient(url, { WebSocket: Noted });
    await vi.waitFor(() => expect(asked[0]).toBe(expected));
    await client.close();
  });
});
