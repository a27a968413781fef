import type { MemoryPlan, Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import type { Instrument } from "../market/instrument.js";
import { optionLot } from "../market/lots.js";
import { resolveInstrument } from "../market/symbols.js";
import { productName, venueName } from "../market/venues.js";
import type { Carry, Liquidations, Metrics, OptionQuote, Quote } from "../strategies/strategy.js";

const decoder = new TextDecoder();

/** Identity of an instrument of the shared table. */
export function readIdentity(views: Views, plan: MemoryPlan, index: number): Instrument {
  const at = plan.identities + index * L.IDENTITY_BYTES;
  const length = views.u32[(at + L.IDENTITY_NAME_LENGTH) >> 2];
  const name = decoder.decode(views.u8.slice(at + L.IDENTITY_NAME, at + L.IDENTITY_NAME + length));
  return resolveInstrument(
    venueName(views.u32[(at + L.IDENTITY_VENUE) >> 2]),
    productName(views.u32[(at + L.IDENTITY_PRODUCT) >> 2]),
    name,
  );
}

/** What the engine knows of each instrument, read from the shared memory by the engine's own thread. */
export class MarketView {
  private readonly views: Views;
  private readonly plan: MemoryPlan;
  private readonly instruments: Instrument[] = [];
  private readonly metricsObject: Metrics = {
    bid: 0,
    bidSize: 0,
    ask: 0,
    askSize: 0,
    exchangeTimeUs: 0,
    receivedTimeUs: 0,
    mid: 0,
    weightedMid: 0,
    spreadBps: 0,
    imbalance: 0,
    vwap: 0,
    lastPrice: 0,
  };
  private readonly carryObject: Carry = {
    mark: 0,
    index: 0,
    fundingRate: 0,
    fundingIntervalHours: 0,
    fundingNextUs: 0,
  };

  private readonly liquidationsObject: Liquidations = { count: 0, price: 0, long: 0, short: 0 };
  private readonly optionObject: OptionQuote = {
    ...this.metricsObject,
    ...{ strike: 0, type: "call", expiryUs: 0, underlying: 0, bidVolatility: 0, askVolatility: 0, markVolatility: 0 },
    ...{ dayVolume: 0, inCoin: false, lot: 0 },
  };

  constructor(views: Views, plan: MemoryPlan) {
    this.views = views;
    this.plan = plan;
  }

  add(index: number): Instrument {
    const instrument = readIdentity(this.views, this.plan, index);
    this.instruments[index] = instrument;
    return instrument;
  }

  instrument(index: number): Instrument {
    return this.instruments[index];
  }

  /** Address of the instrument's state. */
  at(index: number): number {
    return this.plan.instruments + index * L.INSTRUMENT_BYTES;
  }

  book(index: number): number {
    return this.plan.books + index * this.plan.bookBytes;
  }

  vwapWindow(index: number): number {
    return this.plan.vwaps + index * this.plan.vwapBytes;
  }

  /** Hot. */
  state(index: number): number {
    return this.views.u32[(this.at(index) + L.INSTRUMENT_STATE) >> 2];
  }

  /** Hot. */
  crossed(index: number): boolean {
    return this.views.u32[(this.at(index) + L.INSTRUMENT_IS_CROSSED) >> 2] === 1;
  }

  /** Hot: one f64 of the instrument's state. */
  value(index: number, offset: number): number {
    return this.views.f64[(this.at(index) + offset) >> 3];
  }

  /** Sequence of the book's last update; a string where a number would not be exact. */
  bookSequence(index: number): number | string {
    const sequence = this.views.u64[(this.at(index) + L.INSTRUMENT_BOOK_SEQUENCE) >> 3];
    return sequence <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(sequence) : sequence.toString();
  }

  /** Hot: fills and returns one object per view. */
  quote(index: number): Quote {
    return this.metrics(index);
  }

  /** Hot: fills and returns one object per view. */
  metrics(index: number): Metrics {
    const { f64 } = this.views;
    const at = this.at(index) >> 3;
    const out = this.metricsObject;
    const bid = f64[at + (L.INSTRUMENT_BID >> 3)];
    const bidSize = f64[at + (L.INSTRUMENT_BID_SIZE >> 3)];
    const ask = f64[at + (L.INSTRUMENT_ASK >> 3)];
    const askSize = f64[at + (L.INSTRUMENT_ASK_SIZE >> 3)];
    const sane = bid < ask;
    out.bid = bid;
    out.bidSize = bidSize;
    out.ask = ask;
    out.askSize = askSize;
    out.exchangeTimeUs = f64[at + (L.INSTRUMENT_TOUCH_EXCHANGE_US >> 3)];
    out.receivedTimeUs = f64[at + (L.INSTRUMENT_TOUCH_RECEIVED_US >> 3)];
    out.mid = sane ? (bid + ask) / 2 : Number.NaN;
    out.weightedMid = sane ? (bid * askSize + ask * bidSize) / (bidSize + askSize) : Number.NaN;
    out.spreadBps = sane ? ((ask - bid) / out.mid) * 1e4 : Number.NaN;
    out.imbalance = sane ? (bidSize - askSize) / (bidSize + askSize) : Number.NaN;
    out.vwap = f64[(this.vwapWindow(index) + L.VWAP_PRICE) >> 3];
    out.lastPrice = f64[at + (L.INSTRUMENT_LAST_PRICE >> 3)];
    return out;
  }

  carry(index: number): Carry {
    const out = this.carryObject;
    out.mark = this.value(index, L.INSTRUMENT_MARK);
    out.index = this.value(index, L.INSTRUMENT_INDEX);
    out.fundingRate = this.value(index, L.INSTRUMENT_FUNDING_RATE);
    out.fundingIntervalHours = this.value(index, L.INSTRUMENT_FUNDING_INTERVAL_HOURS);
    out.fundingNextUs = this.value(index, L.INSTRUMENT_FUNDING_NEXT_US);
    return out;
  }

  /**
   * Index that a venue told last with an option of this base and quote, whichever, and when (epoch µs); NaN where none
   * was. Looks at every instrument: for orders, marks and expiries, not for frames.
   */
  lastIndex(of: Pick<Instrument, "venue" | "base" | "quote">): { price: number; toldUs: number } {
    const last = { price: Number.NaN, toldUs: 0 };
    this.instruments.forEach(({ venue, product, base, quote }, index) => {
      const toldUs = this.value(index, L.INSTRUMENT_INDEX_RECEIVED_US);
      if (product !== "option" || venue !== of.venue || base !== of.base || quote !== of.quote) return;
      if (toldUs > last.toldUs) Object.assign(last, { price: this.value(index, L.INSTRUMENT_INDEX), toldUs });
    });
    return last;
  }

  /** Fills and returns one object per view. */
  liquidations(index: number): Liquidations {
    const out = this.liquidationsObject;
    out.count = this.value(index, L.INSTRUMENT_LIQUIDATIONS);
    out.price = this.value(index, L.INSTRUMENT_LIQUIDATION_PRICE);
    out.long = this.value(index, L.INSTRUMENT_LIQUIDATED_LONG);
    out.short = this.value(index, L.INSTRUMENT_LIQUIDATED_SHORT);
    return out;
  }

  /** Fills and returns one object per view. */
  option(index: number): OptionQuote {
    const instrument = this.instrument(index);
    const { strike, optionType, expiry, settle, base, quote } = instrument;
    const out = this.optionObject;
    const { bid, bidSize, ask, askSize, exchangeTimeUs, receivedTimeUs } = this.quote(index);
    Object.assign(out, { bid, bidSize, ask, askSize, exchangeTimeUs, receivedTimeUs });
    out.strike = strike ?? Number.NaN;
    out.type = optionType ?? "call";
    out.expiryUs = expiry === null ? Number.NaN : Date.parse(`${expiry}T08:00:00Z`) * 1000;
    out.underlying = this.value(index, L.INSTRUMENT_UNDERLYING);
    out.bidVolatility = this.value(index, L.INSTRUMENT_BID_VOLATILITY);
    out.askVolatility = this.value(index, L.INSTRUMENT_ASK_VOLATILITY);
    out.markVolatility = this.value(index, L.INSTRUMENT_MARK_VOLATILITY);
    out.dayVolume = this.value(index, L.INSTRUMENT_DAY_VOLUME);
    out.inCoin = settle === base && settle !== quote;
    out.lot = optionLot(instrument);
    return out;
  }
}
