import type { Fate } from "./reference-binance.js";
import type { ReferenceFrame } from "./reference-frames.js";
import type { ReferenceInstrument } from "./reference-instrument.js";

const nothing: Fate = { used: false, samples: [] };

interface Trade {
  s: string;
  p: string;
  v: string;
  BT?: boolean;
}

/** Bybit v5, from the venue's pages on orderbook, publicTrade and tickers. */
export function takeBybit(frame: ReferenceFrame, instrumentOf: (symbol: string) => ReferenceInstrument): Fate {
  const message = JSON.parse(frame.text);
  const topic: string = message.topic ?? "";
  const [channel] = topic.split(".");
  const symbol = topic.slice(topic.lastIndexOf(".") + 1);
  if (topic === "") return nothing; // acknowledgements and replies
  const saysNothing = channel === "kline" || (channel === "tickers" && !kept.some((key) => has(message.data, key)));
  if (saysNothing) return nothing;
  const instrument = instrumentOf(symbol);
  instrument.seen(frame);
  const sample = { receivedUs: frame.receivedUs, venueMs: Number(message.ts) };
  if (channel === "orderbook") return orderbook(message, instrument) ? { used: true, samples: [sample] } : used();
  if (channel === "publicTrade") {
    for (const { p, v, BT } of message.data as Trade[]) instrument.trade(p, v, { excluded: BT === true });
    return { used: true, samples: [sample] };
  }
  if (channel === "tickers") {
    ticker(message.data, instrument);
    return { used: true, samples: [sample] };
  }
  throw new Error(`the reference does not know ${topic}`);
}

const used = (): Fate => ({ used: true, samples: [] });

interface OrderBook {
  type: string;
  data: { u: number; b: [string, string][]; a: [string, string][] };
}

/** True when the message went into the book. */
function orderbook({ type, data }: OrderBook, instrument: ReferenceInstrument): boolean {
  if (type === "snapshot" || data.u === 1) {
    instrument.load(data.b, data.a);
    instrument.state = "live";
  } else {
    if (instrument.state !== "live" || data.u <= instrument.id) return false;
    if (data.u !== instrument.id + 1) {
      instrument.lose();
      return false;
    }
    instrument.set(data.b, data.a);
    instrument.depthUpdates++;
  }
  instrument.id = data.u;
  instrument.look();
  return true;
}

/** What is kept of a ticker. */
const kept = ["markPrice", "indexPrice", "fundingRate", "fundingIntervalHour", "nextFundingTime", "openInterest"];

const has = (data: Record<string, string>, key: string): boolean => data[key] !== undefined && data[key] !== "";

/** What is missing has not changed. */
function ticker(data: Record<string, string>, instrument: ReferenceInstrument): void {
  if (has(data, "markPrice")) instrument.mark = Number(data.markPrice);
  if (has(data, "fundingRate")) instrument.rate = Number(data.fundingRate);
  if (has(data, "fundingIntervalHour")) instrument.intervalHours = Number(data.fundingIntervalHour);
  if (has(data, "nextFundingTime")) instrument.nextFundingMs = Number(data.nextFundingTime);
}
