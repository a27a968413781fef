// Tardis's normalised messages, by JSON.parse: what the kernel's decoder must give, written for reading and not for speed.
import * as L from "crosstick/internal/layout";
import {
  base,
  boolean,
  type Context,
  decodeWith,
  type Fields,
  id,
  isAbsent,
  isObject,
  isSequence,
  isText,
  type Level,
  list,
  number,
  type Plain,
  type PlainMessage,
  parse,
  price,
  priceIfAny,
  priceOrZero,
  Refusal,
  required,
  type SymbolEntry,
  sequence,
  side,
  size,
  symbol,
  textTime,
  type Value,
} from "./reference-values.js";

const IGNORED = ["disconnect", "error", "trade_bar"];
const WHOLE_BOOK = 65536;

/** `venue`: whose market is relayed. */
export function referenceTardis(venue: number, frame: Uint8Array, context: Context): PlainMessage {
  return decodeWith((plain) => {
    const m = parse(frame);
    if (!isObject(m) || !isText(m.type)) throw new Refusal(L.REJECT_UNKNOWN);
    if (IGNORED.includes(m.type)) return;
    const read = readers[m.type];
    if (!Object.hasOwn(readers, m.type)) throw new Refusal(L.REJECT_UNKNOWN);
    const entry = symbol(context, m.symbol);
    read(plain, m, entry, venue);
    plain.end();
  });
}

type Reader = (plain: Plain, m: Fields, entry: SymbolEntry, venue: number) => void;

const readers: Record<string, Reader> = {
  trade(plain, m, entry) {
    const timeUs = textTime(m.timestamp);
    const flags = side(m.side, "sell", "buy") ? L.FLAG_SELL : 0;
    const ordinal = !isAbsent(m.id) && isSequence(m.id) ? sequence(m.id) : 0n;
    const at = price(m.price);
    const native = size(m.amount);
    plain.put(L.KIND_TRADE, flags, entry, timeUs, ordinal, [at, base(entry, native, at), native, timeUs]);
  },
  liquidation(plain, m, entry, venue) {
    const timeUs = textTime(m.timestamp);
    const flags = side(m.side, "buy", "sell") ? L.FLAG_SELL : 0;
    const at = price(m.price);
    const native = size(m.amount);
    const isBankruptcy = venue === L.VENUE_BYBIT || venue === L.VENUE_OKX;
    const kind = isBankruptcy ? L.LIQUIDATION_PRICE_BANKRUPTCY : L.LIQUIDATION_PRICE_ORDER;
    plain.put(L.KIND_LIQUIDATION, flags, entry, timeUs, 0n, [at, base(entry, native, at), native, kind]);
  },
  book_ticker(plain, m, entry) {
    const payload = touch(entry, m.bidPrice, m.bidAmount, m.askPrice, m.askAmount);
    plain.put(L.KIND_BBO, 0, entry, textTime(m.timestamp), 0n, payload);
  },
  book_change(plain, m, entry) {
    const isSnapshot = boolean(required(m.isSnapshot));
    book(plain, m, entry, isSnapshot ? L.KIND_SNAPSHOT : L.KIND_DEPTH, WHOLE_BOOK);
  },
  book_snapshot(plain, m, entry) {
    const depth = id(m.depth);
    if (!(depth >= 1 && depth <= 1000)) throw new Refusal(L.REJECT_MALFORMED);
    book(plain, m, entry, L.KIND_SNAPSHOT, depth);
    plain.end(L.FLAG_CUT);
  },
  derivative_ticker(plain, m, entry) {
    const timeUs = textTime(m.timestamp);
    const mark = priceIfAny(m.markPrice);
    put(plain, L.KIND_MARK, entry, timeUs, [mark, priceIfAny(m.indexPrice)]);
    const next = isAbsent(m.fundingTimestamp) ? NaN : textTime(m.fundingTimestamp);
    const funding = [numberIfAny(m.fundingRate), NaN, next, numberIfAny(m.predictedFundingRate)];
    put(plain, L.KIND_FUNDING, entry, timeUs, funding);
    put(plain, L.KIND_OPEN_INTEREST, entry, timeUs, [openInterest(m, entry, mark)]);
  },
  option_summary(plain, m, entry, venue) {
    const timeUs = textTime(m.timestamp);
    const unit = venue === L.VENUE_DERIBIT ? 100 : 1;
    const iv = (value: Value | undefined) => {
      const given = numberIfAny(value);
      if (given < 0) throw new Refusal(L.REJECT_MALFORMED);
      return given > 0 ? given / unit : NaN;
    };
    const quoted = (at: Value | undefined, value: number) => (Number.isNaN(priceIfAny(at)) ? NaN : value);
    const both = touch(entry, m.bestBidPrice, m.bestBidAmount, m.bestAskPrice, m.bestAskAmount);
    plain.put(L.KIND_BBO, 0, entry, timeUs, 0n, both);
    const mark = priceIfAny(m.markPrice);
    put(plain, L.KIND_MARK, entry, timeUs, [mark]);
    const bid = quoted(m.bestBidPrice, iv(m.bestBidIV));
    const ask = quoted(m.bestAskPrice, iv(m.bestAskIV));
    put(plain, L.KIND_VOLATILITY, entry, timeUs, [bid, ask, iv(m.markIV), priceIfAny(m.underlyingPrice)]);
    put(plain, L.KIND_GREEKS, entry, timeUs, [m.delta, m.gamma, m.vega, m.theta].map(numberIfAny));
    put(plain, L.KIND_OPEN_INTEREST, entry, timeUs, [openInterest(m, entry, mark)]);
  },
};

