import { parseConfig } from "crosstick/internal/config";
import { startEngine } from "crosstick/internal/engine";
import * as L from "crosstick/internal/layout";
import { resolveInstrument } from "crosstick/internal/market/symbols";
import type { VenueName } from "crosstick/internal/market/venues";
import { createSimulator } from "crosstick/internal/simulator/simulator";
import { expect, test } from "vitest";
import { until } from "./rig.js";

/** One strike and day everywhere: the volatility of all is that of the model's one surface. */
const OPTIONS: readonly { venue: VenueName; call: string; put: string }[] = [
  { venue: "bybit", call: "BTC-26MAR27-65000-C-USDT", put: "BTC-26MAR27-65000-P-USDT" },
  { venue: "okx", call: "BTC-USD-270326-65000-C", put: "BTC-USD-270326-65000-P" },
  { venue: "deribit", call: "BTC-26MAR27-65000-C", put: "BTC-26MAR27-65000-P" },
];
/** OKX tells an option's mark and open interest by channels of their own, which must be asked for. */
const CHANNELS = ["book", "bbo", "trade", "options", "mark", "openInterest"];
/** In a market's own units Bybit's premium is USDT, the others' is coin. */
const PARITY: Partial<Record<VenueName, number>> = { bybit: 1 };

test("the same option of three venues has one volatility, one forward and one delta, through each venue's own units", async () => {
  const simulator = await createSimulator({
    ...{ venues: OPTIONS.map(({ venue }) => venue), seed: 19, divergences: false },
  });
  const feeds = OPTIONS.map(({ venue, call, put }) => {
    const { ws, rest } = simulator.endpoints[venue].option;
    const symbols = [call, put].map((name) => resolveInstrument(venue, "option", name).symbol);
    return { venue, symbols, endpoint: ws, rest, channels: CHANNELS };
  });
  const { engine, internals } = await startEngine(parseConfig({ feeds }, { source: "test" }), false);
  try {
    const { views, plan } = internals.live;
    const ids = OPTIONS.flatMap(({ venue, call, put }) =>
      [call, put].map((name) => resolveInstrument(venue, "option", name).id),
    );
    const figure = (id: string, offset: number) =>
      views.f64[(plan.instruments + internals.live.indexOf(id) * L.INSTRUMENT_BYTES + offset) >> 3];
    const known = [
      ...[L.INSTRUMENT_MARK_VOLATILITY, L.INSTRUMENT_BID_VOLATILITY, L.INSTRUMENT_ASK_VOLATILITY],
      ...[L.INSTRUMENT_UNDERLYING, L.INSTRUMENT_DELTA, L.INSTRUMENT_MARK, L.INSTRUMENT_OPEN_INTEREST],
    ];
    await until("books live", () => engine.status().booksLive === ids.length, 20_000);
    await until("every figure", () => ids.every((id) => known.every((at) => figure(id, at) > -10)), 20_000);
    await simulator.freeze();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const near = (offset: number, of: readonly string[], share: number) => {
      const values = of.map((id) => figure(id, offset));
      const middle = values[0];
      for (const value of values) expect(Math.abs(value / middle - 1)).toBeLessThan(share);
    };
    near(L.INSTRUMENT_MARK_VOLATILITY, ids, 0.01);
    near(L.INSTRUMENT_UNDERLYING, ids, 0.002);
    for (const which of [0, 1])
      near(
        L.INSTRUMENT_DELTA,
        ids.filter((_, i) => i % 2 === which),
        0.02,
      );
    for (const { venue, call, put } of OPTIONS) {
      const [c, p] = [call, put].map((name) => resolveInstrument(venue, "option", name).id);
      expect(figure(c, L.INSTRUMENT_BID_VOLATILITY)).toBeLessThan(figure(c, L.INSTRUMENT_ASK_VOLATILITY));
      expect(figure(c, L.INSTRUMENT_DELTA) - figure(p, L.INSTRUMENT_DELTA)).toBeCloseTo(1, 2);
      const forward = figure(c, L.INSTRUMENT_UNDERLYING);
      const scale = PARITY[venue] ?? forward;
      const parity = scale * (figure(c, L.INSTRUMENT_MARK) - figure(p, L.INSTRUMENT_MARK)) - (forward - 65_000);
      expect([venue, Math.abs(parity) < 60]).toEqual([venue, true]);
    }
    expect(engine.status()).toMatchObject({ rejected: 0, dropped: 0 });
  } finally {
    await engine.close();
    await simulator.stop();
  }
});
