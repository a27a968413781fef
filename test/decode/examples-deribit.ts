// One frame of every kind that Deribit sends, of real recordings where there are any.
import * as L from "crosstick/internal/layout";
import type { Example } from "./example-frames.js";

const example = (product: number, name: string, text: string): Example => ({
  name: `deribit ${name}`,
  venue: L.VENUE_DERIBIT,
  product,
  text,
  isCurrent: false,
});
const subscription = (channel: string, data: string): string =>
  `{"jsonrpc":"2.0","method":"subscription","params":{"channel":"${channel}","data":${data}}}`;
const swap = (name: string, channel: string, data: string) =>
  example(L.PRODUCT_SWAP, name, subscription(channel, data));
const option = (name: string, channel: string, data: string) =>
  example(L.PRODUCT_OPTION, name, subscription(channel, data));

/** Symbols of the examples, of all products. */
export const DERIBIT_SYMBOLS: readonly string[] = [
  ...["BTC-PERPETUAL", "ETH-PERPETUAL", "LINK_USDC-PERPETUAL", "BTC-25DEC26", "BTC-24SEP21-8000-P"],
  ...["BTC-24SEP21-34000-P", "ETH-10SEP21-3350-P", "BTC-8JUN20-8750-P", "MATIC_USDC-9MAR24-1d02-C", "BTC_USDC"],
];

