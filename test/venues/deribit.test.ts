// Deribit: what is asked of the venue, what its answers mean, and how its books go on.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { productName } from "crosstick/internal/market/venues";
import { deribit } from "crosstick/internal/venues/deribit/index";
import { type Channel, VERDICT } from "crosstick/internal/venues/venue";
import { describe, expect, test } from "vitest";
import { hasRecordings } from "../decode/recordings.js";

const { live } = deribit;
const all: Channel[] = ["bbo", "trade", "book", "mark", "funding", "openInterest", "liquidation", "options"];
const plan = (product: Parameters<typeof productName>[0], symbols: string[], channels = all) =>
  live.connections(
    productName(product),
    symbols.map((symbol) => ({ symbol, channels })),
    live.endpoints(productName(product)),
  );
const SPOT = 0;
const OPTION = 5;
const SWAP = 6;

describe("subscriptions", () => {
  test("four channels carry all that is wanted of a perpetual, three all of a pair, and one what the venue says of itself", () => {
    const [{ url, books, requests }] = plan(SWAP, ["BTC-PERPETUAL"]);
    expect([url, books]).toEqual(["wss://www.deribit.com/ws/api/v2", ["BTC-PERPETUAL"]]);
    expect(requests.map(({ text }) => JSON.parse(text))).toEqual([
      { jsonrpc: "2.0", id: "heartbeat", method: "public/set_heartbeat", params: { interval: 10 } },
      {
        jsonrpc: "2.0",
        id: "subscribe 1: 5",
        method: "public/subscribe",
        params: {
          channels: [
            ...["quote.BTC-PERPETUAL", "trades.BTC-PERPETUAL.100ms", "book.BTC-PERPETUAL.100ms"],
            ...["ticker.BTC-PERPETUAL.100ms", "platform_state"],
          ],
        },
      },
    ]);
    expect(requests.map(({ id }) => id)).toEqual(["heartbeat", "subscribe 1: 5"]);
    const [spot] = plan(SPOT, ["BTC_USDC"]);
    expect(JSON.parse(spot.requests[1].text).params.channels).toHaveLength(4);
  });

  test("a whole chain of options takes few requests, and stays below what a connection may carry", () => {
    const chain = Array.from({ length: 950 }, (_, i) => `BTC-25DEC26-${20000 + i * 100}-C`);
    const plans = plan(OPTION, chain, ["options", "mark"]);
    expect(plans.map(({ requests }) => requests.length - 1)).toEqual([4, 4, 2]);
    expect(plans.flatMap(({ books }) => books)).toEqual([]);
    const channels = plans.flatMap(({ requests }) =>
      requests.slice(1).flatMap(({ text }): string[] => JSON.parse(text).params.channels),
    );
    expect(channels).toEqual(chain.map((symbol) => `ticker.${symbol}.100ms`));
    // 3,000 credits each, of 30,000 that come back at 10,000 a second.
    for (const { paceMs } of plans) expect(paceMs * 10).toBeGreaterThanOrEqual(3000);
  });

  test("a book is asked for afresh on its own channel", () => {
    const requests = live.resubscribe("swap", "BTC-PERPETUAL").map(({ text }) => JSON.parse(text));
    expect(requests.map(({ method, params }) => [method, params.channels])).toEqual([
      ["public/unsubscribe", ["book.BTC-PERPETUAL.100ms"]],
      ["public/subscribe", ["book.BTC-PERPETUAL.100ms"]],
    ]);
    expect(new Set(requests.map(({ id }) => id)).size).toBe(2);
  });
});

test("a channel that fell silent is asked for afresh, on the connection that carries it", () => {
  const requests = live.resubscribeChannel?.("option", "BTC-26MAR27-65000-C", "options") ?? [];
  expect(requests.map(({ text }) => JSON.parse(text).params.channels)).toEqual([
    ["ticker.BTC-26MAR27-65000-C.100ms"],
    ["ticker.BTC-26MAR27-65000-C.100ms"],
  ]);
  expect(live.resubscribeChannel?.("spot", "BTC_USDC", "funding")).toEqual([]);
  const chain = Array.from({ length: 150 }, (_, i) => `BTC-25DEC26-${20000 + i * 100}-C`);
  const [first, second] = plan(OPTION, chain, ["book", "bbo", "trade", "options"]);
  const carries = (symbol: string) => [first, second].map((one) => one.carries?.(symbol, "options"));
  expect(carries(chain[0])).toEqual([true, false]);
  expect(carries(chain[149])).toEqual([false, true]);
});

