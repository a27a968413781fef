import type { Fate } from "./reference-binance.js";
import type { ReferenceFrame } from "./reference-frames.js";
import type { ReferenceInstrument } from "./reference-instrument.js";

interface Trade {
  instrument_name: string;
  timestamp: number;
  price: number;
  amount: number;
  block_trade_id?: string;
  combo_id?: string;
}

/** Deribit v2, from the venue's pages on book, trades and ticker. */
export function takeDeribit(frame: ReferenceFrame, instrumentOf: (symbol: string) => ReferenceInstrument): Fate {
  const { method, params } = JSON.parse(frame.text);
  if (method !== "subscription") return { used: false, samples: [] }; // answers and lists of instruments
  const { channel, data } = params;
  const [kind, symbol] = (channel as string).split(".");
  const instrument = instrumentOf(symbol);
  instrument.seen(frame);
  const sample = (venueMs: number) => [{ receivedUs: frame.receivedUs, venueMs }];
  if (kind === "book") return { used: true, samples: book(data, instrument) ? sample(data.timestamp) : [] };
  if (kind === "ticker") {
    ticker(data, instrument);
    return { used: true, samples: sample(data.timestamp) };
  }
  if (kind !== "trades") throw new Error(`the reference does not know ${channel}`);
  const trades = data as Trade[];
  for (const { price, amount, block_trade_id, combo_id } of trades) {
    const excluded = block_trade_id !== undefined || combo_id !== undefined;
    instrument.trade(String(price), String(amount), { excluded });
  }
  return { used: true, samples: sample(trades[trades.length - 1].timestamp) };
}

type Action = ["new" | "change" | "delete", price: number, amount: number];

interface Book {
  type: "snapshot" | "change";
  change_id: number;
  prev_change_id?: number;
  bids: Action[];
  asks: Action[];
}

const levels = (actions: Action[]): [string, string][] =>
  actions.map(([action, price, amount]) => [String(price), action === "delete" ? "0" : String(amount)]);

/** True when the message went into the book. */
function book({ type, change_id, prev_change_id, bids, asks }: Book, instrument: ReferenceInstrument): boolean {
  if (type === "snapshot") {
    instrument.load(levels(bids), levels(asks));
    instrument.state = "live";
  } else {
    if (instrument.state !== "live") return false;
    if (prev_change_id !== instrument.id) {
      instrument.lose();
      return false;
    }
    instrument.set(levels(bids), levels(asks));
    instrument.depthUpdates++;
  }
  instrument.id = change_id;
  instrument.look();
  return true;
}

/** A side without orders is 0. A ticker is whole. */
function ticker(data: Record<string, number>, instrument: ReferenceInstrument): void {
  const side = (price: number, amount: number) => (price > 0 && amount > 0 ? [price, amount] : [null, null]);
  instrument.bboUpdates++;
  instrument.bbo = [
    ...side(data.best_bid_price, data.best_bid_amount),
    ...side(data.best_ask_price, data.best_ask_amount),
  ];
  instrument.mark = data.mark_price;
}
