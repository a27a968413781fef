// HTX by JSON.parse: what the kernel's decoder must give, written for reading and not for speed.
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
  list,
  number,
  object,
  type Plain,
  type PlainMessage,
  parse,
  price,
  Refusal,
  required,
  type SymbolEntry,
  sequence,
  side,
  size,
  time,
  type Value,
} from "./reference-values.js";

export function referenceHtx(frame: Uint8Array, context: Context): PlainMessage {
  return decodeWith((plain) => {
    const m = parse(frame);
    if (!isObject(m)) throw new Refusal(L.REJECT_UNKNOWN);
    if (m.ch !== undefined) return push(plain, m, context);
    if (m.rep !== undefined) return answer(plain, m, context);
    if (m.topic !== undefined && m.op === "notify") return notice(plain, m, context);
    if (m.op !== undefined) return;
    if (m.status === undefined && m.ping === undefined) throw new Refusal(L.REJECT_UNKNOWN);
    const [first] = Array.isArray(m.data) ? m.data : [];
    if (!isObject(first) || first.contract_code === undefined) return;
    if (first.volume !== undefined && first.direction === undefined) contracts(plain, m, context, interest);
  });
}

type TickReader = (plain: Plain, tick: Tick, levels: number) => void;

/** Channels with a tick by what follows the symbol; a group is the levels of a book. Parts of a name are never empty. */
const channels: [RegExp, TickReader][] = [
  [/^trade\.detail$/, trades],
  [/^bbo$/, bbo],
  [/^mbp\.(\d{1,4})$/, changes],
  [/^mbp\.refresh\.(\d{1,4})$/, image],
  [/^depth\.step([06])$/, (plain, tick, step) => image(plain, tick, step === 0 ? 150 : 20)],
  [/^depth\.size_(\d{1,4})\.high_freq$/, highFrequency],
  [/^mark_price\.[^.]+$/, (plain, tick) => mark(plain, tick, "close", true)],
  [/^index\.[^.]+$/, (plain, tick) => mark(plain, tick, "close", false)],
  [/^basis\.[^.]+\.[^.]+$/, (plain, tick) => mark(plain, tick, "index_price", false)],
];
const ignored = [/^(kline|detail|ticker|premium_index|estimated_rate)(\.|$)/, /^depth\.step(?!.{5})(0*[1-9]|0*1\d)$/];

/** The symbol and the rest of a name like market.btcusdt.mbp.150. */
function parts(name: Value | undefined, kind: "market" | "public"): [string, string] {
  const match = isText(name) ? /^(market|public)\.([^.]*)\.(.+)$/s.exec(name) : null;
  if (match === null || match[1] !== kind) throw new Refusal(L.REJECT_UNKNOWN);
  return [match[2], match[3]];
}

/** What reads a channel with a tick, and the levels in its name; undefined for another one. */
function readerOf(rest: string): [TickReader, number] | undefined {
  for (const [pattern, read] of channels) {
    const match = pattern.exec(rest);
    const isNothing = match?.[1] !== undefined && Number(match[1]) === 0 && !rest.startsWith("depth.step");
    if (match !== null && !isNothing) return [read, Number(match[1] ?? 0)];
  }
  return undefined;
}

function push(plain: Plain, m: Fields, context: Context): void {
  const [name, rest] = parts(m.ch, "market");
  const reader = readerOf(rest);
  const isStep6 = rest === "depth.step6";
  if (!isStep6 && ignored.some((pattern) => pattern.test(rest))) return;
  if (rest === "open_interest") {
    contracts(plain, m, context, interest);
    return;
  }
  if (reader === undefined) throw new Refusal(L.REJECT_UNKNOWN);
  const [read, levels] = reader;
  if (m.update === true && read !== changes && /^(depth\.step|mbp)/.test(rest)) throw new Refusal(L.REJECT_UNKNOWN);
  read(plain, tick(m, name, context, "tick"), levels);
}

