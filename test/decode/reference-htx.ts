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

const refuse = (reason: number): never => {
  throw new Refusal(reason);
};

export function referenceHtx(frame: Uint8Array, context: Context): PlainMessage {
  return decodeWith((plain) => {
    const m = parse(frame);
    if (!isObject(m)) return refuse(L.REJECT_UNKNOWN);
    if (m.ch !== undefined) return push(plain, m, context);
    if (m.rep !== undefined) return answer(plain, m, context);
    if (m.topic !== undefined && m.op === "notify") return notice(plain, m, context);
    if (m.op !== undefined) return;
    if (m.status === undefined && m.ping === undefined) return refuse(L.REJECT_UNKNOWN);
    const [first] = Array.isArray(m.data) ? m.data : [];
    if (!isObject(first) || first.contract_code === undefined) return;
    if (first.volume !== undefined && first.direction === undefined) contracts(plain, m, context, interest);
  });
}

const IGNORED = /^market\.[^.]*\.(kline|detail|ticker|premium_index|estimated_rate)(\.|$)/s;
const IGNORED_STEPS = /^market\.[^.]*\.depth\.step(0*[1-9]|0*1\d)$/s;
/** Parts are never empty, but for the symbol. */
const PART = "[^.]+";

function push(plain: Plain, m: Fields, context: Context): void {
  const { ch } = m;
  if (!isText(ch)) return refuse(L.REJECT_UNKNOWN);
  const found = (pattern: string) => new RegExp(`^market\\.([^.]*)\\.${pattern}$`, "s").exec(ch);
  const tickOf = (name: string, key: "tick" | "data" = "tick") => tick(m, name, context, key);
  let match: RegExpExecArray | null;
  if (IGNORED.test(ch)) return;
  if ((match = found("trade\\.detail"))) return trades(plain, tickOf(match[1]));
  if ((match = found("bbo"))) return bbo(plain, tickOf(match[1]));
  if ((match = found("mbp\\.(\\d{1,4})")) && Number(match[2]) > 0) return changes(plain, tickOf(match[1]), +match[2]);
  if ((match = found("mbp\\.refresh\\.(\\d{1,4})")) && Number(match[2]) > 0)
    return image(plain, m, () => tickOf(match?.[1] ?? ""), +match[2]);
  if ((match = found("depth\\.step([06])")))
    return image(plain, m, () => tickOf(match?.[1] ?? ""), match[2] === "0" ? 150 : 20);
  if (IGNORED_STEPS.test(ch) && /step\d{1,4}$/.test(ch)) return;
  if ((match = found("depth\\.size_(\\d{1,4})\\.high_freq")) && Number(match[2]) > 0)
    return highFrequency(plain, tickOf(match[1]), +match[2]);
  if ((match = found(`mark_price\\.${PART}`))) return mark(plain, tickOf(match[1]), "close", true);
  if ((match = found(`index\\.${PART}`))) return mark(plain, tickOf(match[1]), "close", false);
  if ((match = found(`basis\\.${PART}\\.${PART}`))) return mark(plain, tickOf(match[1]), "index_price", false);
  if (found("open_interest")) return contracts(plain, m, context, interest);
  refuse(L.REJECT_UNKNOWN);
}

function answer(plain: Plain, m: Fields, context: Context): void {
  if (!isText(m.rep)) return refuse(L.REJECT_UNKNOWN);
  const match = /^market\.([^.]*)\.mbp\.(\d{1,4})$/s.exec(m.rep);
  if (match === null || Number(match[2]) === 0) {
    // What has another channel's name is the past that was asked for.
    const { result } = referenceHtx(new TextEncoder().encode(JSON.stringify({ ch: m.rep })), context);
    if (result === L.REJECT_UNKNOWN) refuse(L.REJECT_UNKNOWN);
    return;
  }
  const { entry, timeUs, data } = tick(m, match[1], context, "data");
  const ordinal = id(data.seqNum);
  const levels = Number(match[2]);
  Object.assign(plain.message, { class: L.CLASS_SNAPSHOT, depth: levels, firstId: ordinal, lastId: ordinal });
  plain.book(L.KIND_SNAPSHOT, entry, levelsIfAny(data.bids), levelsIfAny(data.asks), timeUs, BigInt(ordinal));
}

function notice(plain: Plain, m: Fields, context: Context): void {
  const { topic } = m;
  if (!isText(topic)) return refuse(L.REJECT_UNKNOWN);
  const [, what] = /^public\.[^.]*\.([^]+)$/.exec(topic) ?? [];
  if (what === "funding_rate") return contracts(plain, m, context, funding);
  if (what === "liquidation_orders") return contracts(plain, m, context, liquidation);
  if (what === undefined || !/^(contract|heartbea)/.test(what)) refuse(L.REJECT_UNKNOWN);
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
  return product === context.product ? known(context, name) : refuse(L.REJECT_WRONG_PRODUCT);
}

const levelsIfAny = (value: Value | undefined) => (value === undefined || value === null ? [] : list(value));

function changes(plain: Plain, { entry, timeUs, data }: Tick, depth: number): void {
  const lastId = id(data.seqNum);
  const previousId = id(data.prevSeqNum);
  Object.assign(plain.message, { class: L.CLASS_DELTA, depth, lastId, previousId });
  plain.book(L.KIND_DEPTH, entry, levelsIfAny(data.bids), levelsIfAny(data.asks), timeUs, BigInt(lastId));
}

function image(plain: Plain, m: Fields, tickOf: () => Tick, levels: number): void {
  if (m.update === true) return refuse(L.REJECT_UNKNOWN);
  const { entry, timeUs, data } = tickOf();
  const ordinal = id(data.seqNum !== undefined ? data.seqNum : data.mrid !== undefined ? data.mrid : data.version);
  Object.assign(plain.message, { class: L.CLASS_IMAGE, depth: levels + 65536, firstId: ordinal, lastId: ordinal });
  plain.book(L.KIND_SNAPSHOT, entry, levelsIfAny(data.bids), levelsIfAny(data.asks), timeUs, BigInt(ordinal));
}

function highFrequency(plain: Plain, { entry, timeUs, data }: Tick, depth: number): void {
  const event = required(data.event);
  const ordinal = id(data.version);
  if (event !== "snapshot" && event !== "update") return refuse(L.REJECT_UNKNOWN);
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
    if (quote.length < 2) return refuse(L.REJECT_MALFORMED);
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
    if (!isObject(t)) return refuse(L.REJECT_MALFORMED);
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
    if (!isObject(element)) return refuse(L.REJECT_MALFORMED);
    const name = required(element.contract_code);
    const entry = isText(name) ? symbolOf(context, name) : refuse(L.REJECT_SYMBOL);
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
    refuse(L.REJECT_CONTRACT_SIZE);
  const isInverse = entry.unit === L.UNIT_INVERSE;
  const native = size(o.volume);
  const coins = isInverse ? size(o.amount) : base(entry, native, 1);
  const said = isAbsent(o.value) ? NaN : size(o.value);
  plain.put(L.KIND_OPEN_INTEREST, 0, entry, timeUs, 0n, [coins, isInverse ? native * entry.contractSize : said]);
};
