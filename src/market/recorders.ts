import { deribitProductOf } from "./grammars/deribit.js";
import { okxProductOf } from "./grammars/okx.js";
import { PRODUCTS_OF, type ProductName, type VenueName } from "./venues.js";

/** What a recording program calls an exchange, in the terms of this one. */
export interface RecorderMarket {
  venue: VenueName;
  /** Products one recording of that name may contain. */
  products: readonly ProductName[];
}

/** cryptofeed's exchange names (https://github.com/bmoscon/cryptofeed, cryptofeed/defines.py). */
const cryptofeedNames: Readonly<Record<string, RecorderMarket>> = {
  BINANCE: { venue: "binance", products: ["spot"] },
  BINANCE_FUTURES: { venue: "binance", products: ["usdm"] },
  BINANCE_DELIVERY: { venue: "binance", products: ["coinm"] },
  BYBIT: { venue: "bybit", products: ["spot", "linear", "inverse", "option"] },
  OKX: { venue: "okx", products: ["spot", "swap", "futures", "option"] },
  OKEX: { venue: "okx", products: ["spot", "swap", "futures", "option"] },
  DERIBIT: { venue: "deribit", products: ["spot", "swap", "futures", "option"] },
  HUOBI: { venue: "htx", products: ["spot"] },
  HUOBI_SWAP: { venue: "htx", products: ["swap"] },
  HUOBI_DM: { venue: "htx", products: ["futures"] },
  KRAKEN: { venue: "kraken", products: ["spot"] },
  COINBASE: { venue: "coinbase", products: ["spot"] },
};

/** The names above, for error messages. */
export const CRYPTOFEED_NAMES: readonly string[] = Object.keys(cryptofeedNames);

/** Venue and possible products of a cryptofeed exchange name; null for one that is not supported. */
export function cryptofeedMarket(exchange: string): RecorderMarket | null {
  return Object.hasOwn(cryptofeedNames, exchange) ? cryptofeedNames[exchange] : null;
}

/** Tardis's exchange ids (docs.tardis.dev/historical-data-details), of the venues there are here. */
const tardisNames: Readonly<Record<string, RecorderMarket>> = {
  binance: { venue: "binance", products: ["spot"] },
  "binance-futures": { venue: "binance", products: ["usdm"] },
  "binance-delivery": { venue: "binance", products: ["coinm"] },
  bybit: { venue: "bybit", products: ["linear", "inverse"] },
  "bybit-spot": { venue: "bybit", products: ["spot"] },
  "bybit-options": { venue: "bybit", products: ["option"] },
  okex: { venue: "okx", products: ["spot"] },
  "okex-swap": { venue: "okx", products: ["swap"] },
  "okex-futures": { venue: "okx", products: ["futures"] },
  "okex-options": { venue: "okx", products: ["option"] },
  deribit: { venue: "deribit", products: ["spot", "swap", "futures", "option"] },
  huobi: { venue: "htx", products: ["spot"] },
  "huobi-dm": { venue: "htx", products: ["futures"] },
  "huobi-dm-swap": { venue: "htx", products: ["swap"] },
  "huobi-dm-linear-swap": { venue: "htx", products: ["swap"] },
  kraken: { venue: "kraken", products: ["spot"] },
  coinbase: { venue: "coinbase", products: ["spot"] },
};

/** The ids above, for error messages. */
export const TARDIS_NAMES: readonly string[] = Object.keys(tardisNames);

/** Venue and possible products of a Tardis exchange id; null for one that is not supported. */
export function tardisMarket(exchange: string): RecorderMarket | null {
  return Object.hasOwn(tardisNames, exchange) ? tardisNames[exchange] : null;
}

