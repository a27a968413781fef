// Tardis's normalised messages in the shapes of tardis-node's types; numbers from Tardis's own sample rows.
import * as L from "crosstick/internal/layout";
import type { Example } from "./example-frames.js";

const relayed =
  (venue: number, product: number, label: string) =>
  (name: string, text: string): Example => ({
    name: `tardis ${label} ${name}`,
    ...{ venue: venue + L.DIALECT_TARDIS, product, text, isCurrent: false },
  });
const usdm = relayed(L.VENUE_BINANCE, L.PRODUCT_USDM, "binance-futures");
const inverse = relayed(L.VENUE_BYBIT, L.PRODUCT_INVERSE, "bybit");
const option = relayed(L.VENUE_DERIBIT, L.PRODUCT_OPTION, "deribit");

const TIMES = '"timestamp":"2020-08-31T12:40:03.696Z","localTimestamp":"2020-08-31T12:40:03.810979Z"';
const BTC = `"symbol":"BTCUSDT","exchange":"binance-futures"`;

export const tardisExamples: Example[] = [
  usdm("trade", `{"type":"trade",${BTC},"id":"4121034","price":11657.07,"amount":0.003,"side":"sell",${TIMES}}`),
  usdm(
    "trade without a numeric id",
    `{"type":"trade",${BTC},"id":"ccc3c1fa-212c-e8b0-1706-9b9c4f3d5ecf","price":8531.5,"amount":2152,"side":"buy",${TIMES}}`,
  ),
  usdm(
    "book snapshot",
    `{"type":"book_change",${BTC},"isSnapshot":true,"bids":[{"price":11657.07,"amount":10.896},{"price":11656.97,"amount":0.2},{"price":11655.78,"amount":0.2}],"asks":[{"price":11657.08,"amount":1.714}],${TIMES}}`,
  ),
  usdm(
    "book change",
    `{"type":"book_change",${BTC},"isSnapshot":false,"bids":[],"asks":[{"price":11657.08,"amount":0},{"price":11657.54,"amount":5.4}],${TIMES}}`,
  ),
  usdm(
    "book image",
    `{"type":"book_snapshot",${BTC},"name":"book_snapshot_3_100ms","depth":3,"interval":100,"bids":[{"price":11657.07,"amount":10.896},{"price":11656.97,"amount":0.2},{}],"asks":[{"price":11657.08,"amount":1.714},{},{}],${TIMES}}`,
  ),
  usdm(
    "touch",
    `{"type":"book_ticker",${BTC},"askAmount":1.714,"askPrice":11657.08,"bidPrice":11657.07,"bidAmount":10.896,${TIMES}}`,
  ),
  usdm("touch of one side", `{"type":"book_ticker",${BTC},"bidPrice":11657.07,"bidAmount":10.896,${TIMES}}`),
  usdm(
    "derivative ticker",
    `{"type":"derivative_ticker",${BTC},"lastPrice":11657.1,"openInterest":31203.461,"fundingRate":0.0001,"fundingTimestamp":"2020-08-31T16:00:00.000Z","predictedFundingRate":0.00012,"indexPrice":11650.4,"markPrice":11656.2,${TIMES}}`,
  ),
  usdm("liquidation", `{"type":"liquidation",${BTC},"price":11600,"amount":0.5,"side":"buy",${TIMES}}`),
  usdm("disconnect", '{"type":"disconnect","exchange":"binance-futures","localTimestamp":"2020-08-31T12:40:03.810Z"}'),
  usdm(
    "error",
    '{"type":"error","exchange":"binance-futures","localTimestamp":"2020-08-31T12:40:03.810Z","details":"no data","subSequentErrorsCount":1}',
  ),
  inverse(
    "liquidation",
    `{"type":"liquidation","symbol":"BTCUSD","exchange":"bybit","price":11600,"amount":120,"side":"sell",${TIMES}}`,
  ),
  inverse(
    "derivative ticker",
    `{"type":"derivative_ticker","symbol":"BTCUSD","exchange":"bybit","openInterest":120000,"indexPrice":11650.4,"markPrice":11656.2,${TIMES}}`,
  ),
  option(
    "summary",
    `{"type":"option_summary","symbol":"BTC-8JUN20-8750-P","exchange":"deribit","optionType":"put","strikePrice":9875,"expirationDate":"2020-06-09T08:00:00.000Z","bestBidPrice":0.0205,"bestBidAmount":15.1,"bestBidIV":55.91,"bestAskPrice":0.0235,"bestAskAmount":15.2,"bestAskIV":68.94,"lastPrice":0.0295,"openInterest":0.1,"markPrice":0.02210436,"markIV":62.89,"delta":-0.61752,"gamma":0.00103,"vega":2.24964,"theta":-53.05655,"rho":-0.22796,"underlyingPrice":9756.36,"underlyingIndex":"SYN.BTC-9JUN20",${TIMES}}`,
  ),
];
