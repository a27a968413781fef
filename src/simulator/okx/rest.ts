import { deliveryMs } from "../model/carry.js";
import { decimalText } from "../model/decimal-text.js";
import { bestLevels } from "../model/levels.js";
import type { HttpReply } from "../venue.js";
import { instType } from "./frames.js";
import type { OkxPublisher } from "./publisher.js";

/** Levels a request for a book gives at most. Source: www.okx.com/docs-v5, market/books. */
const DEEPEST = 400;

export interface RestView {
  publishers: readonly OkxPublisher[];
  /** The venue's time, ms with fractions. */
  nowMs: number;
  staleUpdates: number;
}

/** `endpoint`: what follows `/api/v5/`. */
export function answer(endpoint: string, query: URLSearchParams, view: RestView): HttpReply {
  const { publishers, nowMs } = view;
  const ts = String(Math.floor(nowMs));
  if (endpoint === "public/time") return ok([{ ts }]);
  const type = query.get("instType");
  const name = query.get("instId");
  const family = query.get("instFamily") ?? query.get("uly");
  const wanted = publishers.filter(
    ({ market }) =>
      (type === null || instType(market) === type) &&
      (name === null || market.spec.symbol === name) &&
      (family === null || `${market.spec.base}-${market.spec.quote}` === family),
  );
  if (endpoint === "public/underlying") {
    if (type === null || type === "SPOT") return failure("51000", "Parameter instType error");
    return ok([[...new Set(wanted.map(({ market: { spec } }) => `${spec.base}-${spec.quote}`))]]);
  }
  if (endpoint === "public/instruments") {
    if (type === null) return failure("50014", "Parameter instType can not be empty");
    if (type === "OPTION" && family === null && name === null)
      return failure("50015", "Either parameter uly or instFamily is required");
    return name !== null && wanted.length === 0 ? missing : ok(wanted.map(instrument));
  }
  if (endpoint === "market/tickers") return ok(wanted.map((publisher) => publisher.ticker(nowMs)));
  if (endpoint !== "market/ticker" && endpoint !== "market/books")
    return { status: 404, body: JSON.stringify({ code: "404", msg: `${endpoint} is not simulated`, data: [] }) };
  if (name === null) return failure("50014", "Parameter instId can not be empty");
  const [publisher] = wanted;
  if (publisher === undefined) return missing;
  return endpoint === "market/ticker" ? ok([publisher.ticker(nowMs)]) : book(publisher, query, view);
}

function book({ market }: OkxPublisher, query: URLSearchParams, { nowMs, staleUpdates }: RestView): HttpReply {
  const depth = Number(query.get("sz") ?? 1);
  if (!Number.isInteger(depth) || depth < 1 || depth > DEEPEST) return failure("51000", "Parameter sz error");
  const { bids, asks, sequence } = staleUpdates > 0 ? market.book.before(staleUpdates) : market.book;
  const rows = (side: typeof bids) =>
    bestLevels(side, depth).map(({ tick, lots }) => [market.text.price(tick), market.text.size(lots), "0", "1"]);
  return ok([{ asks: rows(asks), bids: rows(bids), ts: String(Math.floor(nowMs)), seqId: sequence }]);
}

function instrument({ market }: OkxPublisher): object {
  const { spec, text, option } = market;
  const isSpot = spec.product === "spot";
  const family = isSpot ? "" : `${spec.base}-${spec.quote}`;
  const inverse = spec.contractUsd !== null;
  const { expiry, strike } = spec.instrument;
  const isOption = option !== null;
  return {
    ...{
      alias: "",
      baseCcy: isSpot ? spec.base : "",
      category: "1",
      ctMult: isSpot ? "" : isOption ? String(spec.contractBase) : "1",
    },
    ctType: isSpot || isOption ? "" : inverse ? "inverse" : "linear",
    ...{
      expTime: expiry === null ? "" : String(deliveryMs(expiry)),
      instFamily: family,
      stk: strike === null ? "" : String(strike),
    },
    ctVal: isSpot ? "" : isOption ? "1" : String(spec.contractUsd ?? spec.contractBase),
    ctValCcy: isSpot ? "" : inverse ? "USD" : spec.base,
    ...{ instId: spec.symbol, instType: instType(market), lever: isSpot ? "10" : "125", listTime: "1611916828000" },
    ...{ lotSz: text.size(1), maxIcebergSz: "100000000", maxLmtSz: "100000000", maxMktSz: "1000000" },
    ...{ maxLmtAmt: "20000000", maxMktAmt: "1000000", maxStopSz: "", maxTriggerSz: "", maxTwapSz: "" },
    ...{
      minSz: text.size(1),
      optType: option === null ? "" : option.isCall ? "C" : "P",
      quoteCcy: isSpot ? spec.quote : "",
      ruleType: "normal",
      state: "live",
    },
    settleCcy: isSpot ? "" : inverse || isOption ? spec.base : spec.quote,
    ...{ tickSz: decimalText(spec.tickUnits, spec.priceDecimals), uly: family, instCategory: "1" },
  };
}

const missing = failure("51001", "Instrument ID doesn't exist");

function ok(data: readonly object[]): HttpReply {
  return { status: 200, body: JSON.stringify({ code: "0", data, msg: "" }) };
}

function failure(code: string, msg: string): HttpReply {
  return { status: 200, body: JSON.stringify({ code, data: [], msg }) };
}
