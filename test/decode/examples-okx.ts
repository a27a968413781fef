// OKX: one frame of every kind, of recordings and of the venue's own documentation.
import * as L from "crosstick/internal/layout";
import type { Example } from "./example-frames.js";

const okx = (product: number, name: string, text: string): Example => ({
  name: `okx ${name}`,
  venue: L.VENUE_OKX,
  product,
  text,
  isCurrent: false,
});
const spot = (name: string, text: string) => okx(L.PRODUCT_SPOT, `spot ${name}`, text);
const swap = (name: string, text: string) => okx(L.PRODUCT_SWAP, `swap ${name}`, text);
const futures = (name: string, text: string) => okx(L.PRODUCT_FUTURES, `futures ${name}`, text);
const option = (name: string, text: string) => okx(L.PRODUCT_OPTION, `option ${name}`, text);

/** Symbols that the examples name, by product. */
export const okxSymbols: Readonly<Record<number, readonly string[]>> = {
  [L.PRODUCT_SPOT]: ["BTC-USDT", "ETH-USDT"],
  [L.PRODUCT_SWAP]: ["BTC-USDT-SWAP", "ETH-USDT-SWAP", "BTC-USD-SWAP"],
  [L.PRODUCT_FUTURES]: ["BTC-USD-220527", "BTC-USD_UM_XPERP-310404", "BTC-USDT-261225"],
  [L.PRODUCT_OPTION]: ["BTC-USD-260323-69500-P", "ETH-USD-211231-9600-C"],
};

