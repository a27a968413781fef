import * as L from "crosstick/internal/layout";
import { expect, test } from "vitest";
import { figureOf, liveRig, type RigMarket, until } from "./rig.js";

const usdm: RigMarket = { venue: "binance", product: "usdm", suffix: "USDT:USDT" };

test("what Binance streams nowhere is asked for: open interest, and hours between fundings with its default", async () => {
  const rig = await liveRig(["BTC", "SOL"], {}, {}, [usdm]);
  try {
    await rig.engine.ready({ timeoutMs: 10_000 });
    const hours = (id: string) => figureOf(rig, id, L.INSTRUMENT_FUNDING_INTERVAL_HOURS);
    const open = (id: string) => figureOf(rig, id, L.INSTRUMENT_OPEN_INTEREST);
    const ids = ["binance:BTC/USDT:USDT", "binance:SOL/USDT:USDT"];
    await until("the polls", () => ids.every((id) => hours(id) > 0 && open(id) > 0));
    expect(ids.map(hours)).toEqual([8, 4]);
  } finally {
    await rig.close();
  }
});