test("requests by HTTP and on the clock's connection", () => {
  const { requests, connects } = live.limits?.("swap") ?? { requests: [], connects: [] };
  for (const { points, everyMs } of [...requests, ...connects]) expect(points / everyMs).toBeLessThan(0.02);
  const clock = live.socketTime?.("swap");
  const { id, text } = clock?.request(3) ?? { id: "", text: "{}" };
  expect(JSON.parse(text)).toMatchObject({ id, method: "public/test" });
  expect(clock?.read({ id, result: {}, usIn: 7, usOut: 9 })).toEqual({ id, takenUs: 7, answeredUs: 9 });
  for (const message of [null, {}, { id, usIn: "7", usOut: "9" }]) expect(clock?.read(message)).toBeNull();
});

describe("answers", () => {
  const answer = (result: unknown) => ({ jsonrpc: "2.0", id: "subscribe 1: 2", result, usIn: 1, usOut: 2, usDiff: 1 });

  test("all channels accepted, or one missing", () => {
    const id = "subscribe 1: 2";
    expect(live.acknowledgement(answer(["a", "b"]))).toEqual({ id, error: null });
    expect(live.acknowledgement(answer(["b"]))).toEqual({ id, error: "1 of 2 channels accepted: b" });
    expect(live.acknowledgement(answer([]))).toEqual({ id, error: "0 of 2 channels accepted: " });
    expect(live.acknowledgement(answer("ok"))?.error).not.toBeNull();
  });

  test("heartbeats and tests are accepted, errors said", () => {
    expect(live.acknowledgement({ id: "heartbeat", result: "ok" })).toEqual({ id: "heartbeat", error: null });
    expect(live.acknowledgement({ id: "test", result: { version: "1.2.26" } })).toEqual({ id: "test", error: null });
    const error = { code: 10028, message: "too_many_requests" };
    expect(live.acknowledgement({ id: "subscribe 1: 2", error })?.error).toBe("too_many_requests (10028)");
    expect(live.acknowledgement({ id: 8, error: {} })).toEqual({ id: "8", error: "refused (no code)" });
  });

  test("what is no answer is none", () => {
    for (const message of [null, 7, "pong", [], { method: "subscription" }, { id: 3 }])
      expect(live.acknowledgement(message)).toBeNull();
  });

  test("a test request is answered, a heartbeat is not", () => {
    const heartbeat = (type: string) => live.answer?.({ jsonrpc: "2.0", method: "heartbeat", params: { type } });
    expect(JSON.parse(heartbeat("test_request") ?? "").method).toBe("public/test");
    expect(heartbeat("heartbeat")).toBeNull();
    for (const message of [null, 7, {}, { method: "heartbeat" }, { method: "subscription", params: {} }])
      expect(live.answer?.(message)).toBeNull();
  });
});

test("the clock is the middle of the request's stay at the venue", () => {
  const { read } = live.time("swap");
  expect(read({ result: 1550147385946, usIn: 1550147385946210, usOut: 1550147385946212 })).toBe(1550147385946211);
  for (const body of [null, {}, { usIn: 5 }, { usIn: 6, usOut: 5 }, { usIn: "x", usOut: "y" }])
    expect(read(body)).toBeNaN();
});

test("a change goes on from its predecessor, is known already, or shows a gap", () => {
  const { next } = deribit.integrity("swap");
  expect(next({ last: 100 }, { first: Number.NaN, last: 140, previous: 100 })).toBe(VERDICT.apply);
  expect(next({ last: 140 }, { first: Number.NaN, last: 140, previous: 100 })).toBe(VERDICT.covered);
  expect(next({ last: 140 }, { first: Number.NaN, last: 200, previous: 150 })).toBe(VERDICT.gap);
  expect(next({ last: 140 }, { first: Number.NaN, last: 200, previous: 130 })).toBe(VERDICT.gap);
});

test.skipIf(!hasRecordings)("the venue's own lists say the same as the names", () => {
  const path = fileURLToPath(new URL("../../../shared/data/cryptofeed/DERIBIT.jsonl.gz", import.meta.url));
  const bodies = gunzipSync(readFileSync(path))
    .toString()
    .split("\n")
    .filter((line) => line.startsWith('{"t":"http"'))
    .map((line) => JSON.parse(JSON.parse(line).data));
  const counts: Record<string, number> = {};
  for (const product of deribit.products)
    for (const body of bodies)
      for (const { unit, contractSize, rawSymbol, priceStep, sizeStep } of live.metadata?.(product).read(body)
        .instruments ?? []) {
        const key = `${product} ${unit} ${contractSize}`;
        counts[key] = (counts[key] ?? 0) + 1;
        expect(unit === "inverse").toBe(product !== "option" && !rawSymbol.includes("_"));
        expect([priceStep, sizeStep].every((step) => Number(step) > 0)).toBe(true);
      }
  expect(counts).toEqual({
    "swap inverse 1": 3,
    "swap base null": 16,
    "futures inverse 1": 18,
    "option base null": 980,
  });
  expect(live.metadata?.("swap").path).toBe("/api/v2/public/get_instruments?currency=any&kind=future&expired=false");
});
