import { venueNamed } from "crosstick/internal/venues/index";
import type { Channel, Subscription } from "crosstick/internal/venues/venue";
import { describe, expect, test } from "vitest";

const { live, products } = venueNamed("htx");
const everything: readonly Channel[] = ["book", "bbo", "trade", "mark", "funding", "openInterest", "liquidation"];
const wanted = (...symbols: string[]): Subscription[] => symbols.map((symbol) => ({ symbol, channels: everything }));

/** Route and topics of each connection. */
function asked(product: (typeof products)[number], ...symbols: string[]): Record<string, string[]> {
  const plans = live.connections(product, wanted(...symbols), { socket: "wss://venue", rest: "https://venue" });
  const names = plans.map(({ url, requests }): [string, string[]] => [
    url.replace("wss://venue", ""),
    requests.map(({ text }) => JSON.parse(text)).map(({ sub, topic }) => sub ?? topic),
  ]);
  return Object.fromEntries(names);
}

describe("what is asked for, and where", () => {
  test("spot: books on the feed address, the rest beside it", () => {
    expect(asked("spot", "btcusdt")).toEqual({
      "/feed": ["market.btcusdt.mbp.150"],
      "/ws": ["market.btcusdt.bbo", "market.btcusdt.trade.detail"],
    });
  });

  test("linear and inverse contracts have addresses of their own, the index service is one", () => {
    const routes = asked("swap", "BTC-USDT", "BTC-USD");
    expect(Object.keys(routes).sort()).toEqual([
      "/linear-swap-notification",
      "/linear-swap-ws",
      "/swap-notification",
      "/swap-ws",
      "/ws_index",
    ]);
    expect(routes["/linear-swap-notification"]).toEqual([
      "public.BTC-USDT.funding_rate",
      "public.BTC-USDT.liquidation_orders",
    ]);
    expect(routes["/ws_index"]).toHaveLength(4);
    expect(Object.keys(asked("futures", "BTC-USDT-261225", "BTC261225")).sort()).toEqual([
      "/linear-swap-notification",
      "/linear-swap-ws",
      "/notification",
      "/ws",
    ]);
  });

  test("a derivative's book is asked for as changes; every frame is to be inflated; books name their connection", () => {
    const plans = live.connections("swap", wanted("BTC-USDT"), { socket: "", rest: "" });
    expect(plans.every(({ inflate }) => inflate)).toBe(true);
    expect(plans.flatMap(({ books }) => books)).toEqual(["BTC-USDT"]);
    const [{ requests }] = plans;
    expect(JSON.parse(requests[0].text)).toEqual({
      ...{ sub: "market.BTC-USDT.depth.size_150.high_freq", id: "1", data_type: "incremental" },
    });
  });

  test("many symbols are spread over connections", () => {
    const symbols = Array.from({ length: 250 }, (_, index) => `c${index}usdt`);
    const plans = live.connections("spot", wanted(...symbols), { socket: "", rest: "" });
    expect(plans.map(({ requests }) => requests.length)).toEqual([100, 100, 50, 100, 100, 100, 100, 100]);
  });
});

describe("duties and answers", () => {
  test("pings are answered with what they hold", () => {
    expect(live.answer?.({ ping: 1786563031344 })).toBe('{"pong":1786563031344}');
    expect(live.answer?.({ op: "ping", ts: "1492420473058" })).toBe('{"op":"pong","ts":"1492420473058"}');
    for (const other of [null, 1, {}, { op: "sub" }, { ch: "market.btcusdt.bbo" }])
      expect(live.answer?.(other)).toBeNull();
  });

  test.each([
    [
      { id: "1", status: "ok", subbed: "market.btcusdt.bbo", ts: 1 },
      { id: "1", error: null },
    ],
    [
      { id: "2", status: "ok", unsubbed: "market.btcusdt.bbo", ts: 1 },
      { id: "2", error: null },
    ],
    [
      { status: "error", ts: 1, id: "3", "err-code": "bad-request", "err-msg": "invalid symbol" },
      { id: "3", error: "invalid symbol" },
    ],
    [
      { op: "sub", cid: "4", topic: "public.BTC-USDT.funding_rate", ts: 1, "err-code": 0 },
      { id: "4", error: null },
    ],
    [
      { op: "sub", cid: "5", topic: "t", ts: 1, "err-code": 2011, "err-msg": "too late" },
      { id: "5", error: "too late" },
    ],
    [{ id: "6", status: "ok", rep: "market.btcusdt.mbp.150", data: {} }, null],
    [{ ping: 1 }, null],
    [{ op: "ping", ts: "1" }, null],
    ["ok", null],
  ])("%j", (message, acknowledgement) => {
    expect(live.acknowledgement(message)).toEqual(acknowledgement);
  });

  test("a spot snapshot is asked for on the connection, a derivative's by subscribing afresh", () => {
    expect(JSON.parse(live.snapshotRequest?.("spot", "btcusdt")?.text ?? "")).toMatchObject({
      req: "market.btcusdt.mbp.150",
    });
    expect(live.snapshotRequest?.("swap", "BTC-USDT")).toBeNull();
    expect(live.snapshotPath("spot", "btcusdt")).toBeNull();
    expect(live.resubscribe("spot", "btcusdt")).toEqual([]);
    const again = live.resubscribe("swap", "BTC-USDT").map(({ text }) => JSON.parse(text));
    expect(again.map((request) => Object.keys(request)[0])).toEqual(["unsub", "sub"]);
  });
});

