import { bybit } from "crosstick/internal/venues/bybit/index";
import { describe, expect, test } from "vitest";

const { live } = bybit;

describe("options", () => {
  const symbols = ["BTC-26DEC25-95000-P-USDT", "BTC-26DEC25-95000-C-USDT", "ETH-26DEC25-3000-C-USDT"];
  const channels = ["bbo", "trade", "book", "mark", "openInterest", "liquidation", "options"] as const;
  const wanted = symbols.map((symbol) => ({ symbol, channels }));
  const [plan] = live.connections("option", wanted, live.endpoints("option"));
  const topics = plan.requests.flatMap(({ text }) => JSON.parse(text).args as string[]);

  test("tickers and books by symbol, trades by coin, each topic once", () => {
    expect(plan.url).toBe("wss://stream.bybit.com/v5/public/option");
    expect(plan.books).toEqual(symbols);
    expect([...topics].sort()).toEqual(
      [
        "publicTrade.BTC",
        "publicTrade.ETH",
        ...symbols.flatMap((symbol) => [`tickers.${symbol}`, `orderbook.25.${symbol}`]),
      ].sort(),
    );
  });

  test("an answer that names topics belongs to the request that asked for them", () => {
    const [{ id, text }] = plan.requests;
    const asked: string[] = JSON.parse(text).args;
    const answer = (successTopics: string[], failTopics: string[]) =>
      live.acknowledgement({ success: true, conn_id: "x", data: { failTopics, successTopics }, type: "COMMAND_RESP" });
    expect(answer([...asked].reverse(), [])).toEqual({ id, error: null });
    expect(answer(asked.slice(1), asked.slice(0, 1))).toEqual({ id, error: `no such topic: ${asked[0]}` });
    expect(answer([], [])).toBeNull();
    expect(live.acknowledgement({ args: ["1672916271846"], op: "pong" })).toBeNull();
  });

  test("the touch comes with the ticker, which repeats nothing", () => {
    expect([live.quietMs?.("linear", "bbo"), live.quietMs?.("option", "bbo")]).toEqual([3000, null]);
    const carried = channels.filter((channel) => plan.carries?.(symbols[0], channel));
    expect(carried).toEqual(channels.filter((channel) => channel !== "liquidation"));
  });

  test("a book is asked for afresh by leaving its topic and taking it again", () => {
    const [leave, take] = live.resubscribe("option", symbols[0]);
    expect([leave.id, take.id]).toEqual([null, `orderbook.25.${symbols[0]}`]);
    expect(JSON.parse(take.text)).toMatchObject({ op: "subscribe", args: [`orderbook.25.${symbols[0]}`] });
  });
});

test("options are listed a base coin at a time, of the coins that the venue says have some", () => {
  const source = live.metadata?.("option");
  expect(source?.path).toBe("/v5/market/option-base-coins");
  const coins = [
    { baseCoin: "BTC", hasSymbol: 1 },
    { baseCoin: "NEW", hasSymbol: 0 },
    { baseCoin: "ETH", hasSymbol: 1 },
  ];
  const of = (coin: string) => `/v5/market/instruments-info?category=option&limit=1000&baseCoin=${coin}`;
  expect(source?.read({ retCode: 0, retMsg: "", result: { list: coins } })).toEqual({
    instruments: [],
    nextPaths: [of("BTC"), of("ETH")],
  });
  const list = [{ symbol: "ETH-25DEC26-4000-C-USDT", baseCoin: "ETH", priceFilter: {}, lotSizeFilter: {} }];
  const more = source?.read({ retCode: 0, retMsg: "", result: { list, nextPageCursor: "a%3D" } });
  expect(more?.nextPaths).toEqual([`${of("ETH")}&cursor=a%3D`]);
  expect(() => source?.read({ retCode: 10006, retMsg: "Too many visits", result: {} })).toThrow("Too many visits");
});
