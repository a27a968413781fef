// Conditions from beginning to end, and a webhook that is real, slow, or not there.
import type { Alert, Condition } from "crosstick/internal/alerts/alert";
import { AlertBoard } from "crosstick/internal/alerts/board";
import { Webhook } from "crosstick/internal/alerts/webhook";
import { afterEach, expect, test } from "vitest";
import { until } from "../live/rig.js";
import { startEndpoint } from "../validation/endpoint.js";

const down = (key: string, afterMs = 10_000): Condition => ({
  key,
  level: "error",
  venue: "okx",
  text: `${key} is down`,
  afterMs,
});

test("told when it has lasted, again while it lasts, once when it is over; never for less", () => {
  const told: [number, string, string | null][] = [];
  let nowMs = 0;
  const board = new AlertBoard(1, ({ state, key }) => told.push([nowMs / 1000, state, key]));
  for (nowMs = 0; nowMs <= 300_000; nowMs += 1000) {
    const now: Condition[] = [];
    if (nowMs >= 5000 && nowMs < 150_000) now.push(down("a"));
    if (nowMs >= 20_000 && nowMs < 29_000) now.push(down("b"));
    if (nowMs >= 200_000) now.push(down("c", 0));
    board.look(now, nowMs);
  }
  expect(told).toEqual([
    [15, "raised", "a"],
    [75, "repeated", "a"],
    [135, "repeated", "a"],
    [150, "ended", "a"],
    [200, "raised", "c"],
    [260, "repeated", "c"],
  ]);
});

test("with 0 minutes it is told once", () => {
  const told: string[] = [];
  const board = new AlertBoard(0, ({ state }) => told.push(state));
  for (let nowMs = 0; nowMs < 10_000_000; nowMs += 60_000) board.look([down("a")], nowMs);
  expect(told).toEqual(["raised"]);
});

let endpoint: Awaited<ReturnType<typeof startEndpoint>> | null = null;
let webhook: Webhook | null = null;
afterEach(async () => {
  await webhook?.close();
  await endpoint?.stop();
  webhook = endpoint = null;
});
const alert: Alert = {
  ...{
    state: "raised",
    level: "error",
    key: "venue okx",
    venue: "okx",
    product: null,
    text: "okx: none of its books is live",
  },
  since: "1786310819526357000",
};

test("a webhook gets each alert as JSON with a text to show, in order, and again until it takes it", async () => {
  const statuses = [500, 200, 200];
  endpoint = await startEndpoint((reply) => reply.writeHead(statuses.shift() ?? 200).end());
  webhook = new Webhook(`${endpoint.url}/hook?secret=1`, () => {});
  webhook.send(alert);
  webhook.send({ ...alert, state: "ended" });
  await until("three posts", () => endpoint?.calls.length === 3);
  const bodies = endpoint.calls.map(({ body }) => JSON.parse(body));
  expect(bodies.map(({ text }) => text)).toEqual([
    "crosstick: raised: okx: none of its books is live",
    "crosstick: raised: okx: none of its books is live",
    "crosstick: ended: okx: none of its books is live",
  ]);
  expect(bodies[0]).toMatchObject({ key: "venue okx", level: "error", venue: "okx", leftOut: 0 });
});

test("a webhook that is not there is said without its address, and holds nothing up", async () => {
  const notes: string[] = [];
  webhook = new Webhook("http://127.0.0.1:9/hook-of-a-secret", (text) => notes.push(text));
  for (let i = 0; i < 500; i++) webhook.send(alert);
  expect(notes).toEqual([]); // send() has returned 500 times, and no call has ended
  await until("the note", () => notes.length > 0, 20_000);
  expect(notes[0]).toMatch(/did not take an alert/);
  expect(notes.join()).not.toContain("secret");
});
