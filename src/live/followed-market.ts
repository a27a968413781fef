import { STATE_NAMES } from "../engine/summary.js";
import * as L from "../layout.js";
import { usToNsText } from "../market/times.js";
import type { LiveEngine } from "./live-engine.js";
import type { OptionFigures } from "./options-chain.js";
import { REASON_NAMES } from "./status.js";

/** A ticker out of the engine's memory: what the feeds tell; the figures of a day that they do not tell are null. */
export function followedTicker(live: LiveEngine, index: number) {
  const q = live.reader.read(index);
  const [baseVolume, quoteVolume] = live.reader.figures(index, [L.INSTRUMENT_DAY_VOLUME, L.INSTRUMENT_DAY_TURNOVER]);
  const id = live.known()[index];
  return {
    ...identity(live, id),
    source: "live",
    ...{ state: STATE_NAMES[q.state], reason: REASON_NAMES[q.reason] ?? null },
    ...{ price: known(q.lastPrice), change: null, changePercent: null, high: null, low: null },
    ...{ baseVolume: known(baseVolume), quoteVolume: known(quoteVolume) },
    ...{ last: known(q.lastPrice), vwap: known(q.vwap), mark: known(q.mark), index: known(q.index) },
    bid: Number.isNaN(q.bid) ? null : { price: q.bid, qty: known(q.bidSize) },
    ask: Number.isNaN(q.ask) ? null : { price: q.ask, qty: known(q.askSize) },
    timestamp: q.receivedTimeUs > 0 ? usToNsText(q.receivedTimeUs) : null,
  };
}

/** A book out of the engine's memory, at most `depth` levels a side; null when it kept changing. */
export function followedBook(live: LiveEngine, index: number, depth: number, nowUs: number) {
  const book = live.reader.book(index, depth);
  if (book === null) return null;
  const { state } = live.reader.read(index);
  const bestBid = book.bids[0]?.[0] ?? null;
  const bestAsk = book.asks[0]?.[0] ?? null;
  const whole = bestBid !== null && bestAsk !== null;
  const { sequence } = book;
  return {
    ...identity(live, live.known()[index]),
    ...{ source: "live", state: STATE_NAMES[state] },
    sequence: sequence <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(sequence) : sequence.toString(),
    ...{ bids: book.bids, asks: book.asks, depth, bestBid, bestAsk },
    mid: whole ? (bestBid + bestAsk) / 2 : null,
    spread: whole ? bestAsk - bestBid : null,
    timestamp: usToNsText(nowUs),
  };
}

const FUNDING = [
  ...[L.INSTRUMENT_FUNDING_RATE, L.INSTRUMENT_FUNDING_PREDICTED_RATE, L.INSTRUMENT_FUNDING_INTERVAL_HOURS],
  ...[L.INSTRUMENT_FUNDING_NEXT_US, L.INSTRUMENT_MARK, L.INSTRUMENT_INDEX],
];

/** Funding of a perpetual; null where the venue has told none. Rates are fractions of one interval. */
export function followedFunding(live: LiveEngine, index: number) {
  const [rate, predictedRate, intervalHours, nextUs, mark, spot] = live.reader.figures(index, FUNDING);
  if (Number.isNaN(rate) && Number.isNaN(predictedRate)) return null;
  return {
    ...identity(live, live.known()[index]),
    ...{ rate: known(rate), predictedRate: known(predictedRate), intervalHours: known(intervalHours) },
    // The rate of a year, when every interval pays the present one: rate x 8760 / intervalHours.
    apr: intervalHours > 0 ? known((rate * 8760) / intervalHours) : null,
    nextTs: nextUs > 0 ? usToNsText(nextUs) : null,
    ...{ mark: known(mark), index: known(spot) },
  };
}

const OPTION = [
  ...[L.INSTRUMENT_BID_VOLATILITY, L.INSTRUMENT_ASK_VOLATILITY, L.INSTRUMENT_MARK_VOLATILITY, L.INSTRUMENT_UNDERLYING],
  ...[L.INSTRUMENT_MARK, L.INSTRUMENT_OPEN_INTEREST, L.INSTRUMENT_DAY_VOLUME],
  ...[L.INSTRUMENT_BID, L.INSTRUMENT_BID_SIZE, L.INSTRUMENT_ASK, L.INSTRUMENT_ASK_SIZE],
];
const GREEKS = [L.INSTRUMENT_DELTA, L.INSTRUMENT_GAMMA, L.INSTRUMENT_VEGA, L.INSTRUMENT_THETA];

export function followedOption(live: LiveEngine, index: number, withGreeks: boolean): OptionFigures {
  const figures = live.reader.figures(index, OPTION).map(known);
  const [bidIv, askIv, markIv, underlying, mark, openInterest, volume24h, bid, bidQty, ask, askQty] = figures;
  const option = {
    ...{ instrument: live.known()[index], bid, bidQty, ask, askQty, bidIv, askIv, markIv, mark },
    ...{ openInterest, volume24h, underlying },
  };
  if (!withGreeks) return option;
  const [delta, gamma, vega, theta] = live.reader.figures(index, GREEKS).map(known);
  return { ...option, greeks: { delta, gamma, vega, theta } };
}

function identity(live: LiveEngine, id: string) {
  const found = live.instruments.find((one) => one.id === id);
  return { instrument: id, exchange: found?.venue ?? null, symbol: found?.symbol ?? null };
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