describe("by HTTP", () => {
  test("the list of pairs", () => {
    const source = live.metadata?.("spot");
    const body = {
      status: "ok",
      data: [
        { symbol: "btcusdt", state: "online", pp: 2, ap: 6 },
        { symbol: "oldusdt", state: "offline", pp: 4, ap: 0 },
      ],
    };
    expect(source?.read(body)).toEqual({
      instruments: [
        {
          rawSymbol: "btcusdt",
          contractSize: null,
          unit: "base",
          priceStep: 0.01,
          sizeStep: 1e-6,
          active: true,
        },
        { rawSymbol: "oldusdt", contractSize: null, unit: "base", priceStep: 1e-4, sizeStep: 1, active: false },
      ],
      nextPaths: [],
    });
  });

  test("the lists of contracts: linear ones, then inverse ones", () => {
    const source = live.metadata?.("swap");
    const row = { contract_size: 0.001, price_tick: 0.1, contract_status: 1 };
    const linear = [
      { ...row, contract_code: "BTC-USDT", business_type: "swap" },
      { ...row, contract_code: "BTC-USDT-261225", business_type: "futures" },
      { ...row, contract_code: "BAD-USDT", business_type: "swap", contract_size: null },
    ];
    const first = source?.read({ status: "ok", data: linear });
    expect(first?.instruments).toEqual([
      {
        rawSymbol: "BTC-USDT",
        contractSize: 0.001,
        unit: "contract",
        priceStep: 0.1,
        sizeStep: 1,
        active: true,
      },
    ]);
    expect(first?.nextPaths).toEqual(["/swap-api/v1/swap_contract_info"]);
    const inverse = [{ contract_code: "BTC-USD", contract_size: 100, price_tick: 0.1, contract_status: 3 }];
    const second = source?.read({ status: "ok", data: inverse });
    expect(second?.nextPaths).toEqual([]);
    expect(second?.instruments).toMatchObject([{ rawSymbol: "BTC-USD", unit: "inverse", active: false }]);
    const dated = live.metadata?.("futures")?.read({ status: "ok", data: linear });
    expect(dated?.instruments.map(({ rawSymbol }) => rawSymbol)).toEqual(["BTC-USDT-261225"]);
    expect(live.metadata?.("swap").read(null)).toEqual({ instruments: [], nextPaths: [] });
  });

  test("open interest is polled, per contract, where it was asked for", () => {
    expect(live.polls?.("spot", wanted("btcusdt"))).toEqual([]);
    expect(live.polls?.("swap", [{ symbol: "BTC-USDT", channels: ["book"] }])).toEqual([]);
    expect(live.polls?.("swap", wanted("BTC-USDT", "BTC-USD")).map(({ path }) => path)).toEqual([
      "/linear-swap-api/v1/swap_open_interest?contract_code=BTC-USDT",
      "/swap-api/v1/swap_open_interest?contract_code=BTC-USD",
    ]);
  });

  test("the venue's clock", () => {
    expect(live.time("spot").read({ status: "ok", data: 1629715504949 })).toBe(1629715504949500);
    expect(live.time("swap").read({ status: "ok", ts: 1629715504949 })).toBe(1629715504949500);
    for (const body of [null, {}, { data: "1629715504949" }, { data: 7 }])
      expect(live.time("spot").read(body)).toBeNaN();
  });
});