/** What Tardis calls the market of a symbol: one product may be several exchanges there; null for none. */
export function tardisExchange(venue: VenueName, product: ProductName, symbol: string): string | null {
  if (venue === "htx" && product === "swap")
    return /-USDT?$/.exec(symbol)?.[0] === "-USD" ? "huobi-dm-swap" : "huobi-dm-linear-swap";
  return (
    TARDIS_NAMES.find((name) => tardisNames[name].venue === venue && tardisNames[name].products.includes(product)) ??
    null
  );
}

/** What Tardis calls a venue's symbol: in capitals, also where the venue has none (HTX spot). */
export function tardisSymbol(venue: VenueName, product: ProductName, symbol: string): string {
  return venue === "htx" && product === "spot" ? symbol.toUpperCase() : symbol;
}

/** The venue's own symbol of one of Tardis. */
export function symbolOfTardis(venue: VenueName, product: ProductName, symbol: string): string {
  return venue === "htx" && product === "spot" ? symbol.toLowerCase() : symbol;
}

/** Product of a symbol of such a market; null where the symbol does not tell. */
export function productOfSymbol({ venue, products }: RecorderMarket, symbol: string): ProductName | null {
  if (products.length === 1) return products[0];
  if (venue === "deribit") return deribitProductOf(symbol);
  // Bybit: contracts in US dollars are inverse, those in USDT and USDC (BTCPERP, BTC-26JUN26) linear.
  if (venue === "bybit") return /USD([FGHJKMNQUVXZ]\d\d)?$/.test(symbol) ? "inverse" : "linear";
  return null;
}

/** Venues that carry all products on one connection: what the first instrument named in a frame tells; null for none. */
const namedInFrame: Partial<Record<VenueName, (frame: Buffer) => ProductName | null>> = {
  deribit: (frame) =>
    deribitProductOf(textAfter(frame, '"instrument_name"') ?? textAfter(frame, '"channel"')?.split(".")[1] ?? ""),
  // Channels of a whole product or family name it instead: liquidation-orders, opt-summary.
  okx: (frame) =>
    okxProductOf(textAfter(frame, '"instId"') ?? "") ?? okxProduct(textAfter(frame, '"instType"')?.toLowerCase()),
};
/** Longest symbol that is looked for behind its key. */
const SYMBOL_BYTES = 80;

/**
 * Product of one frame, told by where it came from: the exchange when that has one product only, else
 * the path of the WebSocket address (`wss://stream.bybit.com/v5/public/linear`) or the `category` of the
 * REST address, else the first instrument that the frame names. null when nothing says.
 */
export function productOfFrame(
  market: RecorderMarket,
  address: string | null,
  url: string | null,
  frame: Uint8Array,
): ProductName | null {
  if (market.products.length === 1) return market.products[0];
  const named = namedInFrame[market.venue];
  // A frame without an instrument (an answer, a heartbeat, an index) means the same in every product.
  if (named !== undefined)
    return named(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength)) ?? market.products[0];
  if (market.venue !== "bybit") return null;
  const said = url === null ? /\/v5\/public\/(\w+)/.exec(address ?? "")?.[1] : queryValue(url, "category");
  return market.products.find((product) => product === said) ?? null;
}

function okxProduct(name: string | undefined): ProductName | null {
  return PRODUCTS_OF.okx.find((product) => product === name) ?? null;
}

/** The string that follows a key in JSON text; null when there is none. */
function textAfter(frame: Buffer, key: string): string | null {
  const at = frame.indexOf(key);
  if (at < 0) return null;
  const rest = frame.toString("latin1", at + key.length, at + key.length + SYMBOL_BYTES);
  return /^\s*:\s*"([^"\\]+)"/.exec(rest)?.[1] ?? null;
}

/** The venue's own symbol in a REST address, `symbol=NKNUSDT`; null when it names none. */
export function symbolOfUrl(url: string): string | null {
  return queryValue(url, "symbol")?.toUpperCase() ?? null;
}

function queryValue(url: string, key: string): string | undefined {
  const question = url.indexOf("?");
  if (question < 0) return undefined;
  return new URLSearchParams(url.slice(question + 1)).get(key) || undefined;
}
