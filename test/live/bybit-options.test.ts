// Options of Bybit over a real socket: a small server speaks the venue's protocol, whose answers name topics.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parseConfig } from "crosstick/internal/config";
import { startEngine } from "crosstick/internal/engine";
import * as L from "crosstick/internal/layout";
import { expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { until } from "./rig.js";

const RAW = "BTC-25DEC26-95000-P-USDT";
const ID = "bybit:BTC/USDT:USDT-261225-95000-P";
const TS = 1786310819000;

const book = (type: string, u: number, b: string[][], a: string[][]) =>
  JSON.stringify({ topic: `orderbook.25.${RAW}`, ts: TS, type, data: { s: RAW, b, a, u, seq: u } });
const trade = (symbol: string, price: string) =>
  JSON.stringify({
    topic: "publicTrade.BTC",
    ts: TS,
    type: "snapshot",
    data: [{ p: price, v: "0.01", i: "0404c393-8419-5bac-95c3-5fea28404754", T: TS, BT: false, s: symbol, S: "Sell" }],
  });
const ticker = JSON.stringify({
  topic: `tickers.${RAW}`,
  ts: TS,
  data: {
    ...{ symbol: RAW, bidPrice: "4100", bidSize: "2", bidIv: "0.51", askPrice: "4200", askSize: "1", askIv: "0.53" },
    ...{ markPrice: "4150.5", indexPrice: "97000", markPriceIv: "0.52", underlyingPrice: "97100" },
    ...{ openInterest: "20", delta: "-0.42", gamma: "0.00001", vega: "95", theta: "-30" },
  },
  type: "snapshot",
});

test("a put's book, volatilities and trades arrive; others' trades are passed over; a lost update heals", async () => {
  const asked: string[] = [];
  const http = createServer((_, response) => response.writeHead(404).end());
  const sockets = new WebSocketServer({ server: http });
  sockets.on("connection", (socket) => {
    socket.on("message", (data) => {
      const { op, args } = JSON.parse(String(data)) as { op: string; args: string[] };
      if (op === "ping") return socket.send('{"args":["1672916271846"],"op":"pong"}');
      asked.push(...args.map((topic) => `${op} ${topic}`));
      socket.send(
        JSON.stringify({
          success: true,
          conn_id: "x",
          data: { failTopics: [], successTopics: args },
          type: "COMMAND_RESP",
        }),
      );
      if (op !== "subscribe" || !args.includes(`orderbook.25.${RAW}`)) return;
      socket.send(book("snapshot", 10, [["4100", "2"]], [["4200", "1"]]));
      if (asked.includes(`unsubscribe orderbook.25.${RAW}`)) return;
      socket.send(ticker);
      socket.send(trade("BTC-25DEC26-99000-C-USDT", "1"));
      socket.send(trade(RAW, "4120"));
      socket.send(book("delta", 11, [["4110", "3"]], []));
      socket.send(book("delta", 13, [["4111", "3"]], []));
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${(http.address() as AddressInfo).port}`;
  const feeds = [
    {
      venue: "bybit",
      symbols: ["BTC/USDT:USDT-261225-95000-P"],
      endpoint: `ws://${address}`,
      rest: `http://${address}`,
    },
  ];
  const { engine, internals } = await startEngine(parseConfig({ feeds }, { source: "test" }), false);
  try {
    const { views, plan } = internals.live;
    const state = () => engine.status().instruments.find(({ instrument }) => instrument === ID);
    await until("the gap", () => state()?.gaps === 1);
    await until("live again", () => state()?.state === "live");
    expect(asked).toEqual(expect.arrayContaining(["subscribe publicTrade.BTC", `subscribe tickers.${RAW}`]));
    expect(engine.status().instruments.map(({ instrument }) => instrument)).toEqual([ID]);
    const figure = (offset: number) =>
      views.f64[(plan.instruments + internals.live.indexOf(ID) * L.INSTRUMENT_BYTES + offset) >> 3];
    expect(
      [L.INSTRUMENT_BID_VOLATILITY, L.INSTRUMENT_ASK_VOLATILITY, L.INSTRUMENT_MARK_VOLATILITY].map(figure),
    ).toEqual([0.51, 0.53, 0.52]);
    expect([L.INSTRUMENT_UNDERLYING, L.INSTRUMENT_DELTA, L.INSTRUMENT_OPEN_INTEREST].map(figure)).toEqual([
      97100, -0.42, 20,
    ]);
    expect([L.INSTRUMENT_TRADES, L.INSTRUMENT_LAST_PRICE].map(figure)).toEqual([1, 4120]);
    expect(internals.live.reader.book(internals.live.indexOf(ID), 5)).toMatchObject({
      bids: [[4100, 2]],
      asks: [[4200, 1]],
    });
  } finally {
    await engine.close();
    sockets.close();
    for (const socket of sockets.clients) socket.terminate();
    http.close();
  }
});
