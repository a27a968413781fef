import type { Fill, Liquidation, Market, TakerOrder } from "../model/market.js";

const HOUR_MS = 3_600_000;
const FUNDING_HOURS = 8;

/** Trades of one order at one price, as one print. */
interface Print {
  tick: number;
  lots: number;
  count: number;
  /** Of the last trade. */
  id: number;
}

/** Each trade by itself, or one print for each price of an order. */
export function printsOf({ fills }: TakerOrder, aggregated: boolean): Print[] {
  const prints: Print[] = [];
  for (const { id, tick, lots } of fills) {
    const last = prints.at(-1);
    if (!aggregated || last?.tick !== tick) prints.push({ tick, lots, count: 1, id });
    else prints[prints.length - 1] = { tick, lots: last.lots + lots, count: last.count + 1, id };
  }
  return prints;
}

/** One message of `trades` or `trades-all`. */
export function tradeFrame(market: Market, order: TakerOrder, print: Print, channel: string, venueMs: number): string {
  const { spec, text } = market;
  const { tick, lots, id, count } = print;
  const side = order.takerSells ? "sell" : "buy";
  const head = `"instId":"${spec.symbol}","tradeId":"${id}","px":"${text.price(tick)}","sz":"${text.size(lots)}"`;
  const tail = channel === "trades" ? `,"count":"${count}","source":"0","seqId":${order.sequence}` : ',"source":"0"';
  const data = `{${head},"side":"${side}","ts":"${Math.floor(venueMs)}"${tail}}`;
  return `{"arg":{"channel":"${channel}","instId":"${spec.symbol}"},"data":[${data}]}`;
}

/** One contract's liquidations, of all that came at once. */
export function liquidationElement(market: Market, liquidations: readonly Liquidation[], venueMs: number): string {
  const { spec, text } = market;
  const details = liquidations.map(({ longLost, lots, tick }) => {
    const sides = longLost ? '"posSide":"long","side":"sell"' : '"posSide":"short","side":"buy"';
    const ts = Math.floor(venueMs) - 5;
    return `{"bkLoss":"0","bkPx":"${text.price(tick)}","ccy":"",${sides},"sz":"${text.size(lots)}","ts":"${ts}"}`;
  });
  const family = `${spec.base}-${spec.quote}`;
  const names = `"instFamily":"${family}","instId":"${spec.symbol}","instType":"${instType(market)}","uly":"${family}"`;
  return `{"details":[${details.join(",")}],${names}}`;
}

/** `SPOT`, `SWAP`, `FUTURES`. */
export function instType({ spec }: Market): string {
  return spec.product.toUpperCase();
}

/** What a ticker tells, on the socket and over HTTP. */
export function tickerFields(market: Market, day: DayFigures, venueMs: number): Record<string, string> {
  const { spec, text, book } = market;
  const open = text.price(day.openTick);
  return {
    ...{ instType: instType(market), instId: spec.symbol, last: text.price(market.lastTick) },
    ...{ lastSz: text.size(day.lastLots), askPx: text.price(book.asks.best), askSz: text.size(book.asks.bestLots) },
    ...{ bidPx: text.price(book.bids.best), bidSz: text.size(book.bids.bestLots), open24h: open },
    ...{ high24h: text.price(day.highTick), low24h: text.price(day.lowTick), sodUtc0: open, sodUtc8: open },
    // Spot: quote and base currency. Derivatives: base coin and contracts.
    volCcy24h: (spec.product === "spot" ? day.turnover : day.coins).toFixed(4),
    ...{ vol24h: text.size(day.lots), ts: String(Math.floor(venueMs)) },
  };
}

/** Since the simulator started, as the venue tells them of 24 hours. */
export interface DayFigures {
  openTick: number;
  highTick: number;
  lowTick: number;
  lots: number;
  lastLots: number;
  /** Base coin. */
  coins: number;
  /** Quote currency. */
  turnover: number;
}

/** Takes the trades of an order into the day's figures. */
export function addToDay(day: DayFigures, market: Market, fills: readonly Fill[]): void {
  const { spec, tickSize } = market;
  for (const { tick, lots } of fills) {
    const size = lots / 10 ** spec.lotDecimals;
    const price = tick * tickSize;
    const coins = spec.contractUsd === null ? size * spec.contractBase : (size * spec.contractUsd) / price;
    day.highTick = Math.max(day.highTick, tick);
    day.lowTick = Math.min(day.lowTick, tick);
    day.lots += lots;
    day.lastLots = lots;
    day.coins += coins;
    day.turnover += coins * price;
  }
}

export function markFields(market: Market, venueMs: number): object {
  const { spec, text, mark } = market;
  return { instId: spec.symbol, instType: instType(market), markPx: text.finePrice(mark), ts: stamp(venueMs) };
}

/** Times of the next payment and of the one after it, whose distance is the interval. */
export function fundingFields(market: Market, venueMs: number): object {
  const interval = FUNDING_HOURS * HOUR_MS;
  const next = (Math.floor(venueMs / interval) + 1) * interval;
  return {
    ...{ formulaType: "noRate", fundingRate: market.fundingRate.toFixed(16), fundingTime: String(next) },
    ...{ impactValue: "", instId: market.spec.symbol, instType: instType(market), interestRate: "" },
    ...{ method: "current_period", maxFundingRate: "0.00375", minFundingRate: "-0.00375", nextFundingRate: "" },
    ...{ nextFundingTime: String(next + interval), premium: "0.0001", settFundingRate: "0.0001" },
    ...{ settState: "settled", ts: stamp(venueMs) },
  };
}

export function openInterestFields(market: Market, venueMs: number): object {
  const { spec, text, openInterest, index } = market;
  const contracts = openInterest / 10 ** spec.lotDecimals;
  const coins = spec.contractUsd === null ? contracts * spec.contractBase : (contracts * spec.contractUsd) / index;
  return {
    ...{ instId: spec.symbol, instType: instType(market), oi: text.size(openInterest) },
    ...{ oiCcy: String(coins), oiUsd: String(coins * index), ts: stamp(venueMs) },
  };
}

export function indexFields(name: string, index: string, venueMs: number): object {
  const day = { high24h: index, sodUtc0: index, open24h: index, low24h: index, sodUtc8: index };
  return { instId: name, idxPx: index, ...day, ts: stamp(venueMs) };
}

function stamp(venueMs: number): string {
  return String(Math.floor(venueMs));
}

/** A message of a channel of one instrument or index. */
export function channelFrame(channel: string, instId: string, element: object): string {
  return JSON.stringify({ arg: { channel, instId }, data: [element] });
}
