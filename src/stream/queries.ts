import { CrosstickError } from "../errors.js";
import { usToNsText } from "../market/times.js";
import type { StreamClock } from "./clock.js";
import { errorBody, HttpProblem } from "./http-error.js";
import type { HttpSource } from "./http-source.js";

/** Questions under /v1/ that are always answered. */
export const QUERY_NAMES: ReadonlySet<string> = new Set(["venues", "instruments", "ticker", "orderbook", "time"]);

/** Instruments that one request may name. */
const INSTRUMENTS = 256;
const DEPTH = 20;
const DEEPEST = 8192;

/** @param receivedUs epoch µs at which the request was seen. @throws HttpProblem, CrosstickError */
export async function answerQuery(
  source: HttpSource,
  name: string,
  query: URLSearchParams,
  receivedUs: number,
  clock: StreamClock,
): Promise<unknown> {
  if (name === "venues") return source.venues();
  if (name === "instruments") return source.instruments();
  if (name === "ticker") return await tickers(source, query);
  if (name === "orderbook") return await orderbook(source, query);
  return { receive: usToNsText(receivedUs), send: usToNsText(clock.nowUs()) };
}

/** One instrument: its ticker. Several: a list in their order, in which one that fails has an `error`. */
async function tickers(source: HttpSource, query: URLSearchParams): Promise<unknown> {
  const names = query.getAll("instrument").flatMap((text) => text.split(","));
  if (names.length > INSTRUMENTS) throw parameter(`instrument: at most ${INSTRUMENTS} at once`);
  if (names.some((text) => text === "") || names.length === 0) throw parameter("instrument is missing: venue:symbol");
  if (names.length === 1) return (await source.ticker(names[0])) ?? unknown(names[0]);
  return Promise.all(
    names.map(async (instrument) => {
      try {
        return (await source.ticker(instrument)) ?? unknown(instrument);
      } catch (error) {
        if (error instanceof HttpProblem || error instanceof CrosstickError)
          return { instrument, ...errorBody(error.code, error.message) };
        throw error;
      }
    }),
  );
}

async function orderbook(source: HttpSource, query: URLSearchParams): Promise<unknown> {
  const instrument = query.get("instrument");
  if (instrument === null || instrument === "") throw parameter("instrument is missing: venue:symbol");
  const text = query.get("depth") ?? String(DEPTH);
  const depth = Number(text);
  if (!/^\d{1,5}$/.test(text) || depth < 1 || depth > DEEPEST) throw parameter(`depth: levels a side, 1 to ${DEEPEST}`);
  return (await source.orderbook(instrument, depth)) ?? unknown(instrument);
}

function unknown(instrument: string): never {
  throw new HttpProblem(404, "HTTP_INSTRUMENT", `there is no instrument ${instrument.slice(0, 100)}`);
}

function parameter(message: string): HttpProblem {
  return new HttpProblem(400, "HTTP_PARAMETER", message);
}
