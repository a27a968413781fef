// OKX v5 by JSON.parse: what the kernel's decoder must give, written for reading and not for speed.
import * as L from "crosstick/internal/layout";
import {
  base,
  type Context,
  decodeWith,
  type Fields,
  id,
  isAbsent,
  isObject,
  isSequence,
  isText,
  known,
  levelOf,
  list,
  number,
  type Plain,
  type PlainMessage,
  parse,
  price,
  priceIfAny,
  Refusal,
  required,
  type SymbolEntry,
  sequence,
  side,
  size,
  time,
  type Value,
} from "./reference-values.js";

const IGNORED_CHANNELS =
  /^(candle|mark-pri|index-ca|books-el|price-li|estimate|option-t|instrume|public-b|public-s|block-ti|call-auc|adl-warn|economic|event-co|status$)/;
const DEPTHS: Record<string, number> = {
  books: 400,
  "bbo-tbt": 1,
  books5: 5,
  "books50-l2-tbt": 50,
  "books-l2-tbt": 401,
};

export function referenceOkx(frame: Uint8Array, context: Context): PlainMessage {
  return decodeWith((plain) => {
    if (new TextDecoder().decode(frame) === "pong") return;
    const m = parse(frame);
    if (!isObject(m)) throw new Refusal(L.REJECT_UNKNOWN);
    const { event, arg } = m;
    if (event !== undefined) {
      if (event === "subscribe" && isObject(arg) && arg.channel === "liquidation-orders")
        context.awaitsHistory = new Set([...(context.awaitsHistory ?? []), context.product]);
      return;
    }
    if (arg === undefined) {
      if (m.code === undefined) throw new Refusal(L.REJECT_UNKNOWN);
      return;
    }
    if (!isObject(arg) || !isText(arg.channel)) throw new Refusal(L.REJECT_UNKNOWN);
    const { channel } = arg;
    const depth = Object.hasOwn(DEPTHS, channel) ? DEPTHS[channel] : 0;
    const write = Object.hasOwn(elementsOf, channel) ? elementsOf[channel] : undefined;
    if (depth === 0 && write === undefined && channel !== "index-tickers") {
      if (!IGNORED_CHANNELS.test(channel)) throw new Refusal(L.REJECT_UNKNOWN);
      return;
    }
    const data = list(m.data);
    if (depth !== 0) return book(plain, m, data, depth, arg.instId, context);
    if (channel === "index-tickers") return index(plain, data, context);
    if (channel === "liquidation-orders" && context.awaitsHistory?.delete(context.product)) return;
    if (write !== undefined) elements(plain, data, arg.instId, context, channel, write);
  });
}

/** PRODUCT_* by the form of a name. */
function productOf(name: string): number {
  const parts = name.split("-");
  if (parts.length === 2) return L.PRODUCT_SPOT;
  if (parts.length === 5) return L.PRODUCT_OPTION;
  if (parts.length !== 3) return -1;
  return parts[2] === "SWAP" && name.length > 5 ? L.PRODUCT_SWAP : L.PRODUCT_FUTURES;
}

function instrument(context: Context, value: Value | undefined): SymbolEntry {
  const name = required(value);
  if (!isText(name)) throw new Refusal(L.REJECT_SYMBOL);
  if (productOf(name) !== context.product) throw new Refusal(L.REJECT_WRONG_PRODUCT);
  return known(context, name);
}

