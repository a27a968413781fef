/** What decodes the same frames in packages that one would use instead: tardis-dev's mappers, ccxt's handlers. */
import * as L from "../src/layout.js";
import type { FrameSet } from "./frames.js";
import { JSON_RECORD, jsonPath } from "./json-path.js";

export type PeerName = "tardis" | "ccxt";

/** Decodes a frame from its bytes, JSON.parse included. */
export type DecodePeer = (frame: Buffer) => void;

interface TardisMapper {
  canHandle(message: unknown): boolean;
  map(message: unknown, localTimestamp: Date): Iterable<Record<string, unknown>> | undefined;
}

type MapperFactory = (exchange: string, localTimestamp: Date) => TardisMapper;

interface CcxtBook {
  reset(snapshot: object): void;
}

interface CcxtExchange {
  safeMarketStructure(market: object): object;
  setMarkets(markets: object[]): void;
  handleMessage(client: object, message: unknown): void;
  handleOrderBookMessage(client: object, message: unknown, book: CcxtBook): void;
  orderBook(snapshot: object): CcxtBook;
  bidsasks: Record<string, { bid: number; bidVolume: number; ask: number; askVolume: number }>;
  trades: Record<string, { price: number; amount: number }[]>;
}

const LOCAL = new Date(1786310819526);
const TARDIS_VENUES: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  [L.VENUE_BINANCE]: {
    [L.PRODUCT_SPOT]: "binance",
    [L.PRODUCT_USDM]: "binance-futures",
    [L.PRODUCT_COINM]: "binance-delivery",
  },
  [L.VENUE_BYBIT]: { [L.PRODUCT_SPOT]: "bybit-spot", [L.PRODUCT_LINEAR]: "bybit" },
};
const SYMBOL = "BTC/USDT";

const parse = (frame: Buffer): { data?: unknown } =>
  JSON.parse((frame as Buffer & { latin1Slice(): string }).latin1Slice());

/** The packages that are installed. Types are left out: those of ccxt take longer to check than all else. */
export async function loadPeers(): Promise<Partial<Record<PeerName, unknown>>> {
  const load = (name: string): Promise<unknown> => import(name).catch(() => undefined);
  const [tardis, ccxt] = await Promise.all([load("tardis-dev"), load("ccxt")]);
  return { ...(tardis === undefined ? {} : { tardis }), ...(ccxt === undefined ? {} : { ccxt }) };
}

/**
 * The peer for a set of frames, after its touches and trades are shown to be those of JSON.parse; null where it
 * has none for them. Deltas that tardis-dev holds back until a snapshot are not compared with it.
 * @throws Error when a number differs.
 */
export function peerFor(name: PeerName, package_: unknown, set: FrameSet): DecodePeer | null {
  if (set.product === L.PRODUCT_COINM) return null; // both count contracts, not coins
  return name === "tardis" ? tardisPeer(package_ as Record<string, MapperFactory>, set) : ccxtPeer(package_, set);
}

function tardisPeer(package_: Record<string, MapperFactory>, set: FrameSet): DecodePeer | null {
  const venue = TARDIS_VENUES[set.venue]?.[set.product];
  for (const factory of ["normalizeTrades", "normalizeBookTickers"]) {
    let mapper: TardisMapper;
    try {
      mapper = package_[factory](venue, LOCAL);
    } catch {
      continue; // not for this exchange
    }
    if (!mapper.canHandle(parse(set.frames[0]))) continue;
    const map = (frame: Buffer): Record<string, unknown>[] => {
      const message = parse(frame);
      return mapper.canHandle(message) ? [...(mapper.map(message, LOCAL) ?? [])] : [];
    };
    for (const frame of set.frames) {
      const records = map(frame);
      if (records.length === 0) return null;
      const expected = payloads(set, frame);
      for (const [index, { bidPrice, bidAmount, askPrice, askAmount, price, amount }] of records.entries())
        same(
          `tardis-dev, ${set.name}`,
          price === undefined ? [bidPrice, bidAmount, askPrice, askAmount] : [price, amount],
          expected[index],
        );
    }
    return map;
  }
  return null;
}

function ccxtPeer(package_: unknown, set: FrameSet): DecodePeer | null {
  if (set.venue !== L.VENUE_BINANCE || set.product !== L.PRODUCT_SPOT) return null;
  const { pro } = (package_ as { default: { pro: { binance: new (options: object) => CcxtExchange } } }).default;
  const exchange = new pro.binance({ newUpdates: true });
  const names = { id: "BTCUSDT", lowercaseId: "btcusdt", symbol: SYMBOL, base: "BTC", quote: "USDT" };
  const rest = { baseId: "BTC", quoteId: "USDT", spot: true, type: "spot", active: true };
  const precision = { price: 1e-8, amount: 1e-8 };
  exchange.setMarkets([exchange.safeMarketStructure({ ...names, ...rest, precision })]);
  const client = {
    ...{ url: "wss://stream.binance.com:9443/ws", subscriptions: {}, futures: {} },
    resolve() {},
    reject(error: Error) {
      throw error;
    },
  };
  if (set.name.endsWith("depthUpdate")) {
    const book = exchange.orderBook({});
    book.reset({ symbol: SYMBOL, nonce: 1, bids: [], asks: [] });
    return (frame) => exchange.handleOrderBookMessage(client, parse(frame).data, book);
  }
  if (!/ (bookTicker|trade)$/.test(set.name)) return null;
  const handle = (frame: Buffer): void => exchange.handleMessage(client, parse(frame).data);
  for (const frame of set.frames) {
    handle(frame);
    const [expected] = payloads(set, frame);
    if (set.name.endsWith("trade")) {
      const { price, amount } = exchange.trades[SYMBOL][exchange.trades[SYMBOL].length - 1];
      same(`ccxt, ${set.name}`, [price, amount], expected);
    } else {
      const { bid, bidVolume, ask, askVolume } = exchange.bidsasks[SYMBOL];
      same(`ccxt, ${set.name}`, [bid, bidVolume, ask, askVolume], expected);
    }
  }
  return handle;
}

const out = new Float64Array(JSON_RECORD * 4096);

/** Price and size words of the frame's records, by JSON.parse. */
function payloads(set: FrameSet, frame: Buffer): number[][] {
  const count = jsonPath(frame, set.venue, set.product, out);
  return Array.from({ length: count }, (_, record) => [
    ...out.slice(record * JSON_RECORD + 3, record * JSON_RECORD + 7),
  ]);
}

function same(what: string, got: readonly unknown[], expected: readonly number[]): void {
  for (const [word, value] of got.entries())
    if (!Object.is(value, expected[word])) throw new Error(`${what}: ${value}, JSON.parse gives ${expected[word]}`);
}
