// One frame of every kind, of real recordings where there are any.
import * as L from "crosstick/internal/layout";
import { resolveInstrument } from "crosstick/internal/market/symbols";
import { productName } from "crosstick/internal/market/venues";
import { Decoder } from "./decoder.js";
import { backpackExamples } from "./examples-backpack.js";
import { coinbaseExamples } from "./examples-coinbase.js";
import { DERIBIT_SYMBOLS, deribitExamples } from "./examples-deribit.js";
import { htxExamples } from "./examples-htx.js";
import { krakenExamples } from "./examples-kraken.js";
import { okxExamples, okxSymbols } from "./examples-okx.js";
import { tardisExamples } from "./examples-tardis.js";

export interface Example {
  name: string;
  venue: number;
  product: number;
  text: string;
  /** The shape that the venue sends today: a template takes it. */
  isCurrent: boolean;
}

const example = (venue: number, product: number, name: string, text: string, isCurrent = true): Example => ({
  name,
  venue,
  product,
  text,
  isCurrent,
});
const spot = (name: string, text: string, isCurrent = true) =>
  example(L.VENUE_BINANCE, L.PRODUCT_SPOT, `binance spot ${name}`, text, isCurrent);
const usdm = (name: string, text: string, isCurrent = true) =>
  example(L.VENUE_BINANCE, L.PRODUCT_USDM, `binance usdm ${name}`, text, isCurrent);
const coinm = (name: string, text: string, isCurrent = true) =>
  example(L.VENUE_BINANCE, L.PRODUCT_COINM, `binance coinm ${name}`, text, isCurrent);
const bybit = (product: number, name: string, text: string, isCurrent = true) =>
  example(L.VENUE_BYBIT, product, `bybit ${name}`, text, isCurrent);

