// One frame of every kind of HTX, as it is after inflating; of real recordings where there are any.
import * as L from "crosstick/internal/layout";
import type { Example } from "./example-frames.js";

const htx = (product: number, name: string, text: string): Example => ({
  ...{ venue: L.VENUE_HTX, product, name: `htx ${name}`, text, isCurrent: false },
});
const spot = (name: string, text: string) => htx(L.PRODUCT_SPOT, `spot ${name}`, text);
const swap = (name: string, text: string) => htx(L.PRODUCT_SWAP, `swap ${name}`, text);
const futures = (name: string, text: string) => htx(L.PRODUCT_FUTURES, `futures ${name}`, text);

export const htxExamples: Example[] = [
  spot(
    "mbp",
    '{"ch":"market.btcusdt.mbp.150","ts":1593561600901,"tick":{"seqNum":109409288204,"prevSeqNum":109409288160,"asks":[[9138.6,0],[9138.61,0],[9138.67,0.033924]],"bids":[[9134.5,0.002232],[9134.4,0.164064],[9126.94,0]]}}',
  ),
  spot(
    "mbp of one side",
    '{"ch":"market.btcusdt.mbp.400","ts":1593561600901,"tick":{"seqNum":109409288204,"prevSeqNum":109409288160,"bids":[[6.22e-8,45542.05]],"asks":null}}',
  ),
  spot(
    "mbp that was requested",
    '{"id":"1","status":"ok","ts":1593561601666,"rep":"market.btcusdt.mbp.150","data":{"bids":[[9137.67,4.683547],[9137.35,0.0089],[9137.17,0.00606]],"asks":[[9137.68,0.190075]],"seqNum":109409288160}}',
  ),
  spot(
    "mbp.refresh",
    '{"ch":"market.btcusdt.mbp.refresh.20","ts":1593561600901,"tick":{"seqNum":109409288204,"asks":[[9138.67,0.033924]],"bids":[[9134.5,0.002232],[9134.4,0.164064]]}}',
  ),
  spot(
    "depth.step0",
    '{"ch":"market.btcusdt.depth.step0","ts":1572911920067,"tick":{"bids":[[6.22e-8,45542.05],[6.21e-8,663504.55]],"asks":[[6.35e-8,1033141.41]],"version":100033171703,"ts":1572911920032}}',
  ),
  spot(
    "bbo",
    '{"ch":"market.btcusdt.bbo","ts":1575158404058,"tick":{"seqId":103273695595,"ask":7543.59,"askSize":2.323241,"bid":7541.16,"bidSize":0.002329,"quoteTime":1575158404057,"symbol":"btcusdt"}}',
  ),
  spot(
    "trade.detail",
    '{"ch":"market.btcusdt.trade.detail","ts":1786563034186,"tick":{"id":192582259647,"ts":1786563034185,"data":[{"id":"1925822596471664607926422813","ts":1786563034185,"tradeId":103627281664,"amount":0.004682,"price":63349.89,"direction":"sell","isRpiTrade":false},{"id":"1925822596471664607926422814","ts":1786563034185,"tradeId":103627281665,"amount":0.1,"price":63349.9,"direction":"buy"}]}}',
  ),
  spot(
    "trade.detail of 2019",
    '{"ch":"market.btcusdt.trade.detail","ts":1572879775938,"tick":{"id":100201717928,"ts":1571238239378,"data":[{"id":"10020171792852100010452","amount":6.5286,"price":0.006663,"direction":"buy","ts":1571238239378}]}}',
  ),
  swap(
    "high_freq snapshot",
    '{"ch":"market.BTC-USDT.depth.size_150.high_freq","tick":{"asks":[[10866.01,137],[10900.06,35]],"bids":[[10866,3166],[10847.44,30],[10847.4,2]],"ch":"market.BTC-USDT.depth.size_150.high_freq","event":"snapshot","id":45961927810,"mrid":45961927810,"ts":1581552001187,"version":25630954},"ts":1581552001189}',
  ),
  swap(
    "high_freq update",
    '{"ch":"market.BTC-USDT.depth.size_20.high_freq","tick":{"asks":[],"bids":[[10489.55,0],[10361.14,385]],"ch":"market.BTC-USDT.depth.size_20.high_freq","event":"update","id":45961928082,"mrid":45961928082,"ts":1581552001275,"version":23596415},"ts":1581552001277}',
  ),
  swap(
    "depth.step0, inverse",
    '{"ch":"market.BTC-USD.depth.step0","ts":1645289384843,"tick":{"mrid":74377472700,"id":1645289384,"bids":[[26.5766,50],[26.5699,152],[26.5628,152]],"asks":[[26.6,3]],"ts":1645289384842,"version":1645289384,"ch":"market.BTC-USD.depth.step0"}}',
  ),
  swap(
    "bbo",
    '{"ch":"market.BTC-USDT.bbo","ts":1630454400495,"tick":{"mrid":64797873746,"id":1630454400,"bid":[47176.5,1],"ask":[47176.6,9249],"ts":1630454400495,"version":64797873746,"ch":"market.BTC-USDT.bbo"}}',
  ),
  swap(
    "trade.detail",
    '{"ch":"market.BTC-USD.trade.detail","ts":1645289384381,"tick":{"id":74377472348,"ts":1645289384356,"data":[{"amount":2,"quantity":718648.939992813,"ts":1645289384356,"id":743774723480000,"price":0.00002783,"direction":"sell"},{"amount":4,"ts":1645289384356,"id":743774723480001,"price":0.00002783,"direction":"buy"}]}}',
  ),
  swap(
    "mark_price",
    '{"ch":"market.BTC-USDT.mark_price.1min","ts":1603708981000,"tick":{"id":1603708980,"vol":"0","count":"0","open":"13112.3","close":"13114.72","low":"13110.1","high":"13115","amount":"0","trade_turnover":"0"}}',
  ),
  swap(
    "index",
    '{"ch":"market.BTC-USDT.index.1min","ts":1603708981000,"tick":{"id":1603708980,"open":13112.3,"close":13113.015,"high":13115,"low":13110.1,"amount":0,"vol":0,"count":0}}',
  ),
  swap(
    "basis",
    '{"ch":"market.BTC-USDT.basis.1min.close","ts":1606780806356,"tick":{"id":1606780800,"index_price":"19695.41","contract_price":"19717.9","basis":"22.49","basis_rate":"0.0011418904201537312500729865486425517"}}',
  ),
  swap(
    "funding_rate",
    '{"op":"notify","topic":"public.BTC-USDT.funding_rate","ts":1592904820339,"data":[{"symbol":"BTC","contract_code":"BTC-USDT","fee_asset":"USDT","funding_time":"1592904780000","funding_rate":"0.000100000000000000","estimated_rate":"0.000113655663368468","settlement_time":"1592913600000"}]}',
  ),
  swap(
    "funding_rate of two contracts",
    '{"op":"notify","topic":"public.*.funding_rate","ts":1606780803260,"data":[{"contract_code":"BTC-USDT","funding_rate":"-0.000220068774978695","estimated_rate":null,"settlement_time":"1606780800000"},{"contract_code":"BTC-USD","funding_rate":"0.0001","estimated_rate":"null","settlement_time":"1606809600000"}]}',
  ),
  swap(
    "liquidation_orders",
    '{"op":"notify","topic":"public.BTC-USDT.liquidation_orders","ts":1608226502344,"data":[{"symbol":"BTC","contract_code":"BTC-USDT","direction":"sell","offset":"close","volume":227,"price":23350.5,"created_at":1608226502284,"amount":0.227,"trade_turnover":5300.5635},{"contract_code":"BTC-USDT","direction":"buy","offset":"both","volume":1,"price":23400,"created_at":1608226502284}]}',
  ),
  swap(
    "open interest as Tardis writes it",
    '{"ch":"market.BTC-USDT.open_interest","generated":true,"data":[{"volume":3063121,"amount":3063.121,"symbol":"BTC","value":60398313.5659,"contract_code":"BTC-USDT"}],"ts":1606780807036}',
  ),
  swap(
    "open interest by HTTP",
    '{"status":"ok","data":[{"volume":1711705,"amount":17841.411298728373,"symbol":"BTC","contract_code":"BTC-USD"}],"ts":1592904823141}',
  ),
  futures(
    "trade.detail",
    '{"ch":"market.BTC-USDT-261225.trade.detail","ts":1666114554581,"tick":{"id":118655891999,"ts":1666114554480,"data":[{"amount":2,"quantity":0.002,"trade_turnover":38.85,"ts":1666114554480,"id":1186558919990000,"price":19425,"direction":"buy"}]}}',
  ),
];
