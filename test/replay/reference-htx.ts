import type { Fate } from "./reference-binance.js";
import type { ReferenceFrame } from "./reference-frames.js";
import type { ReferenceInstrument } from "./reference-instrument.js";

const nothing: Fate = { used: false, samples: [] };

/** Numbers as they are written: JSON.parse would round the long ones. */
const asText = (text: string): string => text.replace(/([[:,])(-?\d[\d.eE+-]*)/g, '$1"$2"');

interface Message {
  ch?: string;
  ts: string;
  tick: { mrid: string; bids: [string, string][]; asks: [string, string][]; data: { price: string; amount: string }[] };
}

/** HTX perpetuals as cryptofeed recorded them: trades, and the whole book each time (depth.step0). */
export function takeHtx(frame: ReferenceFrame, instrumentOf: (symbol: string) => ReferenceInstrument): Fate {
  const { ch, ts, tick } = JSON.parse(asText(frame.text)) as Message;
  if (ch === undefined) return nothing; // acknowledgements, pings, lists of contracts
  const [, symbol, channel] = ch.split(".");
  const instrument = instrumentOf(symbol);
  instrument.seen(frame);
  if (channel === "trade") for (const { price, amount } of tick.data) instrument.trade(price, amount);
  else if (channel === "depth") {
    instrument.load(tick.bids, tick.asks);
    instrument.state = "live";
    instrument.look();
  } else throw new Error(`the reference does not know ${ch}`);
  return { used: true, samples: [{ receivedUs: frame.receivedUs, venueMs: Number(ts) }] };
}
