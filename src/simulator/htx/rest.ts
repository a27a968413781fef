import { deliveryMs } from "../model/carry.js";
import { bestLevels } from "../model/levels.js";
import type { Market } from "../model/market.js";
import { Past } from "../model/past.js";
import type { HttpReply } from "../venue.js";
import { bboFrame, imageFrame } from "./frames.js";

/** Answers of HTX's HTTP interface at `ts`, ms: clocks, books, touches, lists, open interest. */
export function answer({ pathname, searchParams }: URL, markets: readonly Market[], ts: number): HttpReply {
  const spot = markets.filter(({ spec }) => spec.product === "spot");
  if (pathname === "/v1/common/timestamp") return ok({ data: ts });
  if (pathname === "/api/v1/timestamp") return ok({ ts });
  if (pathname === "/v1/settings/common/market-symbols") return ok({ data: spot.map(pair), ts: String(ts), full: 1 });
  if (pathname === "/v1/common/symbols") return ok({ data: spot.map(commonPair) });
  const dated = markets.filter(({ spec }) => familyOf(spec) === "dated");
  if (pathname === "/api/v1/contract_contract_info") return ok({ data: named(dated, searchParams).map(contract), ts });
  if (pathname === "/api/v1/contract_open_interest") return ok({ data: named(dated, searchParams).map(interest), ts });
  const [, api, rest] = /^(?:\/(linear-swap|swap)-(?:api\/v1|ex))?\/([\w/]+)$/.exec(pathname) ?? [];
  // Without a family in the path: the spot market on one host, inverse dated futures on another.
  const listed = api === undefined ? [...spot, ...dated] : markets.filter(({ spec }) => familyOf(spec) === api);
  if (api !== undefined && rest === "swap_contract_info")
    return ok({ data: ofType(named(listed, searchParams), searchParams).map(contract), ts });
  if (api !== undefined && rest === "swap_open_interest")
    return ok({ data: named(listed, searchParams).map(interest), ts });
  if (rest !== "market/depth" && rest !== "market/detail/merged") return missing;
  const symbol = searchParams.get(api === undefined ? "symbol" : "contract_code");
  const market = listed.find(({ spec }) => spec.symbol === symbol);
  if (market === undefined) return error(ts, "invalid-parameter", "invalid symbol");
  if (rest === "market/detail/merged") return merged(market, ts);
  const type = searchParams.get("type");
  if (type !== "step0") return error(ts, "invalid-parameter", `type ${type} is not simulated`);
  const frame = imageFrame(market, `market.${symbol}.depth.step0`, Number(searchParams.get("depth") ?? 150), ts);
  return { status: 200, body: `{"status":"ok",${frame.slice(1)}` };
}

const familyOf = ({ product, quote }: Market["spec"]): string =>
  product === "spot" ? "spot" : quote !== "USD" ? "linear-swap" : product === "swap" ? "swap" : "dated";

/** Perpetuals, unless `business_type` asks for `futures` or `all`. */
function ofType(markets: readonly Market[], query: URLSearchParams): readonly Market[] {
  const type = query.get("business_type") ?? "swap";
  return type === "all" ? markets : markets.filter(({ spec }) => spec.product === type);
}

/** All of them, or the one that is asked for. */
function named(markets: readonly Market[], query: URLSearchParams): readonly Market[] {
  const code = query.get("contract_code");
  return code === null ? markets : markets.filter(({ spec }) => spec.symbol === code);
}

function pair({ spec }: Market): object {
  const { symbol, base, quote, priceDecimals, lotDecimals } = spec;
  return {
    ...{ symbol, bc: base.toLowerCase(), qc: quote.toLowerCase(), state: "online", sp: "main", tags: "" },
    ...{ pp: priceDecimals, ap: lotDecimals, vp: 8, minoa: 10 ** -lotDecimals, maxoa: 1000, minov: 10 },
  };
}

/** The older list, which other clients read. */
function commonPair({ spec }: Market): object {
  const { symbol, base, quote, priceDecimals, lotDecimals } = spec;
  return {
    ...{ "base-currency": base.toLowerCase(), "quote-currency": quote.toLowerCase(), symbol, state: "online" },
    ...{ "price-precision": priceDecimals, "amount-precision": lotDecimals, "value-precision": 8 },
    ...{ "min-order-amt": 10 ** -lotDecimals, "max-order-amt": 1000, "min-order-value": 10 },
    ...{ "symbol-partition": "main", "api-trading": "enabled" },
  };
}

function contract({ spec, tickSize }: Market): object {
  const { symbol, base, contractUsd, contractBase } = spec;
  const common = { symbol: base, contract_code: symbol, price_tick: tickSize, contract_status: 1 };
  const { expiry } = spec.instrument;
  const day = expiry?.replaceAll("-", "") ?? "";
  const time = expiry === null ? "" : String(deliveryMs(expiry));
  const dates = { delivery_time: time, create_date: "20201021", settlement_date: "1645315200000" };
  const type = expiry === null ? {} : { contract_type: "quarter", delivery_date: day };
  if (contractUsd !== null) return { ...common, contract_size: contractUsd, ...dates, ...type };
  const more = { support_margin_mode: "all", business_type: spec.product, pair: `${base}-${spec.quote}` };
  const linear = { contract_size: contractBase, delivery_date: day, contract_type: "swap", ...type, ...more };
  return { ...common, ...dates, ...linear, trade_partition: "USDT" };
}

function interest({ spec, openInterest, mark }: Market): object {
  const { symbol, base, contractUsd, contractBase } = spec;
  const amount = contractUsd === null ? openInterest * contractBase : (openInterest * contractUsd) / mark;
  const value = contractUsd === null ? { value: amount * mark } : {};
  return { volume: openInterest, amount, symbol: base, contract_code: symbol, ...value };
}

/** The touch, as `bbo` says it, and the last 24 hours: coins, and quote currency on spot, contracts elsewhere. */
function merged(market: Market, ts: number): HttpReply {
  const { text, book, spec, lastTick } = market;
  const touch = (side: typeof book.bids) =>
    bestLevels(side, 1).map(({ tick, lots }) => [Number(text.price(tick)), Number(text.size(lots))])[0];
  const { version } = JSON.parse(bboFrame(market, "", ts)).tick as { version?: number };
  const close = Number(text.price(lastTick));
  const day = new Past(spec).day(ts);
  const price = (tick: number): number => Number(text.price(tick));
  const size = Number(text.size(day.lots));
  const coins = spec.contractUsd === null ? size * spec.contractBase : (size * spec.contractUsd) / price(day.openTick);
  const turnover = coins * price(day.openTick);
  const tick = {
    ...{ id: book.sequence, version, close, bid: touch(book.bids), ask: touch(book.asks) },
    ...{ open: price(day.openTick), count: day.trades, amount: coins },
    ...{ high: price(Math.max(day.highTick, lastTick)), low: price(Math.min(day.lowTick, lastTick)) },
    ...(spec.product === "spot" ? { vol: turnover } : { vol: size, trade_turnover: turnover }),
  };
  return ok({ ch: `market.${spec.symbol}.detail.merged`, ts, tick });
}

function ok(fields: object): HttpReply {
  return { status: 200, body: JSON.stringify({ status: "ok", ...fields }) };
}

function error(ts: number, code: string, message: string): HttpReply {
  return { status: 200, body: JSON.stringify({ status: "error", ts, "err-code": code, "err-msg": message }) };
}

const missing: HttpReply = { status: 404, body: '{"status":"error","err-code":"not-found","err-msg":"No such path"}' };
