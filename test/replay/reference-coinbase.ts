import type { Fate } from "./reference-binance.js";
import type { ReferenceFrame } from "./reference-frames.js";
import type { ReferenceInstrument } from "./reference-instrument.js";

interface Message {
  channel: string;
  timestamp: string;
  sequence_num: number;
  events: {
    type: string;
    product_id: string;
    updates: { side: string; price_level: string; new_quantity: string }[];
    trades: { product_id: string; price: string; size: string }[];
    tickers: Record<"product_id" | "best_bid" | "best_bid_quantity" | "best_ask" | "best_ask_quantity", string>[];
  }[];
}

/** The one connection of a recording: its books, and the number that is due. */
let due = 0;
const books = new Set<ReferenceInstrument>();

/** Coinbase Advanced Trade, from the venue's pages on its channels. A message numbered 0 begins a connection. */
export function takeCoinbase(frame: ReferenceFrame, instrumentOf: (symbol: string) => ReferenceInstrument): Fate {
  const message: Message = JSON.parse(frame.text);
  if (message.channel === undefined) return { used: false, samples: [] };
  const { channel, sequence_num, events } = message;
  if (sequence_num === 0) books.clear();
  else if (sequence_num !== due) for (const book of books) if (book.state === "live") book.lose();
  due = sequence_num + 1;
  const fate: Fate = { used: false, samples: [] };
  /** One message of an instrument: whether it reached the engine. */
  const one = (symbol: string, take: (instrument: ReferenceInstrument) => boolean): void => {
    fate.used = true;
    const instrument = instrumentOf(symbol);
    instrument.seen(frame);
    const venueMs = microseconds(message.timestamp) / 1000;
    if (take(instrument)) fate.samples.push({ receivedUs: frame.receivedUs, venueMs });
  };
  for (const event of events) {
    if (channel === "l2_data") one(event.product_id, (instrument) => book(event, instrument));
    else if (channel === "ticker")
      for (const ticker of event.tickers)
        one(ticker.product_id, (instrument) => {
          instrument.bboUpdates++;
          instrument.bbo = [ticker.best_bid, ticker.best_bid_quantity, ticker.best_ask, ticker.best_ask_quantity].map(
            Number,
          );
          return true;
        });
    else if (channel === "market_trades" && event.type === "update") {
      const symbols = new Set(event.trades.map(({ product_id }) => product_id));
      for (const symbol of symbols)
        one(symbol, (instrument) => {
          for (const { product_id, price, size } of event.trades)
            if (product_id === symbol) instrument.trade(price, size);
          return true;
        });
    }
  }
  return fate;
}

function book(event: Message["events"][number], instrument: ReferenceInstrument): boolean {
  books.add(instrument);
  const side = (name: string): [string, string][] =>
    event.updates
      .filter((update) => update.side === name)
      .map(({ price_level, new_quantity }) => [price_level, new_quantity]);
  if (event.type === "snapshot") {
    instrument.load(side("bid"), side("offer"));
    instrument.state = "live";
  } else if (instrument.state !== "live") return false;
  else {
    instrument.set(side("bid"), side("offer"));
    instrument.depthUpdates++;
  }
  instrument.look();
  return true;
}

/** Epoch µs, floored, of `2026-08-09T21:05:48.228568804Z`. */
export function microseconds(time: string): number {
  const fraction = /\.(\d+)Z$/.exec(time)?.[1] ?? "";
  return Date.parse(`${time.slice(0, 19)}Z`) * 1000 + Number(fraction.padEnd(6, "0").slice(0, 6));
}
