// Backpack: nobody has recorded it for us. The frames are transcribed from the shapes in its documents
// (docs.backpack.exchange, "Streams") and from those that ccxt notes beside its own parser; numbers are ours.
import * as L from "crosstick/internal/layout";
import type { Example } from "./example-frames.js";

const spot = (name: string, text: string): Example => ({
  ...{ name: `backpack spot ${name}`, venue: L.VENUE_BACKPACK, product: L.PRODUCT_SPOT, text, isCurrent: false },
});
const swap = (name: string, text: string): Example => ({
  ...{ name: `backpack swap ${name}`, venue: L.VENUE_BACKPACK, product: L.PRODUCT_SWAP, text, isCurrent: false },
});

export const backpackExamples: Example[] = [
  spot(
    "depth",
    '{"data":{"E":"1754903057555305","T":"1754903057554352","U":1345937436,"a":[["4212.70","0.0000"],["4213.05","1.2500"],["4213.10","0.3"]],"b":[["4212.31","0.8320"],["4211.99","0.0000"]],"e":"depth","s":"ETH_USDC","u":1345937438},"stream":"depth.ETH_USDC"}',
  ),
  spot(
    "depth without a level",
    '{"data":{"E":"1754903057555305","T":"1754903057554352","U":1345937436,"a":[],"b":[],"e":"depth","s":"ETH_USDC","u":1345937436},"stream":"depth.ETH_USDC"}',
  ),
  spot(
    "depth of the documents",
    '{"stream":"depth.SOL_USDC","data":{"e":"depth","E":1694687965941000,"s":"SOL_USDC","a":[["18.70","0.000"]],"b":[["18.67","0.832"],["18.68","0.000"]],"U":94978271,"u":94978271,"T":1694687965940999}}',
  ),
  spot(
    "snapshot",
    '{"asks":[["4212.70","0.5"],["4213.05","0.08450"]],"bids":[["1.0","0.38647"],["12.9","1.00000"],["4212.31","0.832"]],"lastUpdateId":"1345937435","timestamp":1754903057547501}',
  ),
  spot(
    "bookTicker",
    '{"data":{"A":"0.4087","B":"0.0020","E":"1754517402450016","T":"1754517402449064","a":"3667.50","b":"3667.49","e":"bookTicker","s":"ETH_USDC","u":1328288557},"stream":"bookTicker.ETH_USDC"}',
  ),
  spot(
    "bookTicker of the documents",
    '{"stream":"bookTicker.SOL_USDC","data":{"e":"bookTicker","E":1694687965941000,"s":"SOL_USDC","a":"18.70","A":"1.000","b":"18.67","B":"2.000","u":"111063070525358080","T":1694687965940999}}',
  ),
  spot(
    "trade",
    '{"stream":"trade.SOL_USDC","data":{"e":"trade","E":1694688638091000,"s":"SOL_USDC","p":"18.68","q":"0.122","b":"111063114377265150","a":"111063114585735170","t":12345,"T":1694688638089000,"m":true}}',
  ),
  spot(
    "ticker",
    '{"data":{"E":"1754176123312507","V":"19419526.742584","c":"3398.57","e":"ticker","h":"3536.65","l":"3371.8","n":17152,"o":"3475.45","s":"ETH_USDC","v":"5573.5827"},"stream":"ticker.ETH_USDC"}',
  ),
  spot(
    "kline",
    '{"data":{"E":"1754519557526056","T":"2025-08-07T00:00:00","X":false,"c":"3680.52","e":"kline","h":"3681.37","l":"3667.65","n":255,"o":"3670.15","s":"ETH_USDC","t":"2025-08-06T22:00:00","v":"62.2621"},"stream":"kline.2h.ETH_USDC"}',
  ),
  spot(
    "mark of a spot market",
    '{"stream":"markPrice.SOL_USDC","data":{"e":"markPrice","E":1694687965941000,"s":"SOL_USDC","p":"18.70","i":"19.70"}}',
  ),
  spot(
    "market of the list",
    '{"baseSymbol":"SOL","fundingInterval":28800000,"marketType":"SPOT","orderBookState":"Open","quoteSymbol":"USDC","symbol":"SOL_USDC"}',
  ),
  spot("list", '[{"symbol":"SOL_USDC","openInterest":null,"timestamp":1754519557526}]'),
  spot("error", '{"error":{"code":4002,"message":"Invalid stream"},"id":null}'),
  swap(
    "depth",
    '{"stream":"depth.BTC_USDC_PERP","data":{"E":"1759338824897386","T":"1759338824895616","U":1662976171,"a":[],"b":[["117357.0","0.00000"]],"e":"depth","s":"BTC_USDC_PERP","u":1662976171}}',
  ),
  swap(
    "trade",
    '{"data":{"E":"1754601477746429","T":"1754601477744000","a":"5121860761","b":"5121861755","e":"trade","m":false,"p":"3870.25","q":"0.0008","s":"ETH_USDC_PERP","t":10782547},"stream":"trade.ETH_USDC_PERP"}',
  ),
  swap(
    "markPrice",
    '{"stream":"markPrice.SOL_USDC_PERP","data":{"e":"markPrice","E":"1754601477746429","s":"SOL_USDC_PERP","p":"178.70","f":"-0.000179157","i":"178.69","n":1754604000000}}',
  ),
  swap(
    "markPrice of the documents",
    '{"stream":"markPrice.SOL_USDC_PERP","data":{"e":"markPrice","E":1694687965941000,"s":"SOL_USDC_PERP","p":"18.70","f":"1.70","i":"19.70","n":1694687965941000}}',
  ),
  swap(
    "openInterest",
    '{"stream":"openInterest.SOL_USDC_PERP","data":{"e":"openInterest","E":1694687965941000,"s":"SOL_USDC_PERP","o":"100"}}',
  ),
  swap(
    "liquidation",
    '{"stream":"liquidation","data":{"e":"liquidation","E":1694688638091000,"q":"10","p":"18.70","S":"Bid","s":"SOL_USDC_PERP","T":1694688638089000}}',
  ),
  swap(
    "liquidation of a long",
    '{"stream":"liquidation","data":{"e":"liquidation","E":1694688638091000,"q":"10","p":"18.70","S":"Ask","s":"SOL_USDC_PERP","T":1694688638089000}}',
  ),
  swap(
    "market of the list",
    '{"baseSymbol":"SOL","fundingInterval":"28800000","fundingRateLowerBound":"-100","marketType":"PERP","openInterestLimit":"4000000","orderBookState":"Open","quoteSymbol":"USDC","symbol":"SOL_USDC_PERP"}',
  ),
];