export const examples: Example[] = [
  spot(
    "depth",
    '{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1723161255208,"s":"BTCUSDT","U":50093239189,"u":50093239202,"b":[["61737.63000000","0.00000000"],["61730.17000000","0.00000000"],["56854.58000000","0.00000000"]],"a":[["61837.64000000","1.54698000"],["61839.85000000","0.00000000"]]}}',
  ),
  spot(
    "bookTicker",
    '{"stream":"btcusdt@bookTicker","data":{"u":50093239212,"s":"BTCUSDT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"1.54698000"}}',
  ),
  spot(
    "trade",
    '{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}}',
  ),
  spot(
    "trade of 2019",
    '{"stream":"bnbbtc@trade","data":{"e":"trade","E":1554076800945,"s":"BTCUSDT","t":40756030,"p":"0.00426990","q":"33.82000000","b":133829535,"a":133829504,"T":1554076800940,"m":false,"M":true}}',
  ),
  spot(
    "aggTrade",
    '{"stream":"nknusdt@aggTrade","data":{"e":"aggTrade","E":1633998523963,"s":"BTCUSDT","a":15683430,"p":"0.35280000","q":"58.00000000","f":19862790,"l":19862790,"T":1633998523963,"m":false,"M":true}}',
  ),
  spot(
    "snapshot",
    '{"lastUpdateId":50093239218,"bids":[["61837.63000000","3.78826000"],["61837.62000000","0.61700000"],["61837.24000000","0.10610000"]],"asks":[["61837.64000000","1.54698000"]]}',
  ),
  usdm(
    "depth, bare",
    '{"e":"depthUpdate","E":1723161256299,"T":1723161256298,"s":"BTCUSDT","U":5123107832006,"u":5123107837557,"pu":5123107831937,"b":[["58710.20","0.014"],["61496.50","0.010"]],"a":[["61510.90","0.000"],["61641.50","1.211"],["61652.80","0.195"]]}',
  ),
  usdm(
    "empty depth",
    '{"stream":"btcusdt@depth","data":{"e":"depthUpdate","E":1723161256299,"T":1723161256298,"s":"BTCUSDT","U":5123107832006,"u":5123107837557,"pu":5123107831937,"b":[],"a":[]}}',
  ),
  usdm(
    "bookTicker",
    '{"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":5123107839020,"s":"BTCUSDT","b":"61800.20","B":"2.507","a":"61800.30","A":"2.510","T":1723161256313,"E":1723161256314}}',
  ),
  usdm(
    "trade",
    '{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161256322,"T":1723161256321,"s":"BTCUSDT","t":5266583935,"p":"61800.30","q":"0.006","X":"MARKET","m":false}}',
  ),
  usdm(
    "trade of the insurance fund",
    '{"stream":"ethusdt@trade","data":{"e":"trade","E":1596034530241,"T":1596034530235,"s":"BTCUSDT","t":73701056,"p":"0","q":"0","X":"INSURANCE_FUND","m":true}}',
    false,
  ),
  usdm(
    "aggTrade",
    '{"stream":"sushiusdt@aggTrade","data":{"e":"aggTrade","E":1626992741575,"a":16599292,"s":"BTCUSDT","p":"1.01100","q":"10","f":23961322,"l":23961322,"T":1626992741421,"m":false}}',
  ),
  usdm(
    "aggTrade of 2019, without id",
    '{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1568693103463,"s":"BTCUSDT","p":"10223.74","q":"0.236","f":181349,"l":181349,"T":1568693103463,"m":false}}',
    false,
  ),
  usdm(
    "markPrice",
    '{"stream":"btcusdt@markPrice@1s","data":{"e":"markPriceUpdate","E":1680652701000,"s":"BTCUSDT","p":"28147.27373413","P":"28142.15563565","i":"28159.75642857","r":"-0.00002754","T":1680652800000}}',
  ),
  usdm(
    "markPrice of a dated future",
    '{"stream":"btcbusd_210129@markPrice@1s","data":{"e":"markPriceUpdate","E":1609830121004,"s":"BTCUSDT","p":"31799.27730000","P":"31235.82439517","i":"31307.03400000","r":"","T":0}}',
  ),
  usdm(
    "markPrice of all symbols",
    '{"stream":"!markPrice@arr","data":[{"e":"markPriceUpdate","E":1680652701000,"s":"BTCUSDT","p":"28147.27","i":"28159.75","r":"0.0001","T":1680652800000},{"e":"markPriceUpdate","E":1680652701000,"s":"ETHUSDT","p":"1870.5","r":"","T":0}]}',
    false,
  ),
  usdm(
    "forceOrder",
    '{"stream":"btcusdt@forceOrder","data":{"e":"forceOrder","E":1584059031426,"o":{"s":"BTCUSDT","S":"BUY","o":"LIMIT","f":"IOC","q":"0.014","p":"4793.91","ap":"4706.04","X":"FILLED","l":"0.015","z":"0.014","T":1584059031421}}}',
  ),
  usdm(
    "fundingInfo",
    '[{"symbol":"BLZUSDT","adjustedFundingRateCap":"0.02500000","adjustedFundingRateFloor":"-0.02500000","fundingIntervalHours":1,"disclaimer":false},{"symbol":"ETHUSDT","adjustedFundingRateCap":"0.02000000","adjustedFundingRateFloor":"-0.02000000","fundingIntervalHours":4,"disclaimer":false}]',
    false,
  ),
  coinm(
    "fundingInfo",
    '[{"symbol":"XRPUSD_PERP","adjustedFundingRateCap":"0.02500000","adjustedFundingRateFloor":"-0.02500000","fundingIntervalHours":4}]',
    false,
  ),
  usdm("openInterest", '{"symbol":"BTCUSDT","openInterest":"26286.181","time":1723161256313}', false),
  usdm(
    "snapshot, pretty",
    '{"lastUpdateId": 2710246765483, "E": 1680652700590, "T": 1680652700580, "bids": [["28145.10", "3.818"], ["28145.00", "0.413"]], "asks": [["28145.20", "6.961"]]}',
    false,
  ),
  usdm("acknowledgement", '{"result":null,"id":1}', false),
  usdm(
    "kline",
    '{"stream":"btcusdt@kline_1m","data":{"e":"kline","E":1626992741424,"s":"BTCUSDT","k":{"t":1626992700000,"T":1626992759999,"s":"BTCUSDT","i":"1m","x":false}}}',
    false,
  ),
  coinm(
    "depth",
    '{"stream":"btcusd_perp@depth@0ms","data":{"e":"depthUpdate","E":1723161257440,"T":1723161257432,"s":"BTCUSD_PERP","ps":"BTCUSD","U":1007198631260,"u":1007198631565,"pu":1007198631198,"b":[["61773.6","1001"],["61776.4","412"],["61777.7","1"]],"a":[["61778.7","0"]]}}',
  ),
  coinm(
    "bookTicker",
    '{"stream":"btcusd_perp@bookTicker","data":{"u":1007198632021,"e":"bookTicker","s":"BTCUSD_PERP","ps":"BTCUSD","b":"61804.7","B":"35","a":"61804.8","A":"1645","T":1723161257465,"E":1723161257476}}',
  ),
  coinm(
    "forceOrder",
    '{"stream":"btcusd_200925@forceOrder","data":{"e":"forceOrder","E":1594622954023,"o":{"s":"BTCUSD_PERP","ps":"BTCUSD","S":"SELL","o":"LIMIT","f":"IOC","q":"3","p":"9314.5","ap":"9352.7","X":"FILLED","l":"3","z":"3","T":1594622954021}}}',
  ),
  coinm(
    "snapshot",
    '{"lastUpdateId":1007198635033,"E":1723161257835,"T":1723161257823,"symbol":"BTCUSD_PERP","pair":"BTCUSD","bids":[["61804.7","35"],["61802.0","8"]],"asks":[["61804.8","1645"]]}',
  ),
  bybit(
    L.PRODUCT_LINEAR,
    "orderbook.200 delta",
    '{"topic":"orderbook.200.BTCUSDT","type":"delta","ts":1786310818130,"data":{"s":"BTCUSDT","b":[["65095.30","0.005"],["65094.60","0.076"],["65093.10","0"]],"a":[["65116.60","0"],["65116.80","0.002"]],"u":15076953,"seq":753843913870},"cts":1786310818129}',
  ),
  bybit(
    L.PRODUCT_SPOT,
    "spot orderbook.200 snapshot",
    '{"topic":"orderbook.200.BTCUSDT","ts":1786310816516,"type":"snapshot","data":{"s":"BTCUSDT","b":[["65140.4","0.885797"],["65140","0.014"]],"a":[["65239","0.157663"],["65239.1","0.123013"]],"u":62505424,"seq":112488545843},"cts":1786310816512}',
  ),
  bybit(
    L.PRODUCT_LINEAR,
    "orderbook.1 delta",
    '{"topic":"orderbook.1.BTCUSDT","type":"delta","ts":1682092584425,"data":{"s":"BTCUSDT","b":[["27994.60","0"],["27991.70","0.777"]],"a":[["27994.40","0.058"],["27994.80","0"]],"u":1188472,"seq":11155892580}}',
  ),
  bybit(
    L.PRODUCT_SPOT,
    "spot orderbook.1 snapshot",
    '{"topic":"orderbook.1.BTCUSDT","ts":1680652806504,"type":"snapshot","data":{"s":"BTCUSDT","b":[["28165.07","0.175231"]],"a":[],"u":20404754,"seq":4281281856}}',
  ),
  bybit(
    L.PRODUCT_OPTION,
    "option book",
    '{"id":"orderbook.25.SOL-28APR23-30-C-3360274030-1680652786355","topic":"orderbook.25.SOL-28APR23-30-C","ts":1680652786355,"data":{"s":"SOL-28APR23-30-C","b":[["0.01","50"]],"a":[["1.74","46"]],"u":24641},"type":"snapshot"}',
    false,
  ),
  bybit(
    L.PRODUCT_LINEAR,
    "publicTrade",
    '{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1786310819681,"data":[{"T":1786310819680,"s":"BTCUSDT","S":"Sell","v":"0.004","p":"65114.20","L":"MinusTick","i":"a9188a0a-82bc-50de-be60-03eedbe3cdd7","BT":false,"RPI":false,"seq":753843954913},{"T":1786310819680,"s":"BTCUSDT","S":"Buy","v":"1.30","p":"65114.30","L":"ZeroPlusTick","i":"4d4ad26c-901f-5146-adc0-1db29b6b9ab6","BT":true,"RPI":false,"seq":753843954914}]}',
  ),
  bybit(
    L.PRODUCT_SPOT,
    "spot publicTrade",
    '{"topic":"publicTrade.BTCUSDT","ts":1786310822606,"type":"snapshot","data":[{"i":"2290000001189048101","T":1786310822605,"p":"65140.5","v":"0.002705","S":"Buy","seq":112488547164,"s":"BTCUSDT","BT":false,"RPI":false}]}',
  ),
  bybit(
    L.PRODUCT_OPTION,
    "option publicTrade of two symbols",
    '{"id":"publicTrade.BTC-3414637898-1680652922102","topic":"publicTrade.BTC","ts":1680652922102,"data":[{"p":"985","v":"0.01","i":"0404c393-8419-5bac-95c3-5fea28404754","T":1680652922081,"BT":false,"s":"BTC-28APR23-29500-C","S":"Sell"},{"p":"98","v":"0.02","i":"1404c393-8419-5bac-95c3-5fea28404754","T":1680652922081,"BT":false,"s":"SOL-28APR23-30-C","S":"Buy"}],"type":"snapshot"}',
    false,
  ),
  bybit(
    L.PRODUCT_OPTION,
    "option tickers",
    '{"id":"tickers.SOL-28APR23-30-C-3414625745-1680652810254","topic":"tickers.SOL-28APR23-30-C","ts":1680652810254,"data":{"symbol":"SOL-28APR23-30-C","bidPrice":"0.34","bidSize":"10","bidIv":"0.6004","askPrice":"0","askSize":"0","askIv":"0","lastPrice":"1.6","highPrice24h":"1.6","lowPrice24h":"1.6","markPrice":"1.99054639","indexPrice":"20.93","markPriceIv":"1.4674","underlyingPrice":"20.95","openInterest":"20","turnover24h":"211.8","volume24h":"10","totalVolume":"20","totalTurnover":"421","delta":"0.42723543","gamma":"0.0505193","vega":"0.02075941","theta":"-0.06527514","predictedDeliveryPrice":"0","change24h":"-0.11111112"},"type":"snapshot"}',
    false,
  ),
  bybit(
    L.PRODUCT_OPTION,
    "option acknowledgement",
    '{"success":true,"conn_id":"aa01fbfffe80af37-00000001-000b37b9","data":{"failTopics":[],"successTopics":["orderbook.100.BTC-6JAN23-18000-C"]},"type":"COMMAND_RESP"}',
    false,
  ),
  bybit(L.PRODUCT_OPTION, "option pong", '{"args":["1672916271846"],"op":"pong"}', false),
  bybit(
    L.PRODUCT_LINEAR,
    "tickers",
    '{"topic":"tickers.BTCUSDT","type":"delta","data":{"symbol":"BTCUSDT","tickDirection":"ZeroPlusTick","price24hPcnt":"-0.006899","markPrice":"65117.44","indexPrice":"65137.76","openInterest":"59891.732","openInterestValue":"3899996265.01","fundingIntervalHour":"8","nextFundingTime":"1786320000000","fundingRate":"-0.0001","bid1Price":"65114.20","preOpenPrice":"","curPreListingPhase":""},"cs":753843900397,"ts":1786310817583}',
  ),
  bybit(
    L.PRODUCT_LINEAR,
    "tickers without anything new",
    '{"topic":"tickers.BTCUSDT","type":"delta","data":{"symbol":"BTCUSDT","bid1Price":"65114.20","bid1Size":"6.054"},"cs":753843907770,"ts":1786310817883}',
  ),
  bybit(
    L.PRODUCT_SPOT,
    "spot tickers",
    '{"topic":"tickers.BTCUSDT","ts":1786310819126,"type":"snapshot","cs":112488546160,"data":{"symbol":"BTCUSDT","lastPrice":"65140.5","usdIndexPrice":"65091.459221"}}',
  ),
  bybit(
    L.PRODUCT_INVERSE,
    "inverse tickers",
    '{"topic":"tickers.BTCUSD","type":"snapshot","data":{"symbol":"BTCUSD","markPrice":"28560.00","indexPrice":"28566.94","openInterest":"449736676","openInterestValue":"15747.08","nextFundingTime":"","fundingRate":""},"cs":20856433578,"ts":1680673822577}',
  ),
  bybit(
    L.PRODUCT_LINEAR,
    "allLiquidation",
    '{"topic":"allLiquidation.BTCUSDT","type":"snapshot","ts":1740480207578,"data":[{"T":1740480207110,"s":"BTCUSDT","S":"Sell","v":"2846","p":"0.02456"},{"T":1740480207111,"s":"BTCUSDT","S":"Buy","v":"1","p":"0.02457"}]}',
  ),
  bybit(
    L.PRODUCT_LINEAR,
    "acknowledgement",
    '{"success":true,"ret_msg":"","conn_id":"d8bu1olkndm7crnfs1e0-j6akw","req_id":"","op":"subscribe"}',
    false,
  ),
  ...backpackExamples,
  ...deribitExamples,
  ...htxExamples,
  ...okxExamples,
  ...krakenExamples,
  ...tardisExamples,
  ...coinbaseExamples,
];