function book(plain: Plain, m: Fields, data: Value[], depth: number, named: Value | undefined, context: Context): void {
  const isIncremental = depth >= 50;
  if (isIncremental && m.action !== "snapshot" && m.action !== "update") throw new Refusal(L.REJECT_UNKNOWN);
  const isSnapshot = m.action === "snapshot" || !isIncremental;
  plain.message.parts = Math.max(1, data.length);
  const element = data[context.part ?? 0];
  if (element === undefined) return;
  if (!isObject(element)) throw new Refusal(L.REJECT_MALFORMED);
  const entry = instrument(context, named);
  if (!isAbsent(element.instId) && element.instId !== named) throw new Refusal(L.REJECT_SYMBOL);
  const timeUs = time(element.ts);
  const bids = list(element.bids);
  const asks = list(element.asks);
  const hasSequence = !isAbsent(element.seqId);
  const last = hasSequence ? id(element.seqId) : NaN;
  const ordinal = hasSequence ? BigInt(last) : 0n;
  Object.assign(plain.message, { depth, lastId: last });
  if (depth === 1) {
    plain.message.class = L.CLASS_TOP_SNAPSHOT;
    const first = (side: Value[]) => (side.length === 0 ? [NaN, NaN] : levelOf(entry, side[0]));
    plain.put(L.KIND_BBO, 0, entry, timeUs, ordinal, [...first(bids), ...first(asks)]);
    plain.end();
    return;
  }
  if (isIncremental) {
    if (hasSequence) {
      const previous = number(element.prevSeqId, L.REJECT_ID);
      plain.message.previousId = previous === -1 ? -1 : id(element.prevSeqId);
    }
    const checksum = isAbsent(element.checksum) ? 0 : number(element.checksum, L.REJECT_MALFORMED);
    if (checksum === 0 && !hasSequence) throw new Refusal(L.REJECT_MISSING_FIELD);
    if (checksum !== 0) plain.message.checksum = checksum;
  }
  plain.message.class = isSnapshot ? L.CLASS_SNAPSHOT : L.CLASS_DELTA;
  plain.book(isSnapshot ? L.KIND_SNAPSHOT : L.KIND_DEPTH, entry, bids, asks, timeUs, ordinal);
}

/** A message for every contract whose name goes on after that of the index. */
function index(plain: Plain, data: Value[], context: Context): void {
  if (context.product !== L.PRODUCT_SWAP && context.product !== L.PRODUCT_FUTURES) return;
  for (const element of data) {
    if (!isObject(element)) throw new Refusal(L.REJECT_MALFORMED);
    const named = required(element.instId);
    const at = price(element.idxPx);
    const timeUs = time(element.ts);
    if (!isText(named) || productOf(named) !== L.PRODUCT_SPOT) throw new Refusal(L.REJECT_SYMBOL);
    for (const [name, entry] of context.symbols)
      if (["-", "_"].some((next) => name.startsWith(`${context.product}:${named}${next}`))) {
        plain.put(L.KIND_MARK, 0, entry, timeUs, 0n, [NaN, at]);
        plain.end();
      }
  }
}

type Write = (plain: Plain, element: Fields, entry: SymbolEntry, context: Context) => void;

/** Each element has records of its own instrument; a message ends where the instrument changes. */
function elements(
  plain: Plain,
  data: Value[],
  named: Value | undefined,
  context: Context,
  channel: string,
  write: Write,
): void {
  const isOfMany = channel === "opt-summary" || channel === "liquidation-orders";
  let previous: SymbolEntry | undefined;
  for (const element of data) {
    if (!isObject(element)) throw new Refusal(L.REJECT_MALFORMED);
    let entry: SymbolEntry;
    try {
      entry = instrument(context, isAbsent(element.instId) ? named : element.instId);
    } catch (error) {
      if (context.knownOnly && isOfMany && error instanceof Refusal && error.reason === L.NEED_SYMBOL) continue;
      throw error;
    }
    if (previous !== undefined && previous !== entry) plain.end();
    previous = entry;
    write(plain, element, entry, context);
  }
  plain.end();
}

const ifAny = (value: Value | undefined, read: (value: Value | undefined) => number) =>
  isAbsent(value) ? NaN : read(value);
const anyNumber = (value: Value | undefined) => number(value, L.REJECT_MALFORMED);
const anyTime = (value: Value | undefined) =>
  isAbsent(value) || (isSequence(value) && sequence(value) === 0n) ? NaN : time(value);
const isInverse = ({ unit, contractSize }: SymbolEntry) => unit === L.UNIT_INVERSE && contractSize > 0;

