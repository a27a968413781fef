// The frames that a live engine received, kept as they came, through the whole pipeline again.
import { parseConfig } from "crosstick/internal/config";
import { SEGMENT_RAW } from "crosstick/internal/record/format";
import { openJournal } from "crosstick/internal/record/journal";
import { rawMarkets } from "crosstick/internal/record/raw-frames";
import { replay } from "crosstick/internal/replay";
import { expect, test } from "vitest";
import { crosstick } from "../cli/crosstick.js";
import { liveRig, stateOf, until } from "../live/rig.js";
import { temporaryFolder } from "../record/rig.js";

test("the raw log of a live run, with a gap that heals, ends with the same books", async () => {
  const { dir, remove } = temporaryFolder();
  const rig = await liveRig(["BTC", "ETH"], {}, { record: { dir, raw: true } });
  const gapped = "bybit:BTC/USDT:USDT";
  const live = new Map<string, object>();
  try {
    await rig.engine.ready({ timeoutMs: 20_000 });
    rig.simulator.fault({ kind: "drop", product: "linear", stream: "orderbook.50.BTCUSDT" });
    await until("the gap", () => stateOf(rig, gapped).gaps === 1, 20_000);
    await until("live again", () => stateOf(rig, gapped).state === "live", 20_000);
    await rig.simulator.freeze();
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { reader } = rig.internals.live;
    for (const { instrument, gaps } of rig.engine.status().instruments) {
      const book = reader.book(rig.internals.live.indexOf(instrument), 5);
      live.set(instrument, { bids: book?.bids, asks: book?.asks, gaps, state: "live" });
    }
  } finally {
    await rig.close();
  }
  const log = openJournal(dir, { verify: true, kind: SEGMENT_RAW });
  expect(log).toMatchObject({ damages: [], missing: 0, tornBytes: 0 });
  expect(rawMarkets(dir).map(({ venue, product }) => `${venue}.${product}`)).toEqual([
    ...["binance.spot", "binance.usdm", "bybit.spot", "bybit.linear"],
  ]);
  const { summary, damages } = await replay({ inputs: [{ path: dir, raw: true }], config: parseConfig({}) });
  expect(damages).toEqual([]);
  expect(summary.frames).toBe(log.records);
  expect(summary.rejected).toBe(0);
  const again = new Map<string, object>();
  for (const [id, { bids, asks, gaps, state }] of Object.entries(summary.instruments))
    again.set(id, { bids, asks, gaps, state });
  expect(Object.fromEntries(again)).toEqual(Object.fromEntries(live));
  // By the command, on two threads, from the frames and not from the journal beside them.
  const { code, stdout } = crosstick(["replay", dir, "--raw", "--workers", "2", "--summary", "-"]);
  expect(code).toBe(0);
  const told = JSON.parse(stdout);
  expect(told.instruments).toEqual(summary.instruments);
  remove();
});
