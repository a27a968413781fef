// What venues say of themselves, as their documentation shows it.
import type { VenueName } from "crosstick/internal/market/venues";
import { venueNamed } from "crosstick/internal/venues/index";
import { expect, test } from "vitest";

const platform = (data: object) => ({
  ...{ jsonrpc: "2.0", method: "subscription" },
  params: { channel: "platform_state", data },
});
const statuses = (...products: unknown[]) => ({
  ...{ channel: "status", client_id: "", timestamp: "2023-02-09T20:29:49.753424311Z", sequence_num: 3 },
  events: [{ type: "snapshot", products }],
});

test.each<[VenueName, object, string | null]>([
  ["binance", { e: "serverShutdown", E: 1_770_123_456_789 }, "leaving"],
  ["binance", { stream: "!serverShutdown", data: { e: "serverShutdown", E: 1_770_123_456_789 } }, "leaving"],
  ["binance", { result: null, id: 1 }, null],
  [
    "okx",
    { event: "notice", code: "64008", msg: "The connection will soon be closed.", connId: "a4d3ae55" },
    "leaving",
  ],
  ["okx", { event: "subscribe", arg: { channel: "books", instId: "BTC-USDT" }, connId: "a4d3ae55" }, null],
  ["kraken", { channel: "status", type: "update", data: [{ system: "maintenance", version: "2.0.0" }] }, "maintenance"],
  ["kraken", { channel: "status", type: "update", data: [{ system: "online", version: "2.0.0" }] }, "open"],
  ["kraken", { channel: "status", type: "update", data: [] }, null],
  ["kraken", { channel: "heartbeat" }, null],
  ["deribit", platform({ maintenance: true }), "maintenance"],
  ["deribit", platform({ maintenance: false }), "open"],
  ["deribit", platform({ locked: true }), null],
  ["deribit", platform({}), null],
  ["deribit", { jsonrpc: "2.0", method: "heartbeat", params: { type: "heartbeat" } }, null],
  ["coinbase", { channel: "heartbeats", events: [{ heartbeat_counter: 3 }] }, null],
  ["coinbase", { channel: "status", events: "none" }, null],
])("%s: %j is %s", (venue, message, notice) => {
  expect(venueNamed(venue).live.notice?.(message)).toBe(notice);
});

test("Deribit: a lock concerns what its index prices", () => {
  const of = (index: string, locked: boolean) => {
    const notice = venueNamed("deribit").live.notice?.(platform({ price_index: index, locked }));
    if (typeof notice !== "function") throw new Error("no notice by symbol");
    return ["BTC-PERPETUAL", "BTC-25DEC26-100000-C", "SOL_USDC-PERPETUAL", "SOL_USDC", "BTC_USDC"].map(notice);
  };
  expect(of("btc_usd", true)).toEqual(["maintenance", "maintenance", null, null, null]);
  expect(of("sol_usdc", false)).toEqual([null, null, "open", "open", null]);
});

test("Coinbase: each product has a status; what is not online is not traded, what is malformed says nothing", () => {
  const notice = venueNamed("coinbase").live.notice?.(
    statuses({ id: "BTC-USD", status: "online" }, { id: "ETH-USD", status: "offline" }, null, { id: 3 }, "SOL-USD"),
  );
  if (typeof notice !== "function") throw new Error("no notice by symbol");
  expect(["BTC-USD", "ETH-USD", "SOL-USD"].map(notice)).toEqual(["open", "maintenance", null]);
});
