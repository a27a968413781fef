import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSimulator } from "crosstick/internal/simulator/simulator";
import { afterAll, describe, expect, type TestContext, test } from "vitest";
import { until } from "../live/rig.js";
import { closedPort } from "./closed-port.js";
import { type Session, startSession } from "./session.js";

const folder = mkdtempSync(join(tmpdir(), "crosstick-run-"));
function configuration(name: string): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify({ version: 1, feeds: [{ venue: "binance", symbols: ["BTC/USDT"] }] }));
  return file;
}
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Killed with the test, if it has not ended. */
function started(onTestFinished: TestContext["onTestFinished"], ...order: Parameters<typeof startSession>): Session {
  const session = startSession(...order);
  onTestFinished(() => void session.child.kill("SIGKILL"));
  return session;
}

/** Addresses of Binance spot as environment variables. */
function addresses(socket: string, rest: string): Record<string, string> {
  return { CROSSTICK_ENDPOINTS_BINANCE_SPOT_SOCKET: socket, CROSSTICK_ENDPOINTS_BINANCE_SPOT_REST: rest };
}

describe.concurrent("crosstick run", () => {
  test("ends with 4 when nobody listens at the venue's address", async ({ onTestFinished }) => {
    const port = await closedPort();
    const env = addresses(`ws://127.0.0.1:${port}`, `http://127.0.0.1:${port}`);
    const session = started(onTestFinished, ["run", "-c", configuration("nobody.json"), "--port", "0", "--json"], env);
    const { code, tookMs } = await session.ended();
    console.log(`no venue reachable: ended after ${Math.round(tookMs)} ms`);
    expect([code, session.lines.at(-1)?.type]).toEqual([4, "summary"]);
    expect(session.stderr()).toContain("VENUES_UNREACHABLE");
  });

  test("listens at the addresses of the environment until its time is over", async ({ onTestFinished }) => {
    const simulator = await createSimulator({ venues: ["binance"], seed: 4, instruments: ["binance:BTC/USDT"] });
    onTestFinished(() => simulator.stop());
    const { ws, rest } = simulator.endpoints.binance.spot;
    const file = configuration("listens.json");
    const session = started(
      onTestFinished,
      ["run", "-c", file, "--port", "0", "--duration", "5", "--json"],
      addresses(ws, rest),
    );
    await session.line("ready");
    const text = readFileSync(file, "utf8");
    // Read again while it runs: one thing is taken, another is not, and a file that is broken changes nothing.
    writeFileSync(file, JSON.stringify({ ...JSON.parse(text), gates: { alignMs: 77 }, idle: "park" }));
    const { child, stderr } = session;
    child.kill("SIGHUP");
    await until("the reload", () => stderr().includes("needs a restart"));
    expect(stderr()).toMatch(/gates\.alignMs/);
    expect(stderr()).toMatch(/idle/);
    writeFileSync(file, "{");
    child.kill("SIGHUP");
    await until("the refusal", () => stderr().includes("stays as it is"));
    writeFileSync(file, text);
    const { code } = await session.ended();
    expect([code, session.lines[0].kind]).toEqual([0, "LIVE"]);
    expect(session.lines.at(-1)).toMatchObject({
      type: "summary",
      rejected: 0,
      instruments: { "binance:BTC/USDT": { state: "live", gaps: 0 } },
    });
  });

  test("a configuration that is not one ends with 3 before anything is opened", async ({ onTestFinished }) => {
    const wrong = join(folder, "wrong.json");
    writeFileSync(wrong, JSON.stringify({ version: 1, feeds: [{ venue: "binanse", symbols: ["BTC/USDT"] }] }));
    const session = started(onTestFinished, ["run", "-c", wrong, "--json"]);
    const { code } = await session.ended();
    expect([code, session.lines]).toEqual([3, []]);
    expect(session.stderr()).toContain("binance");
  });
});