/** Nothing is written for what is left out. */
function put(plain: Plain, kind: number, entry: SymbolEntry, timeUs: number, payload: number[]): void {
  if (!payload.every(Number.isNaN)) plain.put(kind, 0, entry, timeUs, 0n, payload);
}

function book(plain: Plain, m: Fields, entry: SymbolEntry, kind: number, depth: number): void {
  const timeUs = textTime(m.timestamp);
  const isCut = depth !== WHOLE_BOOK;
  const levels = (values: Value[], isAsk: boolean): Level[] =>
    values.flatMap((level) => {
      if (!isObject(level)) throw new Refusal(L.REJECT_MALFORMED);
      if (isCut && isAbsent(level.price) && isAbsent(level.amount)) return [];
      const at = price(required(level.price));
      return [{ isAsk, price: at, size: base(entry, size(required(level.amount)), at) }];
    });
  const [bids, asks] = [list(m.bids), list(m.asks)];
  const messageClass = kind === L.KIND_SNAPSHOT ? L.CLASS_SNAPSHOT : L.CLASS_DELTA;
  Object.assign(plain.message, { class: messageClass, depth });
  plain.levels(kind, entry, [...levels(bids, false), ...levels(asks, true)], timeUs, 0n);
}

function touch(entry: SymbolEntry, ...[bid, bidSize, ask, askSize]: (Value | undefined)[]): number[] {
  return [...touchSide(entry, bid, bidSize), ...touchSide(entry, ask, askSize)];
}

function touchSide(entry: SymbolEntry, at: Value | undefined, amount: Value | undefined): number[] {
  if (isAbsent(at)) return [NaN, NaN];
  const value = priceOrZero(at);
  const quantity = base(entry, size(required(amount)), value);
  if (value > 0) return [value, quantity];
  if (quantity > 0) throw new Refusal(L.REJECT_PRICE);
  return [NaN, NaN];
}

function openInterest(m: Fields, entry: SymbolEntry, mark: number): number {
  if (isAbsent(m.openInterest)) return NaN;
  if (entry.unit === L.UNIT_INVERSE && Number.isNaN(mark)) return NaN;
  return base(entry, size(m.openInterest), entry.unit === L.UNIT_INVERSE ? mark : 1);
}

const numberIfAny = (value: Value | undefined) => (isAbsent(value) ? NaN : number(value, L.REJECT_MALFORMED));