function answer(plain: Plain, m: Fields, context: Context): void {
  const [name, rest] = parts(m.rep, "market");
  const [read, levels] = readerOf(rest) ?? [];
  if (read !== changes) {
    // What has another channel's name is the past that was asked for.
    const isKnown = read !== undefined || rest === "open_interest" || ignored.some((pattern) => pattern.test(rest));
    if (!isKnown) throw new Refusal(L.REJECT_UNKNOWN);
    return;
  }
  const { entry, timeUs, data } = tick(m, name, context, "data");
  const ordinal = id(data.seqNum);
  Object.assign(plain.message, { class: L.CLASS_SNAPSHOT, depth: levels, firstId: ordinal, lastId: ordinal });
  plain.book(L.KIND_SNAPSHOT, entry, levelsIfAny(data.bids), levelsIfAny(data.asks), timeUs, BigInt(ordinal));
}

function notice(plain: Plain, m: Fields, context: Context): void {
  const [, what] = parts(m.topic, "public");
  if (what === "funding_rate") contracts(plain, m, context, funding);
  else if (what === "liquidation_orders") contracts(plain, m, context, liquidation);
  else if (!/^(contract|heartbea)/.test(what)) throw new Refusal(L.REJECT_UNKNOWN);
}

interface Tick {
  entry: SymbolEntry;
  timeUs: number;
  data: Fields;
}

function tick(m: Fields, name: string, context: Context, key: "tick" | "data"): Tick {
  const timeUs = time(m.ts);
  const data = object(m[key]);
  return { entry: symbolOf(context, name), timeUs, data };
}

/** A symbol that has the form of the product's. */
function symbolOf(context: Context, name: string): SymbolEntry {
  const dashes = name.split("-").length - 1;
  const isSpot = dashes === 0 && !/[A-Z]/.test(name);
  const isContract = !isSpot && !/[a-z]/.test(name) && dashes < 3;
  const product = isSpot ? L.PRODUCT_SPOT : !isContract ? -1 : dashes === 1 ? L.PRODUCT_SWAP : L.PRODUCT_FUTURES;
  if (product !== context.product) throw new Refusal(L.REJECT_WRONG_PRODUCT);
  return known(context, name);
}

const levelsIfAny = (value: Value | undefined) => (value === undefined || value === null ? [] : list(value));

function changes(plain: Plain, { entry, timeUs, data }: Tick, depth: number): void {
  const lastId = id(data.seqNum);
  const previousId = id(data.prevSeqNum);
  Object.assign(plain.message, { class: L.CLASS_DELTA, depth, lastId, previousId });
  plain.book(L.KIND_DEPTH, entry, levelsIfAny(data.bids), levelsIfAny(data.asks), timeUs, BigInt(lastId));
}

function image(plain: Plain, { entry, timeUs, data }: Tick, levels: number): void {
  const ordinal = id([data.seqNum, data.mrid, data.version].find((each) => each !== undefined));
  Object.assign(plain.message, { class: L.CLASS_IMAGE, depth: levels + 65536, firstId: ordinal, lastId: ordinal });
  plain.book(L.KIND_SNAPSHOT, entry, levelsIfAny(data.bids), levelsIfAny(data.asks), timeUs, BigInt(ordinal));
}

function highFrequency(plain: Plain, { entry, timeUs, data }: Tick, depth: number): void {
  const event = required(data.event);
  const ordinal = id(data.version);
  if (event !== "snapshot" && event !== "update") throw new Refusal(L.REJECT_UNKNOWN);
  const isSnapshot = event === "snapshot";
  const kind = isSnapshot ? L.KIND_SNAPSHOT : L.KIND_DEPTH;
  const messageClass = isSnapshot ? L.CLASS_SNAPSHOT : L.CLASS_DELTA;
  Object.assign(plain.message, { class: messageClass, depth, firstId: ordinal, lastId: ordinal });
  plain.book(kind, entry, levelsIfAny(data.bids), levelsIfAny(data.asks), timeUs, BigInt(ordinal));
}

