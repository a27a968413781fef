import { venueNamed } from "crosstick/internal/venues/index";
import type { Channel, Subscription } from "crosstick/internal/venues/venue";
import { describe, expect, test } from "vitest";

const { live, products, integrity } = venueNamed("okx");
const everything: readonly Channel[] = [
  ...(["book", "bbo", "trade", "mark", "funding", "openInterest", "liquidation", "options"] as const),
];
const wanted = (...symbols: string[]): Subscription[] => symbols.map((symbol) => ({ symbol, channels: everything }));
const plansOf = (product: (typeof products)[number], ...symbols: string[]) =>
  live.connections(product, wanted(...symbols), { socket: "wss://venue", rest: "https://venue" });

/** Channels asked for, each with what it is asked for with. */
function asked(product: (typeof products)[number], ...symbols: string[]): string[] {
  const args = plansOf(product, ...symbols).flatMap(({ requests }) =>
    requests.flatMap(({ text }) => (JSON.parse(text) as { args: Record<string, string>[] }).args),
  );
  return args.map(({ channel, ...rest }) => [channel, ...Object.values(rest)].join(" "));
}

describe("what is asked for", () => {
  test("spot has books and trades alone", () => {
    expect(asked("spot", "BTC-USDT")).toEqual(["books BTC-USDT", "bbo-tbt BTC-USDT", "trades BTC-USDT", "status"]);
  });

  test("an index and a product's liquidations are asked for once", () => {
    expect(asked("swap", "BTC-USDT-SWAP", "BTC-USD-SWAP")).toEqual([
      ...["books", "bbo-tbt", "trades", "mark-price"].map((channel) => `${channel} BTC-USDT-SWAP`),
      "index-tickers BTC-USDT",
      ...["funding-rate", "open-interest"].map((channel) => `${channel} BTC-USDT-SWAP`),
      "liquidation-orders SWAP",
      ...["books", "bbo-tbt", "trades", "mark-price"].map((channel) => `${channel} BTC-USD-SWAP`),
      "index-tickers BTC-USD",
      ...["funding-rate", "open-interest"].map((channel) => `${channel} BTC-USD-SWAP`),
      "status",
    ]);
  });

  test("dated futures pay no funding, those that are perpetual in all but name do", () => {
    const names = asked("futures", "BTC-USD-261225", "BTC-USD_UM_XPERP-310404");
    expect(names.filter((name) => name.startsWith("funding-rate"))).toEqual(["funding-rate BTC-USD_UM_XPERP-310404"]);
    expect(names.filter((name) => name.startsWith("index-tickers"))).toEqual(["index-tickers BTC-USD"]);
  });

  test("options of a family share one summary", () => {
    const names = asked("option", "BTC-USD-261225-100000-C", "BTC-USD-261225-100000-P");
    expect(names.filter((name) => name.startsWith("opt-summary"))).toEqual(["opt-summary BTC-USD"]);
    expect(names.filter((name) => name.startsWith("tickers"))).toHaveLength(2);
    expect(names.some((name) => name.startsWith("liquidation"))).toBe(false);
  });

  test("fewer than 30 deep books a connection, and requests of few channels", () => {
    const symbols = Array.from({ length: 60 }, (_, index) => `C${index}-USDT-SWAP`);
    const plans = plansOf("swap", ...symbols);
    expect(plans.map(({ books }) => books.length)).toEqual([25, 25, 10]);
    expect(plans.flatMap(({ books }) => books)).toEqual(symbols);
    for (const { requests, carries, books } of plans) {
      expect(requests.every(({ text }) => text.length < 16_384)).toBe(true);
      expect(new Set(requests.map(({ id }) => id)).size).toBe(requests.length);
      expect(symbols.filter((symbol) => carries?.(symbol, "book"))).toEqual(books);
    }
    expect(plans[0].keepAlive).toEqual({ text: "ping", everyMs: 5000 });
    expect(plans[0].url).toBe("wss://venue/ws/v5/public");
  });

  test("a book is asked for afresh by leaving and joining, with ids the venue takes", () => {
    const requests = live.resubscribe("swap", "BTC-USDT-SWAP");
    const args = [{ channel: "books", instId: "BTC-USDT-SWAP" }];
    expect(requests.map(({ text }) => JSON.parse(text))).toMatchObject([
      { op: "unsubscribe", args },
      { op: "subscribe", args },
    ]);
    const all = everything.flatMap(
      (channel) => live.resubscribeChannel?.("option", "BTC-USD-261225-100000-C", channel) ?? [],
    );
    for (const { id } of [...requests, ...all]) expect(id).toMatch(/^[A-Za-z0-9]{1,32}$/);
    expect(live.resubscribeChannel?.("spot", "BTC-USDT", "mark")).toEqual([]);
  });
});

