// Kraken's frames, of recordings of 2026 where there are any; numbers padded as the venue writes them.
import * as L from "crosstick/internal/layout";
import type { Example } from "./example-frames.js";

const kraken = (name: string, text: string): Example => ({
  name: `kraken ${name}`,
  venue: L.VENUE_KRAKEN,
  product: L.PRODUCT_SPOT,
  text,
  isCurrent: false,
});

export const krakenExamples: Example[] = [
  kraken(
    "book subscribed",
    '{"method":"subscribe","req_id":1,"result":{"channel":"book","depth":10,"snapshot":true,"symbol":"BTC/USD"},"success":true,"time_in":"2026-08-12T19:28:08.287297Z","time_out":"2026-08-12T19:28:08.287347Z"}',
  ),
  kraken(
    "book snapshot",
    '{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[{"price":63299.4,"qty":0.00209987},{"price":63298.7,"qty":0.00005100},{"price":63298.0,"qty":0.01534518}],"asks":[{"price":63299.5,"qty":0.43882010},{"price":63303.3,"qty":0.05742569}],"checksum":1490766955,"timestamp":"2026-08-12T19:28:08.631028Z"}]}',
  ),
  kraken(
    "book update",
    '{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":63296.7,"qty":0.00000000},{"price":63294.6,"qty":0.31581476}],"asks":[],"checksum":1153589921,"timestamp":"2026-08-12T19:28:09.140448Z"}]}',
  ),
  kraken(
    "trade",
    '{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"sell","price":63297.7,"qty":0.00210000,"ord_type":"market","trade_id":84214321,"timestamp":"2026-08-12T19:29:02.061592Z"},{"symbol":"BTC/USD","side":"buy","price":63297.8,"qty":0.00003515,"ord_type":"limit","trade_id":84214322,"timestamp":"2026-08-12T19:29:02.066592Z"},{"symbol":"ETH/USD","side":"buy","price":1919.36,"qty":1.5,"ord_type":"limit","trade_id":64214322,"timestamp":"2026-08-12T19:29:02Z"}]}',
  ),
  kraken(
    "trade snapshot",
    '{"channel":"trade","type":"snapshot","data":[{"symbol":"BTC/USD","side":"sell","price":63297.7,"qty":0.00210000,"ord_type":"market","trade_id":84214321,"timestamp":"2026-08-12T19:29:02.061592Z"}]}',
  ),
  kraken(
    "ticker",
    '{"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD","bid":63297.7,"bid_qty":5.45673101,"ask":63297.8,"ask_qty":0.36974422,"last":63297.8,"volume":1020.88391276,"vwap":63685.7,"low":63250,"high":64409.2,"change":0.7,"change_pct":0,"trades":47536,"timestamp":"2026-08-12T19:29:02.066592Z"}]}',
  ),
  kraken(
    "ticker without a time",
    '{"channel":"ticker","type":"snapshot","data":[{"symbol":"ETH/USD","bid":1919.4,"bid_qty":5.45673101,"ask":0.0,"ask_qty":0.00000000,"last":1919.4}]}',
  ),
  kraken("heartbeat", '{"channel":"heartbeat"}'),
  kraken(
    "status",
    '{"channel":"status","type":"update","data":[{"version":"2.0.10","system":"online","api_version":"v2","connection_id":3492421222689903000}]}',
  ),
  kraken("pong", '{"method":"pong","time_in":"2026-08-12T19:28:08.287297Z","time_out":"2026-08-12T19:28:08.287347Z"}'),
  kraken(
    "list of pairs",
    '{"error":[],"result":{"XXBTZUSD":{"altname":"XBTUSD","wsname":"XBT/USD","pair_decimals":1}}}',
  ),
  kraken(
    "refused request",
    '{"error":"Currency pair not supported BTC/XYZ","method":"subscribe","req_id":3,"success":false,"symbol":"BTC/XYZ","time_in":"2026-08-12T19:28:08.287297Z","time_out":"2026-08-12T19:28:08.287347Z"}',
  ),
];