const SYMBOLS = ["BTCUSDT", "ETHUSDT", "BTCUSD_PERP", "BTCUSD", "SOL-28APR23-30-C", "BTC-28APR23-29500-C"];
/** Of venues that write names otherwise. */
const SYMBOLS_OF: ReadonlyMap<number, readonly string[]> = new Map([
  [L.VENUE_BACKPACK, ["ETH_USDC", "SOL_USDC", "BTC_USDC_PERP", "ETH_USDC_PERP", "SOL_USDC_PERP"]],
  [L.VENUE_COINBASE, ["BTC-USD", "ETH-USD"]],
  [L.VENUE_KRAKEN, ["BTC/USD", "ETH/USD"]],
  [L.VENUE_DERIBIT, DERIBIT_SYMBOLS],
  [L.VENUE_HTX, ["btcusdt", "BTC-USDT", "BTC-USD", "BTC-USDT-261225", "BTC261225"]],
]);

/** How a symbol counts its quantities. */
export function unitOf(of: number, product: number, name: string): { unit: number; contractSize: number } {
  const venue = of % L.DIALECT_TARDIS;
  if (venue === L.VENUE_HTX && product !== L.PRODUCT_SPOT) {
    const isLinear = /-(?!USD$)/.test(name);
    return isLinear ? { unit: L.UNIT_CONTRACT, contractSize: 0.001 } : { unit: L.UNIT_INVERSE, contractSize: 100 };
  }
  if (venue === L.VENUE_OKX) {
    const { unitCode, contractSize } = resolveInstrument("okx", productName(product), name);
    return { unit: unitCode, contractSize: contractSize ?? Number.NaN };
  }
  if (venue === L.VENUE_DERIBIT) {
    const isInverse = product !== L.PRODUCT_OPTION && !name.includes("_");
    return { unit: isInverse ? L.UNIT_INVERSE : L.UNIT_BASE, contractSize: 1 };
  }
  const isInverse = product === L.PRODUCT_COINM || product === L.PRODUCT_INVERSE;
  return { unit: isInverse ? L.UNIT_INVERSE : L.UNIT_BASE, contractSize: product === L.PRODUCT_COINM ? 100 : 1 };
}

function symbolsOf(venue: number, product: number): readonly string[] {
  if (venue === L.VENUE_OKX) return okxSymbols[product];
  return SYMBOLS_OF.get(venue % L.DIALECT_TARDIS) ?? SYMBOLS;
}

/** Adds a symbol to the lane and to what the reference knows. */
export function addSymbol(decoder: Decoder, venue: number, name: string): void {
  const { unit, contractSize } = unitOf(venue, decoder.context.product, name);
  decoder.add(name, unit, contractSize);
}

/** A decoder that knows the symbols of the examples. */
export function decoderOf({ venue, product }: Pick<Example, "venue" | "product">): Decoder {
  const decoder = new Decoder(venue, product);
  for (const name of symbolsOf(venue, product)) addSymbol(decoder, venue, name);
  decoder.context.hint = 0;
  return decoder;
}

const decoders = new Map<string, Decoder>();

/** The decoder of an example's venue and product, one for all tests of a file. */
export function sharedDecoderOf(example: Example): Decoder {
  const key = `${example.venue}.${example.product}`;
  let decoder = decoders.get(key);
  if (decoder === undefined) {
    decoder = decoderOf(example);
    decoders.set(key, decoder);
  }
  return decoder;
}