export const deribitExamples: readonly Example[] = [
  swap(
    "book snapshot",
    "book.BTC-PERPETUAL.100ms",
    '{"timestamp":1786563084954,"type":"snapshot","change_id":169600103289,"instrument_name":"BTC-PERPETUAL","bids":[["new",63324.5,372280],["new",63324,1360],["new",63323.5,17750]],"asks":[["new",63325,7730],["new",63330,220]]}',
  ),
  swap(
    "book change",
    "book.BTC-PERPETUAL.100ms",
    '{"timestamp":1786563085228,"type":"change","change_id":169600103676,"instrument_name":"BTC-PERPETUAL","bids":[["delete",62533,0]],"asks":[["change",63350.5,8250],["new",63353,10],["delete",64116.5,0],["change",94987.5,20]],"prev_change_id":169600103289}',
  ),
  swap(
    "empty book change",
    "book.BTC-PERPETUAL.agg2",
    '{"timestamp":1786563085228,"type":"change","change_id":169600103677,"instrument_name":"BTC-PERPETUAL","bids":[],"asks":[],"prev_change_id":169600103676}',
  ),
  swap(
    "book snapshot of 2019, without type",
    "book.ETH-PERPETUAL.raw",
    '{"timestamp":1564617600273,"instrument_name":"ETH-PERPETUAL","change_id":1776289261,"bids":[["new",217.8,1895],["new",217.75,712]],"asks":[["new",218.6,179803]]}',
  ),
  swap(
    "book change of 2019, without type",
    "book.ETH-PERPETUAL.raw",
    '{"timestamp":1564617654272,"prev_change_id":1776294621,"instrument_name":"ETH-PERPETUAL","change_id":1776294623,"bids":[["delete",217.8,0.0]],"asks":[["change",219.2,64903.0],["change",219.1,19343.0]]}',
  ),
  swap(
    "linear book snapshot with a predecessor",
    "book.LINK_USDC-PERPETUAL.raw",
    '{"type":"snapshot","timestamp":1654041599955,"instrument_name":"LINK_USDC-PERPETUAL","prev_change_id":20,"change_id":1232767964,"bids":[["new",7.562,34],["new",7.561,329]],"asks":[]}',
  ),
  option(
    "book change after nothing",
    "book.ETH-10SEP21-3350-P.raw",
    '{"type":"change","timestamp":1631026812566,"prev_change_id":0,"instrument_name":"ETH-10SEP21-3350-P","change_id":14617771529,"bids":[["new",0.019,93]],"asks":[["new",0.037,93]]}',
  ),
  swap(
    "best levels",
    "book.BTC-PERPETUAL.none.10.100ms",
    '{"timestamp":1786563084954,"change_id":169600103289,"instrument_name":"BTC-PERPETUAL","bids":[[63324.5,372280],[63324,1360],[63323.5,17750]],"asks":[[63325,7730]]}',
  ),
  swap(
    "best levels in steps",
    "book.BTC-PERPETUAL.5.10.100ms",
    '{"timestamp":1786563084954,"change_id":169600103289,"instrument_name":"BTC-PERPETUAL","bids":[[63320,372280]],"asks":[[63325,7730]]}',
  ),
  swap(
    "trades",
    "trades.BTC-PERPETUAL.100ms",
    '[{"timestamp":1786563104514,"price":63344.5,"direction":"buy","index_price":63325.19,"trade_id":"440192723","instrument_name":"BTC-PERPETUAL","trade_seq":296152987,"amount":20,"mark_price":63341.87,"tick_direction":1,"contracts":2},{"timestamp":1786563105791,"price":63344,"direction":"sell","index_price":63325.2,"trade_id":"440192724","instrument_name":"BTC-PERPETUAL","trade_seq":296152988,"amount":40,"mark_price":63341.97,"tick_direction":2,"contracts":4}]',
  ),
  swap(
    "liquidated taker",
    "trades.BTC-PERPETUAL.raw",
    '[{"trade_seq":40781986,"trade_id":"66460463","timestamp":1584058044032,"tick_direction":3,"price":4469.5,"liquidation":"T","instrument_name":"BTC-PERPETUAL","index_price":4805.41,"direction":"sell","amount":1120}]',
  ),
  swap(
    "liquidated maker",
    "trades.BTC-PERPETUAL.raw",
    '[{"trade_seq":40782080,"trade_id":"66460626","timestamp":1584058067675,"tick_direction":3,"price":4458.5,"liquidation":"M","instrument_name":"BTC-PERPETUAL","index_price":4793.6,"direction":"buy","amount":2500}]',
  ),
  option(
    "trades of a kind",
    "trades.option.BTC.100ms",
    '[{"trade_seq":7,"trade_id":"91","timestamp":1626993744032,"price":0.0385,"iv":63.2,"instrument_name":"BTC-24SEP21-8000-P","index_price":32201.67,"direction":"buy","amount":0.3,"block_trade_id":"BLOCK-18","block_trade_leg_count":2},{"trade_seq":12,"trade_id":"92","timestamp":1626993744032,"price":0.1565,"iv":76.5,"instrument_name":"BTC-24SEP21-34000-P","index_price":32201.67,"direction":"sell","amount":0.1,"combo_id":"BTC-STRD-24SEP21-34000","combo_trade_id":"90"},{"trade_seq":3,"trade_id":"93","timestamp":1626993744033,"price":0.19,"instrument_name":"BTC-STRD-24SEP21-34000","direction":"sell","amount":0.1},{"trade_seq":13,"trade_id":"94","timestamp":1626993744034,"price":0.157,"instrument_name":"BTC-24SEP21-34000-P","direction":"buy","amount":1.5,"block_trade_id":null}]',
  ),
  swap(
    "quote",
    "quote.BTC-PERPETUAL",
    '{"timestamp":1567296000183,"instrument_name":"BTC-PERPETUAL","best_bid_price":9600.5,"best_bid_amount":162800,"best_ask_price":9601,"best_ask_amount":49710}',
  ),
  option(
    "quote of one side",
    "quote.BTC-24SEP21-8000-P",
    '{"timestamp":1567296000183,"instrument_name":"BTC-24SEP21-8000-P","best_bid_price":null,"best_bid_amount":0.0,"best_ask_price":1e-4,"best_ask_amount":4.5}',
  ),
  swap(
    "ticker",
    "ticker.BTC-PERPETUAL.100ms",
    '{"timestamp":1786563120494,"state":"open","stats":{"high":64422,"low":63261,"price_change":-0.0095,"volume":2778.68467406,"volume_usd":177187410,"volume_notional":177187410},"index_price":63329.18,"instrument_name":"BTC-PERPETUAL","last_price":63344,"settlement_price":63799.96,"min_price":62396,"max_price":64297,"open_interest":716004750,"mark_price":63346.33,"interest_value":0.05636261630352104,"current_funding":2.081e-05,"estimated_delivery_price":63329.18,"funding_8h":0.00010036,"best_ask_price":63344.5,"best_bid_price":63344,"best_ask_amount":9980,"best_bid_amount":58060}',
  ),
  swap(
    "ticker of 2019",
    "ticker.BTC-PERPETUAL.raw",
    '{"timestamp":1564617604229,"stats":{"volume":24618.46215298,"volume_usd":250000000,"low":9569.5,"high":10131.5},"state":"open","settlement_price":9743.97,"open_interest":66128281,"min_price":9942.76,"max_price":10245.58,"mark_price":10094.1,"last_price":10095.5,"instrument_name":"BTC-PERPETUAL","index_price":10091.15,"funding_8h":0.00016281,"current_funding":0,"best_bid_price":10095,"best_bid_amount":7000,"best_ask_price":10095.5,"best_ask_amount":250}',
  ),
  example(
    L.PRODUCT_FUTURES,
    "ticker of a dated future",
    subscription(
      "ticker.BTC-25DEC26.agg2",
      '{"timestamp":1786563120494,"state":"open","stats":{"volume":12.5,"volume_usd":800000},"index_price":63329.18,"instrument_name":"BTC-25DEC26","open_interest":16004750,"mark_price":64346.33,"best_ask_price":64350,"best_bid_price":64340,"best_ask_amount":9980,"best_bid_amount":0}',
    ),
  ),
  option(
    "option ticker",
    "ticker.BTC-24SEP21-8000-P.raw",
    '{"underlying_price":32368.1,"underlying_index":"BTC-24SEP21","timestamp":1626993728359,"stats":{"volume":10.1,"price_change":0.0,"low":0.001,"high":0.001},"state":"open","settlement_price":0.0,"open_interest":729.2,"min_price":0.0001,"max_price":0.0155,"mark_price":0.00090369,"mark_iv":142.78,"last_price":0.001,"interest_rate":0.0,"instrument_name":"BTC-24SEP21-8000-P","index_price":32200.82,"greeks":{"vega":1.62127,"theta":-1.82593,"rho":-0.2793,"gamma":0.0,"delta":-0.00407},"estimated_delivery_price":32200.82,"bid_iv":133.01,"best_bid_price":0.0005,"best_bid_amount":153.1,"best_ask_price":0.001,"best_ask_amount":2.7,"ask_iv":144.64}',
  ),
  option(
    "expired option's ticker",
    "ticker.BTC-8JUN20-8750-P.raw",
    '{"underlying_price":9724.48,"underlying_index":"SYN.BTC-8JUN20","timestamp":1591603200048,"stats":{"volume":null,"price_change":0,"low":0.0005,"high":0.0005},"state":"closed","open_interest":0,"min_price":0.0001,"max_price":0.015,"mark_price":0,"mark_iv":70,"last_price":0.0005,"interest_rate":0,"instrument_name":"BTC-8JUN20-8750-P","index_price":9729.25,"greeks":{"vega":0,"theta":0,"rho":0,"gamma":0,"delta":0},"estimated_delivery_price":"expired","delivery_price":9728.65,"bid_iv":0,"best_bid_price":0,"best_bid_amount":0,"best_ask_price":0,"best_ask_amount":0,"ask_iv":500}',
  ),
  option(
    "linear option's ticker",
    "ticker.MATIC_USDC-9MAR24-1d02-C.raw",
    '{"estimated_delivery_price":1.1367,"best_bid_amount":5000,"best_ask_amount":0,"bid_iv":110.5,"ask_iv":0,"underlying_index":"index_price","underlying_price":1.1367,"mark_iv":209.64,"best_bid_price":0.1,"best_ask_price":0,"open_interest":0,"instrument_name":"MATIC_USDC-9MAR24-1d02-C","mark_price":0.139,"index_price":1.1367,"greeks":{"rho":4e-05,"theta":-0.01323,"vega":0.00024,"gamma":1.70098,"delta":0.7869},"stats":{"volume_notional":0,"volume_usd":0,"volume":0,"price_change":null},"state":"open","timestamp":1709809020064}',
  ),
  swap(
    "incremental ticker's snapshot",
    "incremental_ticker.BTC-PERPETUAL",
    '{"type":"snapshot","best_ask_amount":100,"best_ask_price":36443,"best_bid_amount":5000,"best_bid_price":36442.5,"current_funding":0,"funding_8h":0.0000211,"index_price":36441.64,"instrument_name":"BTC-PERPETUAL","mark_price":36446.51,"open_interest":502097590,"state":"open","stats":{"high":36824.5,"low":35213.5,"price_change":0.7229,"volume":7871.02139035,"volume_usd":284061480},"timestamp":1623060194301}',
  ),
  swap(
    "incremental ticker's change",
    "incremental_ticker.BTC-PERPETUAL",
    '{"type":"change","timestamp":1623060195301,"instrument_name":"BTC-PERPETUAL","best_ask_amount":90,"open_interest":502097600,"stats":{"volume":7871.1}}',
  ),
  option(
    "incremental option ticker's change",
    "incremental_ticker.BTC-24SEP21-8000-P",
    '{"type":"change","timestamp":1623060195301,"instrument_name":"BTC-24SEP21-8000-P","best_ask_price":null,"best_ask_amount":0,"ask_iv":0.0,"bid_iv":133.02,"greeks":{"delta":-0.00408}}',
  ),
  swap(
    "incremental ticker of nothing kept",
    "incremental_ticker.BTC-PERPETUAL",
    '{"type":"change","timestamp":1623060195301,"instrument_name":"BTC-PERPETUAL","last_price":36442}',
  ),
  option(
    "marks of all options",
    "markprice.options.btc_usd",
    '[{"timestamp":1622470378005,"mark_price":0.0333,"iv":0.9,"instrument_name":"BTC-24SEP21-8000-P"},{"mark_price":0.117,"iv":0,"instrument_name":"BTC-24SEP21-34000-P"},{"timestamp":1622470378005,"mark_price":0,"iv":0.875,"instrument_name":"BTC-8JUN20-8750-P"}]',
  ),
  swap(
    "perpetual",
    "perpetual.BTC-PERPETUAL.100ms",
    '{"timestamp":1571386349530,"interest":0.004999511380756577,"index_price":7872.88}',
  ),
  swap("index", "deribit_price_index.btc_usd", '{"timestamp":1550588002899,"price":3937.89,"index_name":"btc_usd"}'),
  swap("platform state", "platform_state", '{"price_index":"sol_usdc","locked":true}'),
  swap("bars", "chart.trades.BTC-PERPETUAL.1", '{"volume":0.05219351,"tick":1573645080000,"open":8869.79}'),
  swap(
    "combination's ticker",
    "ticker.BTC-FS-30SEP22_PERP.raw",
    '{"timestamp":1662681659203,"stats":{"volume_usd":null,"volume":null},"state":"open","settlement_price":-5.64,"open_interest":0,"mark_price":10.12,"last_price":-13.5,"instrument_name":"BTC-FS-30SEP22_PERP","index_price":19320.68,"best_bid_price":-7,"best_bid_amount":300000,"best_ask_price":-5,"best_ask_amount":300000}',
  ),
  example(
    L.PRODUCT_SPOT,
    "spot book change",
    subscription(
      "book.BTC_USDC.100ms",
      '{"timestamp":1786563085228,"type":"change","prev_change_id":5,"change_id":9,"instrument_name":"BTC_USDC","bids":[["change",63320.0,0.0125]],"asks":[["new",63321.0,1.0e-4]]}',
    ),
  ),
  example(L.PRODUCT_SWAP, "heartbeat", '{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}}'),
  example(
    L.PRODUCT_SWAP,
    "acknowledgement",
    '{"jsonrpc":"2.0","id":1,"result":["book.BTC-PERPETUAL.100ms"],"usIn":1786563085259177,"usOut":1786563085259323,"usDiff":146,"testnet":false}',
  ),
  example(
    L.PRODUCT_SWAP,
    "refusal",
    '{"jsonrpc":"2.0","id":8163,"error":{"code":10028,"message":"too_many_requests"},"usIn":1535037392434763,"usOut":1535037392448119,"usDiff":13356,"testnet":false}',
  ),
];