const trade =
  (flag: number): Write =>
  (plain, t, entry) => {
    const timeUs = time(t.ts);
    const flags = side(t.side, "sell", "buy") ? flag | L.FLAG_SELL : flag;
    const ordinal = sequence(t.tradeId);
    const at = price(t.px);
    const native = size(t.sz);
    plain.put(L.KIND_TRADE, flags, entry, timeUs, ordinal, [at, base(entry, native, at), native, timeUs]);
  };

const elementsOf: Record<string, Write> = {
  trades: trade(L.FLAG_AGGREGATE),
  "trades-all": trade(0),
  "mark-price": (plain, e, entry) => plain.put(L.KIND_MARK, 0, entry, time(e.ts), 0n, [price(e.markPx)]),
  "funding-rate": (plain, e, entry) => {
    const timeUs = anyTime(e.ts);
    const rate = ifAny(e.fundingRate, anyNumber);
    const nextUs = anyTime(e.fundingTime);
    const afterUs = anyTime(e.nextFundingTime);
    const predicted = ifAny(e.nextFundingRate, anyNumber);
    const hours = afterUs > nextUs ? (afterUs - nextUs) / 3_600_000_000 : NaN;
    plain.put(L.KIND_FUNDING, 0, entry, timeUs, 0n, [rate, hours, nextUs, predicted]);
  },
  "open-interest": (plain, e, entry) => {
    const timeUs = time(e.ts);
    const native = size(e.oi);
    const coins = ifAny(e.oiCcy, size);
    const value = isInverse(entry) ? native * entry.contractSize : NaN;
    const hasUnit = entry.unit === L.UNIT_BASE || (entry.unit === L.UNIT_CONTRACT && entry.contractSize > 0);
    const inCoin = Number.isNaN(coins) && hasUnit ? base(entry, native, 1) : coins;
    if (Number.isNaN(inCoin) && Number.isNaN(value)) throw new Refusal(L.REJECT_CONTRACT_SIZE);
    plain.put(L.KIND_OPEN_INTEREST, 0, entry, timeUs, 0n, [inCoin, value]);
  },
  tickers: (plain, e, entry, { product }) => {
    const timeUs = time(e.ts);
    const native = ifAny(e.vol24h, size);
    const currency = ifAny(e.volCcy24h, size);
    const isSpot = product === L.PRODUCT_SPOT;
    const volume = isSpot ? native : currency;
    const turnover = isSpot ? currency : isInverse(entry) ? native * entry.contractSize : NaN;
    if (!Number.isNaN(volume) || !Number.isNaN(turnover))
      plain.put(L.KIND_DAY, 0, entry, timeUs, 0n, [volume, turnover]);
  },
  "opt-summary": (plain, e, entry) => {
    const timeUs = time(e.ts);
    const volatilities = [e.bidVol, e.askVol, e.markVol, e.fwdPx].map(priceIfAny);
    const greek = (value: Value | undefined) => (value === "∞" || value === "-∞" ? NaN : ifAny(value, anyNumber));
    const greeks = [e.deltaBS, e.gammaBS, e.vegaBS, e.thetaBS].map(greek);
    plain.put(L.KIND_VOLATILITY, 0, entry, timeUs, 0n, volatilities);
    plain.put(L.KIND_GREEKS, 0, entry, timeUs, 0n, greeks);
  },
  "liquidation-orders": (plain, e, entry, { product }) => {
    if (product !== L.PRODUCT_SWAP && product !== L.PRODUCT_FUTURES) return;
    for (const detail of list(e.details)) {
      if (!isObject(detail)) throw new Refusal(L.REJECT_MALFORMED);
      const timeUs = time(detail.ts);
      const at = price(detail.bkPx);
      const native = size(detail.sz);
      const inCoin = base(entry, native, at);
      const isLong = side(detail.side, "sell", "buy");
      const position = detail.posSide;
      if (!isAbsent(position) && position !== "net" && position !== (isLong ? "long" : "short"))
        throw new Refusal(L.REJECT_SIDE);
      const kind = L.LIQUIDATION_PRICE_BANKRUPTCY;
      plain.put(L.KIND_LIQUIDATION, isLong ? 0 : L.FLAG_SELL, entry, timeUs, 0n, [at, inCoin, native, kind]);
    }
  },
};
