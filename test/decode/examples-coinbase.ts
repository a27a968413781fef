// Coinbase's frames, of a recording of 2026-08-09; long lists cut.
import * as L from "crosstick/internal/layout";
import type { Example } from "./example-frames.js";

const coinbase = (name: string, text: string): Example => ({
  name: `coinbase ${name}`,
  venue: L.VENUE_COINBASE,
  product: L.PRODUCT_SPOT,
  text,
  isCurrent: false,
});

export const coinbaseExamples: Example[] = [
  coinbase(
    "book snapshot",
    '{"channel":"l2_data","timestamp":"2026-08-09T21:05:48.483587501Z","sequence_num":13,"events":[{"type":"snapshot","product_id":"BTC-USD","updates":[{"side":"bid","event_time":"2026-08-09T21:05:48.170326Z","price_level":"65083.66","new_quantity":"0.20371215"},{"side":"bid","event_time":"2026-08-09T21:05:48.170326Z","price_level":"65083.27","new_quantity":"0.02244516"},{"side":"bid","event_time":"2026-08-09T21:05:48.170326Z","price_level":"65082.75","new_quantity":"0.001546"},{"side":"offer","event_time":"2026-08-09T21:05:48.170326Z","price_level":"65083.67","new_quantity":"0.15556334"}]}]}',
  ),
  coinbase(
    "book update",
    '{"channel":"l2_data","timestamp":"2026-08-09T21:05:48.843587501Z","sequence_num":29,"events":[{"type":"update","product_id":"ETH-USD","updates":[{"side":"offer","event_time":"2026-08-09T21:05:48.170326Z","price_level":"1919.49","new_quantity":"0"},{"side":"bid","event_time":"2026-08-09T21:05:48.170326Z","price_level":"1919.42","new_quantity":"1.5"},{"side":"offer","event_time":"2026-08-09T21:05:48.170326Z","price_level":"1919.5","new_quantity":"0.25"},{"side":"offer","event_time":"2026-08-09T21:05:48.170326Z","price_level":"1919.51","new_quantity":"7"}]}]}',
  ),
  coinbase(
    "book update of nothing",
    '{"channel":"l2_data","timestamp":"2026-08-09T21:05:48Z","sequence_num":30,"events":[{"type":"update","product_id":"ETH-USD","updates":[]}]}',
  ),
  coinbase(
    "trades",
    '{"channel":"market_trades","timestamp":"2026-08-09T21:05:48.251397169Z","sequence_num":136,"events":[{"type":"update","trades":[{"product_id":"BTC-USD","trade_id":"1068572096","price":"65083.66","size":"0.00234361","time":"2026-08-09T21:05:48.167634Z","side":"BUY"},{"product_id":"BTC-USD","trade_id":"1068572095","price":"65083.67","size":"0.01034361","time":"2026-08-09T21:05:48.16763Z","side":"SELL"},{"product_id":"ETH-USD","trade_id":"833140779","price":"1919.41","size":"1","time":"2026-08-09T21:05:48.1Z","side":"SELL"}]}]}',
  ),
  coinbase(
    "trades of the past",
    '{"channel":"market_trades","timestamp":"2026-08-09T21:05:48.228568804Z","sequence_num":0,"events":[{"type":"snapshot","trades":[{"product_id":"BTC-USD","trade_id":"1068572090","price":"65083.67","size":"0.002186","time":"2026-08-09T21:05:42.514318Z","side":"SELL"}]}]}',
  ),
  coinbase(
    "ticker",
    '{"channel":"ticker","timestamp":"2026-08-09T21:05:48.298032046Z","sequence_num":10,"events":[{"type":"update","tickers":[{"type":"ticker","product_id":"ETH-USD","price":"1919.41","volume_24_h":"19975.95927439","low_24_h":"1911.04","high_24_h":"1925","low_52_w":"1505","high_52_w":"4955.9","price_percent_chg_24_h":"0.02501394006035","best_bid":"1919.44","best_ask":"1919.49","best_bid_quantity":"0.02858092","best_ask_quantity":"0.07814824"}]}]}',
  ),
  coinbase(
    "heartbeat",
    '{"channel":"heartbeats","timestamp":"2026-08-09T21:05:48.856364007Z","sequence_num":35,"events":[{"current_time":"2026-08-09 21:05:48.854840045 +0000 UTC m=+41691.260485341","heartbeat_counter":41691}]}',
  ),
  coinbase(
    "subscriptions",
    '{"channel":"subscriptions","timestamp":"2026-08-09T21:05:48.228846629Z","sequence_num":2,"events":[{"subscriptions":{"market_trades":["BTC-USD","ETH-USD"]}}]}',
  ),
  coinbase(
    "candles",
    '{"channel":"candles","timestamp":"2026-08-09T21:05:48.228971266Z","sequence_num":3,"events":[{"type":"snapshot","candles":[{"start":"1786279500","high":"1916.6","low":"1915.91","open":"1916.11","close":"1916.02","volume":"13.9044026","product_id":"ETH-USD"}]}]}',
  ),
  coinbase(
    "list of products",
    '{"products":[{"product_id":"BTC-USD","base_increment":"0.00000001"}],"num_products":1}',
  ),
  coinbase("refused request", '{"type":"error","message":"authentication failure"}'),
];
