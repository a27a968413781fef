// What a venue's HTTP host may be asked, and when it may not: on loopback hosts that answer as each test says.
import { type Refusal, RestGate, type RestGateOptions } from "crosstick/internal/feed/rest-gate";
import { waitMs } from "crosstick/internal/sources/http";
import { limits, weightOf } from "crosstick/internal/venues/binance/rest";
import { afterEach, describe, expect, test } from "vitest";
import { until } from "../live/rig.js";
import { type ScriptedHost, SETTINGS, scriptedHost } from "./live-lane.js";

const hosts: ScriptedHost[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});

/** A host that answers with the status that `status` holds. */
async function host(answer: { status: number; retryAfter?: string }): Promise<ScriptedHost> {
  const made = await scriptedHost({
    reply: (_request, response) =>
      response
        .writeHead(answer.status, answer.retryAfter === undefined ? {} : { "retry-after": answer.retryAfter })
        .end("{}"),
  });
  hosts.push(made);
  return made;
}

function gate(bases: readonly ScriptedHost[], more: Partial<RestGateOptions> = {}) {
  const refusals: Refusal[] = [];
  const notes: string[] = [];
  const made = new RestGate({
    venue: "binance",
    bases: bases.map(({ address }) => `http://${address}`),
    limits: { requests: [], connects: [] },
    settings: { ...SETTINGS, retries: 0, breakerOpenMs: 200 },
    refused: (refusal) => refusals.push(refusal),
    say: (level, text) => notes.push(`${level} ${text}`),
    ...more,
  });
  return { gate: made, refusals, notes };
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("failures", () => {
  test("a 5xx is repeated as often as the settings say; the last reply is the result", async () => {
    const one = await host({ status: 503 });
    const { gate: made } = gate([one], { settings: { ...SETTINGS, retries: 2 } });
    expect((await made.get("/x"))?.status).toBe(503);
    expect(one.asked).toHaveLength(3);
  });

  test("what is the asker's own fault is not repeated", async () => {
    const one = await host({ status: 400 });
    const { gate: made } = gate([one], { settings: { ...SETTINGS, retries: 2 } });
    expect((await made.get("/x"))?.status).toBe(400);
    expect(one.asked).toHaveLength(1);
  });

  test("closed, open, half-open: after five failures nothing is asked, then one trial decides", async () => {
    const answer = { status: 500 };
    const one = await host(answer);
    const { gate: made, notes } = gate([one]);
    for (let i = 0; i < 5; i++) await made.get("/x");
    expect([made.status().circuit, one.asked.length]).toEqual(["open", 5]);
    await expect(made.get("/x")).rejects.toThrow();
    expect(one.asked, "asked while the circuit is open").toHaveLength(5);
    await sleep(220);
    await made.get("/x");
    expect([made.status().circuit, one.asked.length], "the trial failed").toEqual(["open", 6]);
    await sleep(220);
    answer.status = 200;
    await made.get("/x");
    expect(made.status().circuit).toBe("closed");
    expect(notes).toEqual([
      expect.stringContaining("failed 5 times in a row; it is left alone"),
      expect.stringContaining("failed 5 times in a row"),
      expect.stringContaining("answers again"),
    ]);
  });

  test("while a host fails its backup is asked, and the first one again when it is well", async () => {
    const answer = { status: 500 };
    const [first, second] = [await host(answer), await host({ status: 200 })];
    const { gate: made, notes } = gate([first, second]);
    for (let i = 0; i < 5; i++) await made.get("/x");
    expect((await made.get("/x"))?.status).toBe(200);
    expect(made.status()).toMatchObject({ onBackup: true, circuit: "closed" });
    expect(notes[0]).toContain(`${second.address} is asked instead`);
    answer.status = 200;
    await sleep(220);
    await made.get("/x");
    expect(made.status()).toMatchObject({ onBackup: false, circuit: "closed" });
    expect([first.asked.length, second.asked.length]).toEqual([6, 1]);
  });
});

describe("refusals", () => {
  test.each([429, 418, 503])(
    "%i with Retry-After: no request before, of any address; the first one after",
    async (status) => {
      const answer: { status: number; retryAfter?: string } = { status, retryAfter: "1" };
      const [first, second] = [await host(answer), await host({ status: 200 })];
      const { gate: made, refusals } = gate([first, second]);
      expect(await made.get("/x")).toBeNull();
      expect(refusals).toMatchObject([{ status, waitMs: 1000, kind: status === 418 ? "refused" : "rate-limit" }]);
      const refusedMs = performance.now();
      for (let i = 0; i < 20; i++) expect(await made.get("/x")).toBeNull();
      expect(first.asked.length + second.asked.length, "requests during the ban").toBe(1);
      expect(made.status()).toMatchObject({ circuit: "open", refused: expect.stringContaining(`HTTP ${status}`) });
      answer.status = 200;
      while (!made.open) await sleep(5);
      console.log(
        `HTTP ${status}: 1 request, none for ${Math.round(performance.now() - refusedMs)} ms of Retry-After 1`,
      );
      expect((await made.get("/x"))?.status).toBe(200);
    },
  );

  test.each([
    [401, Number.POSITIVE_INFINITY, "public data needs no key"],
    [403, 600_000, "check that the venue serves this address"],
    [451, 600_000, "does not serve this place"],
  ])("%i stops, and says what to check", async (status, wait, hint) => {
    const one = await host({ status });
    const { gate: made, refusals } = gate([one]);
    expect(await made.get("/x")).toBeNull();
    expect(await made.get("/x")).toBeNull();
    expect(one.asked).toHaveLength(1);
    expect(refusals).toMatchObject([{ kind: "refused", status, waitMs: wait, hint: expect.stringContaining(hint) }]);
  });

  test("a request that waited for its turn is not sent when the venue refused meanwhile", async () => {
    const one = await host({ status: 429, retryAfter: "5" });
    const { gate: made } = gate([one], { limits: { requests: [{ points: 1, everyMs: 50 }], connects: [] } });
    expect(await Promise.all(Array.from({ length: 8 }, () => made.get("/x")))).toEqual(Array(8).fill(null));
    expect(one.asked.length).toBeLessThanOrEqual(2);
  });

  test.each([
    ["7", 7000],
    ["Wed, 21 Oct 2015 07:28:30 GMT", 30_000],
    ["Wed, 21 Oct 2015 07:00:00 GMT", 0],
    ["soon", 0],
    [undefined, 0],
  ])("Retry-After %s is %i ms", (text, ms) => {
    expect(waitMs(text, Date.parse("2015-10-21T07:28:00Z"))).toBe(ms);
  });
});

describe("budgets", () => {
  test("requests wait until every budget has room for their weight", async () => {
    const times: number[] = [];
    const one = await scriptedHost({
      reply(_request, response) {
        times.push(performance.now());
        response.end("{}");
      },
    });
    hosts.push(one);
    const requests = [
      { points: 100, everyMs: 200 },
      { points: 250, everyMs: 60_000 },
    ];
    const { gate: made } = gate([one], { limits: { requests, connects: [], cost: () => 50 } });
    void Promise.all(Array.from({ length: 8 }, () => made.get("/x"))).catch(() => {});
    await until("five were asked", () => times.length === 5);
    await sleep(300);
    expect(times, "five in a minute").toHaveLength(5);
    for (let i = 2; i < times.length; i++) expect(times[i] - times[i - 2]).toBeGreaterThan(150);
    made.budget([]);
  });

  test("Binance: weights as the venue counts them, and its own word on the budget", () => {
    expect(weightOf("spot", "/api/v3/depth?symbol=BTCUSDT&limit=1000")).toBe(50);
    expect(weightOf("spot", "/api/v3/depth?symbol=BTCUSDT&limit=5000")).toBe(250);
    expect(weightOf("usdm", "/fapi/v1/depth?symbol=BTCUSDT&limit=1000")).toBe(20);
    expect(weightOf("spot", "/api/v3/ticker/24hr")).toBe(80);
    expect(weightOf("spot", "/api/v3/time")).toBe(1);
    const row = { rateLimitType: "REQUEST_WEIGHT", interval: "MINUTE", intervalNum: 1, limit: 1200 };
    const read = limits("spot").published?.read;
    expect(read?.({ rateLimits: [{ ...row, rateLimitType: "ORDERS" }, row] })?.[0]).toEqual({
      points: 600,
      everyMs: 60_000,
    });
    expect(read?.({ rateLimits: [] })).toBeNull();
    expect(read?.({ code: -1 })).toBeNull();
  });
});
