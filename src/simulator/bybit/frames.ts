import type { Liquidation, Market, TakerOrder } from "../model/market.js";

export type TickDirection = (tick: number) => string;

/** One order's trades in one message; 1,024 at most, which is more than an order has. */
export function tradeFrame(market: Market, order: TakerOrder, venueMs: number, direction: TickDirection): string {
  const { spec, text } = market;
  const now = Math.floor(venueMs);
  const side = order.takerSells ? "Sell" : "Buy";
  const block = order.kind === "block";
  const rows = order.fills.map(({ id, tick, lots }) => {
    const size = text.size(lots);
    const price = text.price(tick);
    return spec.product === "spot"
      ? `{"i":"${tradeId(market, id)}","T":${now - 1},"p":"${price}","v":"${size}","S":"${side}","seq":${order.sequence},"s":"${spec.symbol}","BT":${block},"RPI":false}`
      : `{"T":${now - 1},"s":"${spec.symbol}","S":"${side}","v":"${size}","p":"${price}","L":"${direction(tick)}","i":"${tradeId(market, id)}","BT":${block},"RPI":false,"seq":${order.sequence}}`;
  });
  const head = spec.product === "spot" ? `"ts":${now},"type":"snapshot"` : `"type":"snapshot","ts":${now}`;
  return `{"topic":"publicTrade.${spec.symbol}",${head},"data":[${rows.join(",")}]}`;
}

/** Spot counts its trades, derivatives name them by a UUID. */
export function tradeId({ spec }: Market, id: number): string {
  if (spec.product === "spot") return `229${String(id).padStart(16, "0")}`;
  const digits = (Math.imul(id, 0x9e3779b1) >>> 0).toString(16).padStart(8, "0");
  return `${digits}-5c3e-5f61-bdb5-${id.toString(16).padStart(12, "0")}`;
}

/** `S` is the side of the position: Buy means that a long position was closed. */
export function liquidationFrame(market: Market, liquidations: readonly Liquidation[], venueMs: number): string {
  const { spec, text } = market;
  const now = Math.floor(venueMs);
  const rows = liquidations.map(
    ({ longLost, lots, tick }) =>
      `{"T":${now - 5},"s":"${spec.symbol}","S":"${longLost ? "Buy" : "Sell"}","v":"${text.size(lots)}","p":"${text.price(tick)}"}`,
  );
  return `{"topic":"allLiquidation.${spec.symbol}","type":"snapshot","ts":${now},"data":[${rows.join(",")}]}`;
}

/** All fields of a derivative's ticker. */
export function tickerFields(market: Market, day: DayFigures, venueMs: number): Record<string, string> {
  const { spec, text, mark, index, fundingRate, openInterest, book } = market;
  const last = text.price(market.lastTick);
  const value = spec.contractUsd === null ? text.size(openInterest) : String(openInterest);
  const interval = 8 * 3_600_000;
  return {
    ...{ symbol: spec.symbol, tickDirection: day.direction, price24hPcnt: day.change, lastPrice: last },
    ...{ prevPrice24h: text.price(day.openTick), highPrice24h: text.price(day.highTick) },
    ...{ lowPrice24h: text.price(day.lowTick), markPrice: text.finePrice(mark), indexPrice: text.finePrice(index) },
    ...{ openInterest: value, openInterestValue: (openInterest * market.lotUsd).toFixed(2) },
    ...{
      turnover24h: day.turnover.toFixed(4),
      volume24h: text.size(day.lots),
      fundingIntervalHour: "8",
      fundingCap: "0.005",
    },
    ...{
      nextFundingTime: String((Math.floor(venueMs / interval) + 1) * interval),
      fundingRate: fundingRate.toFixed(8),
    },
    ...{ bid1Price: text.price(book.bids.best), bid1Size: text.size(book.bids.bestLots) },
    ...{ ask1Price: text.price(book.asks.best), ask1Size: text.size(book.asks.bestLots) },
  };
}

/** Spot has neither quotes nor marks in its ticker, and is always sent whole. */
export function spotTickerFields(market: Market, day: DayFigures): Record<string, string> {
  const { spec, text } = market;
  return {
    ...{ symbol: spec.symbol, lastPrice: text.price(market.lastTick), highPrice24h: text.price(day.highTick) },
    ...{ lowPrice24h: text.price(day.lowTick), prevPrice24h: text.price(day.openTick), volume24h: text.size(day.lots) },
    ...{ turnover24h: day.turnover.toFixed(8), price24hPcnt: day.change, usdIndexPrice: text.finePrice(market.index) },
  };
}

/** Since the simulator started, as a venue tells them of 24 hours. */
export interface DayFigures {
  openTick: number;
  highTick: number;
  lowTick: number;
  lots: number;
  /** Quote currency; base coin on inverse contracts. */
  turnover: number;
  change: string;
  direction: string;
}