function bbo(plain: Plain, { entry, timeUs, data }: Tick): void {
  const ordinal = data.seqId !== undefined ? data.seqId : data.version;
  const best = (quote: Value | undefined, quoteSize: Value | undefined): [number, number] => {
    if (quote === undefined || quote === null) return [NaN, NaN];
    if (!Array.isArray(quote)) return [price(quote), base(entry, size(quoteSize), price(quote))];
    if (quote.length === 0) return [NaN, NaN];
    if (quote.length < 2) throw new Refusal(L.REJECT_MALFORMED);
    const at = price(quote[0] ?? "");
    return [at, base(entry, size(quote[1] ?? ""), at)];
  };
  const payload = [...best(data.bid, data.bidSize), ...best(data.ask, data.askSize)];
  plain.put(L.KIND_BBO, 0, entry, timeUs, isAbsent(ordinal) ? 0n : sequence(ordinal), payload);
  plain.end();
}

function trades(plain: Plain, { entry, timeUs, data }: Tick): void {
  const match = isSequence(data.id) && data.id !== "" ? sequence(data.id) : 0n;
  for (const t of list(data.data)) {
    if (!isObject(t)) throw new Refusal(L.REJECT_MALFORMED);
    const tradeUs = time(t.ts);
    const flags = side(t.direction, "sell", "buy") ? L.FLAG_SELL : 0;
    const at = price(t.price);
    const native = size(t.amount);
    const [ordinal = match] = [t.tradeId, t.id].filter(isSequence).map(sequence);
    plain.put(L.KIND_TRADE, flags, entry, timeUs, ordinal, [at, base(entry, native, at), native, tradeUs]);
  }
  plain.end();
}

function mark(plain: Plain, { entry, timeUs, data }: Tick, key: "close" | "index_price", isMark: boolean): void {
  const value = price(data[key]);
  plain.put(L.KIND_MARK, 0, entry, timeUs, 0n, isMark ? [value, NaN] : [NaN, value]);
  plain.end();
}

type Element = (plain: Plain, element: Fields, entry: SymbolEntry, timeUs: number) => void;

/** Each element is a record; a message ends where the contract changes. */
function contracts(plain: Plain, m: Fields, context: Context, write: Element): void {
  const timeUs = time(m.ts);
  let previous: SymbolEntry | undefined;
  for (const element of list(m.data)) {
    if (!isObject(element)) throw new Refusal(L.REJECT_MALFORMED);
    const name = required(element.contract_code);
    if (!isText(name)) throw new Refusal(L.REJECT_SYMBOL);
    const entry = symbolOf(context, name);
    if (previous !== undefined && previous !== entry) plain.end();
    previous = entry;
    write(plain, element, entry, timeUs);
  }
  plain.end();
}

const funding: Element = (plain, f, entry, timeUs) => {
  const rate = number(f.funding_rate, L.REJECT_MALFORMED);
  const settlementUs = isAbsent(f.settlement_time) ? NaN : time(f.settlement_time);
  const nextUs = settlementUs > timeUs ? settlementUs : NaN;
  const isSilent = isAbsent(f.estimated_rate) || f.estimated_rate === "null";
  const predicted = isSilent ? NaN : number(f.estimated_rate, L.REJECT_MALFORMED);
  plain.put(L.KIND_FUNDING, 0, entry, timeUs, 0n, [rate, NaN, nextUs, predicted]);
};

const liquidation: Element = (plain, l, entry, timeUs) => {
  time(l.created_at);
  const flags = side(l.direction, "sell", "buy") ? 0 : L.FLAG_SELL;
  side(l.offset, "close", "both");
  const at = price(l.price);
  const native = size(l.volume);
  const kind = L.LIQUIDATION_PRICE_BANKRUPTCY;
  plain.put(L.KIND_LIQUIDATION, flags, entry, timeUs, 0n, [at, base(entry, native, at), native, kind]);
};

const interest: Element = (plain, o, entry, timeUs) => {
  if (entry.unit !== L.UNIT_BASE && (entry.unit > L.UNIT_CONTRACT || !(entry.contractSize > 0)))
    throw new Refusal(L.REJECT_CONTRACT_SIZE);
  const isInverse = entry.unit === L.UNIT_INVERSE;
  const native = size(o.volume);
  const coins = isInverse ? size(o.amount) : base(entry, native, 1);
  const said = isAbsent(o.value) ? NaN : size(o.value);
  plain.put(L.KIND_OPEN_INTEREST, 0, entry, timeUs, 0n, [coins, isInverse ? native * entry.contractSize : said]);
};
