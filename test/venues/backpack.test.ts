import { backpack } from "crosstick/internal/venues/backpack/index";
import { VERDICT } from "crosstick/internal/venues/venue";
import { describe, expect, test } from "vitest";

const rule = backpack.integrity("swap");
const { live } = backpack;

describe("continuity", () => {
  test.each([
    [11, 11, VERDICT.apply],
    [11, 15, VERDICT.apply],
    [12, 12, VERDICT.gap],
    [10, 10, VERDICT.covered],
    [1, 10, VERDICT.covered],
    // Half of it is in the book already: the venue promises that this does not happen.
    [9, 12, VERDICT.gap],
  ])("a live book at 10 and a delta %d..%d: %d", (first, last, verdict) => {
    expect(rule.next({ last: 10 }, { first, last, previous: Number.NaN })).toBe(verdict);
  });

  test.each([
    [8, 9, VERDICT.covered],
    [8, 10, VERDICT.covered],
    [8, 11, VERDICT.apply],
    [11, 11, VERDICT.apply],
    [12, 12, VERDICT.gap],
  ])("a snapshot at 10 and a delta %d..%d: %d", (first, last, verdict) => {
    expect(rule.bridge(10, { first, last, previous: Number.NaN })).toBe(verdict);
  });
});

test("streams are asked for by name, nothing is answered, and liquidations come in one stream", () => {
  const wanted = ["SOL_USDC_PERP", "BTC_USDC_PERP"].map((symbol) => ({
    symbol,
    channels: ["bbo", "trade", "book", "mark", "funding", "openInterest", "liquidation"] as const,
  }));
  const endpoints = live.endpoints("swap");
  const [plan, ...others] = live.connections("swap", wanted, endpoints);
  expect(others).toEqual([]);
  expect(plan.url).toBe("wss://ws.backpack.exchange");
  expect(plan.books).toEqual(["SOL_USDC_PERP", "BTC_USDC_PERP"]);
  expect(plan.requests.map(({ id }) => id)).toEqual([null]);
  const { method, params } = JSON.parse(plan.requests[0].text);
  expect(method).toBe("SUBSCRIBE");
  const names = (symbol: string) =>
    ["bookTicker", "trade", "depth", "markPrice", "openInterest"].map((channel) => `${channel}.${symbol}`);
  expect(params).toEqual([...names("SOL_USDC_PERP"), "liquidation", ...names("BTC_USDC_PERP")]);
  const [spot] = live.connections(
    "spot",
    [{ symbol: "SOL_USDC", channels: ["bbo", "mark", "liquidation"] }],
    endpoints,
  );
  expect(JSON.parse(spot.requests[0].text).params).toEqual(["bookTicker.SOL_USDC"]);
});

test("a silent channel is left and taken again, by the connection that carries it", () => {
  const wanted = [{ symbol: "SOL_USDC", channels: ["bbo", "book"] as const }];
  const [plan] = live.connections("spot", wanted, live.endpoints("spot"));
  expect([plan.carries?.("SOL_USDC", "book"), plan.carries?.("SOL_USDC", "trade")]).toEqual([true, false]);
  const texts = live.resubscribeChannel?.("spot", "SOL_USDC", "bbo").map(({ text }) => JSON.parse(text));
  expect(texts).toEqual([
    { method: "UNSUBSCRIBE", params: ["bookTicker.SOL_USDC"] },
    { method: "SUBSCRIBE", params: ["bookTicker.SOL_USDC"] },
  ]);
  expect(live.resubscribeChannel?.("spot", "SOL_USDC", "funding")).toEqual([]);
  expect([live.quietMs?.("swap", "openInterest"), live.quietMs?.("swap", "book")]).toEqual([60_000, null]);
});

test("an error is told, anything else is no answer", () => {
  const error = { code: 4002, message: "Invalid stream" };
  expect(live.acknowledgement({ id: null, error })).toEqual({ id: "", error: "Invalid stream" });
  expect(live.acknowledgement({ stream: "depth.SOL_USDC", data: {} })).toBeNull();
  expect(live.acknowledgement({ id: null, error: null })).toBeNull();
  expect(live.acknowledgement(7)).toBeNull();
});

test("the list of markets gives steps and what is traded; the interval of fundings is looked up by market", () => {
  const market = (symbol: string, marketType: string, orderBookState = "Open") => ({
    ...{ symbol, marketType, orderBookState },
    filters: { price: { tickSize: "0.01" }, quantity: { stepSize: "0.001" } },
  });
  const list = [market("SOL_USDC", "SPOT"), market("SOL_USDC_PERP", "PERP"), market("OLD_USDC_PERP", "PERP", "Closed")];
  const read = live.metadata?.("swap").read(list);
  expect(read?.nextPaths).toEqual([]);
  expect(read?.instruments).toMatchObject([
    { rawSymbol: "SOL_USDC_PERP", unit: "base", contractSize: null, priceStep: 0.01, sizeStep: 0.001, active: true },
    { rawSymbol: "OLD_USDC_PERP", active: false },
  ]);
  const polls = live.polls?.("swap", [{ symbol: "SOL_USDC_PERP", channels: ["mark", "funding"] }]);
  expect(polls).toMatchObject([{ path: "/api/v1/market?symbol=SOL_USDC_PERP", symbol: "SOL_USDC_PERP" }]);
  expect(live.polls?.("spot", [{ symbol: "SOL_USDC", channels: ["funding"] }])).toEqual([]);
});

test("time is a bare number of milliseconds", () => {
  const { read } = live.time("spot");
  expect(read(1753131712992)).toBe(1753131712992500);
  expect(read(null)).toBeNaN();
});