describe("what the venue says", () => {
  test.each([
    [
      { id: "1", event: "subscribe", arg: { channel: "books", instId: "BTC-USDT" }, connId: "a" },
      { id: "1", error: null },
    ],
    [
      { id: "u1", event: "unsubscribe", arg: {}, connId: "a" },
      { id: "u1", error: null },
    ],
    [
      { id: "2", event: "error", code: "60018", msg: "Wrong URL", connId: "a" },
      { id: "2", error: "60018 Wrong URL" },
    ],
    [{ event: "notice", code: "64008", msg: "upgrade" }, null],
    [{ arg: { channel: "books" }, data: [] }, null],
    ["pong", null],
    [null, null],
  ])("%j answers a request with %j", (message, acknowledgement) => {
    expect(live.acknowledgement(message)).toEqual(acknowledgement);
  });

  const status = (state: string, serviceType: string) => ({
    arg: { channel: "status" },
    data: [{ state, serviceType }],
  });
  test.each([
    [{ event: "notice", code: "64008", msg: "upgrade" }, "leaving"],
    [{ event: "notice", code: "1" }, null],
    [status("ongoing", "5"), "maintenance"],
    [status("ongoing", "0"), "maintenance"],
    [status("completed", "5"), "open"],
    [status("scheduled", "5"), null],
    [status("ongoing", "11"), null],
    [{ arg: { channel: "books" }, data: [{ state: "ongoing", serviceType: "5" }] }, null],
    [null, null],
  ])("%j is the notice %j", (message, notice) => {
    expect(live.notice?.(message)).toBe(notice);
  });
});

describe("by HTTP", () => {
  test("contracts are ctVal times ctMult, of the coin or of US dollars", () => {
    const row = { instType: "SWAP", state: "live", tickSz: "0.1", lotSz: "0.01", ctMult: "1" };
    const { instruments, nextPaths } = live.metadata?.("swap").read({
      code: "0",
      data: [
        { ...row, instId: "BTC-USDT-SWAP", ctVal: "0.01", ctType: "linear" },
        { ...row, instId: "BTC-USD-SWAP", ctVal: "100", ctType: "inverse", lotSz: "1" },
        { ...row, instId: "X-USDT-SWAP", ctVal: "0.1", ctMult: "0.001", ctType: "linear", state: "suspend" },
        { ...row, instId: "Y-USDT-SWAP", ctVal: "", ctType: "linear" },
      ],
    }) ?? { instruments: [], nextPaths: [""] };
    expect(
      instruments.map(({ rawSymbol, contractSize, unit, active }) => [rawSymbol, contractSize, unit, active]),
    ).toEqual([
      ["BTC-USDT-SWAP", 0.01, "contract", true],
      ["BTC-USD-SWAP", 100, "inverse", true],
      ["X-USDT-SWAP", 0.0001, "contract", false],
      ["Y-USDT-SWAP", null, "unknown", true],
    ]);
    expect(instruments[0]).toMatchObject({ priceStep: 0.1, sizeStep: 0.01 });
    expect(nextPaths).toEqual([]);
    expect(
      live.metadata?.("spot").read({ code: "0", data: [{ instType: "SPOT", instId: "BTC-USDT", ctVal: "" }] }),
    ).toMatchObject({
      instruments: [{ unit: "base", contractSize: null }],
    });
    for (const broken of [null, {}, { code: "50011", data: [] }, { code: "0", data: {} }])
      expect(() => live.metadata?.("swap").read(broken)).toThrow("list of instruments is refused");
  });

  test("options are listed an underlying at a time, as the venue names them", () => {
    const source = live.metadata?.("option");
    expect(source?.path).toBe("/api/v5/public/underlying?instType=OPTION");
    expect(source?.read({ code: "0", data: [["BTC-USD", "ETH-USD"]] })).toEqual({
      instruments: [],
      nextPaths: ["BTC-USD", "ETH-USD"].map((name) => `/api/v5/public/instruments?instType=OPTION&uly=${name}`),
    });
    const option = {
      instType: "OPTION",
      instId: "BTC-USD-261225-100000-C",
      ctVal: "1",
      ctMult: "0.01",
      uly: "BTC-USD",
    };
    const first = source?.read({ code: "0", data: [option] });
    expect(first?.instruments).toMatchObject([{ contractSize: 0.01, unit: "contract" }]);
    expect(first?.nextPaths).toEqual([]);
  });

  test("the time is the middle of the venue's millisecond", () => {
    const { read, halfUnitUs } = live.time("swap");
    expect([read({ code: "0", data: [{ ts: "1597026383085" }] }), halfUnitUs]).toEqual([1597026383085500, 500]);
    for (const broken of [null, {}, { code: "0", data: [] }, { code: "0", data: [{ ts: "x" }] }])
      expect(read(broken)).toBeNaN();
  });
});

test("the sequence rule: the message before, and nothing else", () => {
  const { next, bridged } = integrity("spot");
  const none = Number.NaN;
  expect(bridged).toBe(false);
  for (const [book, last, previous, verdict] of [
    ...([
      [10, 15, 10, 0],
      [15, 15, 15, 0],
      [15, 3, 15, 0],
      [none, none, none, 0],
    ] as const),
    ...([
      [15, 15, 10, 2],
      [15, 20, 16, 2],
      [15, 3, 14, 2],
      [15, none, none, 2],
      [none, 15, 10, 2],
      [10, 12, -1, 2],
    ] as const),
  ])
    expect([book, last, previous, next({ last: book }, { first: none, last, previous })]).toEqual([
      book,
      last,
      previous,
      verdict,
    ]);
});