export const okxExamples: Example[] = [
  spot(
    "books update of 2022, proved by its checksum",
    '{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"update","data":[{"asks":[["30243.5","1.2112","0","4"],["30247.5","0","0","0"],["30254.8","0.635","0","1"]],"bids":[["30228.6","0.23393","0","1"]],"ts":"1652459225464","checksum":-914047754}]}',
  ),
  spot(
    "tickers",
    '{"arg":{"channel":"tickers","instId":"BTC-USDT"},"data":[{"instType":"SPOT","instId":"BTC-USDT","last":"30236","lastSz":"0.0002","askPx":"30228.7","askSz":"1.55896972","bidPx":"30228.6","bidSz":"0.23393","open24h":"29700.4","volCcy24h":"525802090.62716611","vol24h":"17602.13085371","ts":"1652459224956"}]}',
  ),
  spot(
    "trades-all of two instruments",
    '{"arg":{"channel":"trades-all","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","tradeId":"84834539","px":"42.52","sz":"3.75","side":"buy","ts":"1697760012017"},{"instId":"ETH-USDT","tradeId":"18446744073709551615","px":"1.5","sz":"2","side":"sell","ts":"1697760012018"}]}',
  ),
  spot(
    "acknowledgement",
    '{"id":"1","event":"subscribe","arg":{"channel":"books","instId":"BTC-USDT"},"connId":"a4d3ae55"}',
  ),
  spot("error", '{"id":"1","event":"error","code":"60012","msg":"Invalid request: {\\"op\\"}","connId":"a4d3ae55"}'),
  spot(
    "candles",
    '{"arg":{"channel":"candle1D","instId":"BTC-USDT"},"data":[["1597026383085","8533.02","8553.74","8527.17"]]}',
  ),
  swap(
    "books snapshot",
    '{"arg":{"channel":"books","instId":"BTC-USDT-SWAP"},"action":"snapshot","data":[{"asks":[["63921.5","790.41","0","42"],["63921.8","0.32","0","1"],["63922.2","0.03","0","2"]],"bids":[["63921.4","421.93","0","28"],["63921.3","0.25","0","1"]],"ts":"1786541241006","checksum":0,"prevSeqId":-1,"seqId":333794734980}]}',
  ),
  swap(
    "books update in US dollars",
    '{"arg":{"channel":"books","instId":"BTC-USD-SWAP"},"action":"update","data":[{"asks":[["63921.5","791","0","42"]],"bids":[["63921.4","0","0","0"],["63921.3","25","0","1"],["63921","1","0","1"]],"ts":"1786541241106","checksum":0,"prevSeqId":333794734980,"seqId":333794734996}]}',
  ),
  swap(
    "books without a change for a minute",
    '{"arg":{"channel":"books","instId":"BTC-USDT-SWAP"},"action":"update","data":[{"asks":[],"bids":[],"ts":"1786541301106","prevSeqId":15,"seqId":15}]}',
  ),
  swap(
    "books5",
    '{"arg":{"channel":"books5","instId":"BTC-USDT-SWAP"},"data":[{"asks":[["63921.5","790.41","0","42"],["63921.8","0.32","0","1"]],"bids":[["63921.4","421.93","0","28"],["63920.7","0.34","0","2"]],"instId":"BTC-USDT-SWAP","ts":"1786541241006","seqId":333794734980}]}',
  ),
  swap(
    "bbo-tbt",
    '{"arg":{"channel":"bbo-tbt","instId":"BTC-USDT-SWAP"},"data":[{"asks":[["111.06","55154","0","2"]],"bids":[["111.05","57745","0","2"]],"ts":"1670324386802","seqId":363996337}]}',
  ),
  swap(
    "trades",
    '{"arg":{"channel":"trades","instId":"BTC-USDT-SWAP"},"data":[{"instId":"BTC-USDT-SWAP","tradeId":"2832749645","px":"63913.4","sz":"34.95","side":"sell","ts":"1786540436090","count":"10","source":"0","seqId":333793118093}]}',
  ),
  swap(
    "mark-price",
    '{"arg":{"channel":"mark-price","instId":"BTC-USDT-SWAP"},"data":[{"instId":"BTC-USDT-SWAP","instType":"SWAP","markPx":"64000.7","ts":"1640131259180"}]}',
  ),
  swap(
    "index-tickers",
    '{"arg":{"channel":"index-tickers","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","idxPx":"64280","open24h":"63848.2","high24h":"64360.7","ts":"1785870839964"}]}',
  ),
  swap(
    "funding-rate",
    '{"arg":{"channel":"funding-rate","instId":"BTC-USD-SWAP"},"data":[{"fundingRate":"0.0001875391284828","fundingTime":"1700726400000","instId":"BTC-USD-SWAP","method":"current_period","nextFundingRate":"","nextFundingTime":"1700755200000","ts":"1700724675402"}]}',
  ),
  swap(
    "open-interest",
    '{"arg":{"channel":"open-interest","instId":"BTC-USDT-SWAP"},"data":[{"instId":"BTC-USDT-SWAP","instType":"SWAP","oi":"2216113.01000000309","oiCcy":"22161.1301000000309","oiUsd":"1939251795.5","ts":"1743041250440"}]}',
  ),
  swap(
    "tickers in US dollars",
    '{"arg":{"channel":"tickers","instId":"BTC-USD-SWAP"},"data":[{"instType":"SWAP","instId":"BTC-USD-SWAP","last":"30218.8","askPx":"30220.1","askSz":"3","bidPx":"30210.4","bidSz":"4","volCcy24h":"2620.289","vol24h":"779573","ts":"1652459223003"}]}',
  ),
  swap(
    "liquidation-orders of two contracts with two units",
    '{"arg":{"channel":"liquidation-orders","instType":"SWAP"},"data":[{"details":[{"bkLoss":"0","bkPx":"64000","ccy":"","posSide":"short","side":"buy","sz":"13","ts":"1692266434010"},{"bkPx":"64001","posSide":"net","side":"sell","sz":"1","ts":"1692266434011"}],"instFamily":"BTC-USDT","instId":"BTC-USDT-SWAP","instType":"SWAP"},{"details":[{"bkPx":"64000","posSide":"long","side":"sell","sz":"13","ts":"1692266434009"}],"instId":"BTC-USD-SWAP"}]}',
  ),
  futures(
    "funding-rate of a perpetual in all but name",
    '{"arg":{"channel":"funding-rate","instId":"BTC-USD_UM_XPERP-310404"},"data":[{"fundingRate":"-0.0004270396398519","fundingTime":"1785888000000","instId":"BTC-USD_UM_XPERP-310404","instType":"FUTURES","nextFundingRate":"0.0003","nextFundingTime":"1785902400000","ts":"1785870855692"}]}',
  ),
  futures(
    "open-interest in US dollars",
    '{"arg":{"channel":"open-interest","instId":"BTC-USD-220527"},"data":[{"instId":"BTC-USD-220527","instType":"FUTURES","oi":"10020.5","oiCcy":"","ts":"1640131202886"}]}',
  ),
  futures(
    "acknowledgement of liquidations",
    '{"event":"subscribe","arg":{"channel":"liquidation-orders","instType":"FUTURES"}}',
  ),
  option(
    "opt-summary",
    '{"arg":{"channel":"opt-summary","instFamily":"BTC-USD"},"data":[{"instType":"OPTION","instId":"BTC-USD-260323-69500-P","uly":"BTC-USD","delta":"-0.4322834935","gamma":"9.2612727458","deltaBS":"-0.4177692831","gammaBS":"0.0001198083","thetaBS":"-189.9336406909","vegaBS":"26.0871868579","markVol":"0.4876708033","bidVol":"0","askVol":"0.5004972802","realVol":"","fwdPx":"70097.9783321022","ts":"1773966134835"}]}',
  ),
  option(
    "books-l2-tbt",
    '{"arg":{"channel":"books-l2-tbt","instId":"ETH-USD-211231-9600-C"},"action":"update","data":[{"asks":[["0.1795","500","0","1"],["0.18","0","0","0"]],"bids":[],"ts":"1640001600039","checksum":496416989}]}',
  ),
  option("instruments by REST", '{"code":"0","data":[{"instId":"BTC-USD-260323-69500-P","ctVal":"1"}],"msg":""}'),
];
