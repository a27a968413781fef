import { binance } from "crosstick/internal/venues/binance/index";
import { expect, test } from "vitest";

const { live } = binance;

test("futures poll what they stream nowhere: open interest by symbol, intervals in one list; spot polls nothing", () => {
  const wanted = ["BTCUSD_PERP", "BTCUSD_261225"].map((symbol) => ({
    symbol,
    channels: ["book", "funding", "openInterest"] as const,
  }));
  expect(live.polls?.("coinm", wanted).map(({ path, symbol }) => [path, symbol])).toEqual([
    ["/dapi/v1/fundingInfo", null],
    ["/dapi/v1/openInterest?symbol=BTCUSD_PERP", "BTCUSD_PERP"],
    ["/dapi/v1/openInterest?symbol=BTCUSD_261225", "BTCUSD_261225"],
  ]);
  expect(live.polls?.("usdm", [{ symbol: "BTCUSDT", channels: ["book"] }])).toEqual([]);
  expect(live.polls?.("spot", wanted)).toEqual([]);
});
