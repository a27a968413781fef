// What venues say of themselves, as their documentation shows it.
import type { VenueName } from "crosstick/internal/market/venues";
import { venueNamed } from "crosstick/internal/venues/index";
import { expect, test } from "vitest";

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
])("%s: %j is %s", (venue, message, notice) => {
  expect(venueNamed(venue).live.notice?.(message)).toBe(notice);
});
