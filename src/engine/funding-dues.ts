import { usToNsText } from "../market/times.js";
import { ACCRUING_VENUES } from "../market/venues.js";
import type { MarketView } from "./market-view.js";

/** A payment that fell due on what is held: positive rate, longs pay. */
export interface FundingDue {
  type: "funding";
  /** Nanoseconds since 1970. */
  ts: string;
  instrument: string;
  /** Fraction of the position: of one interval, or where funding accrues of what passed since the last line or fill. */
  rate: number;
  /** Price of the payment, quote currency: the mark where known, else the mid. */
  price: number;
}

/** Of a venue that pays at times: what the next payment is by now. */
interface FundingState {
  rate: number;
  nextUs: number;
}

/** Funding that accrues every moment: what a unit owes since it was last told, and up to when. */
interface Accrual {
  owed: number;
  untilUs: number;
  rate: number;
  intervalHours: number;
}

const HOUR_US = 3_600_000_000;

/** Tells the funding of what is traded when it is due, whoever holds it. Times are engine time, µs. */
export class FundingDues {
  private readonly market: MarketView;
  private readonly tell: (due: FundingDue) => void;
  private readonly states = new Map<number, FundingState>();
  private readonly accruals = new Map<number, Accrual>();

  constructor(market: MarketView, tell: (due: FundingDue) => void) {
    this.market = market;
    this.tell = tell;
  }

  /** The instrument is traded from now on. */
  follow(index: number, nowUs: number): void {
    if (this.accrues(index)) this.accrue(index, nowUs);
  }

  /** It changed: has its venue turned to the next payment? Then the last one was due. */
  changed(index: number, nowUs: number): void {
    if (this.accrues(index)) {
      this.accrue(index, nowUs);
      return;
    }
    const { fundingRate: rate, fundingNextUs: nextUs } = this.market.carry(index);
    if (Number.isNaN(nextUs)) return;
    const known = this.states.get(index);
    if (known === undefined) {
      this.states.set(index, { rate, nextUs });
      return;
    }
    if (nextUs > known.nextUs && !Number.isNaN(known.rate)) this.due(index, known.nextUs, known.rate);
    known.rate = rate;
    known.nextUs = Math.max(known.nextUs, nextUs);
  }

  /** What accrued is due now, on what is held until now. */
  settle(index: number, nowUs: number): void {
    const known = this.accruals.get(index);
    if (known === undefined) return;
    this.accrue(index, nowUs);
    if (known.owed !== 0 && this.due(index, nowUs, known.owed)) known.owed = 0;
  }

  /** Tells it at the mark, else at the mid; false where there is neither, so that it is not told. */
  private due(index: number, us: number, rate: number): boolean {
    const { mark } = this.market.carry(index);
    const price = mark > 0 ? mark : this.market.metrics(index).mid;
    if (!(price > 0)) return false;
    const { id: instrument } = this.market.instrument(index);
    this.tell({ type: "funding", ts: usToNsText(us), instrument, rate, price });
    return true;
  }

  private accrues(index: number): boolean {
    return ACCRUING_VENUES.has(this.market.instrument(index).venue);
  }

  /** Adds what passed since the last look at the rate of then, and takes the new rate. */
  private accrue(index: number, nowUs: number): void {
    const { fundingRate: rate, fundingIntervalHours: intervalHours } = this.market.carry(index);
    if (Number.isNaN(rate)) return;
    const known = this.accruals.get(index);
    if (known === undefined) {
      this.accruals.set(index, { owed: 0, untilUs: nowUs, rate, intervalHours });
      return;
    }
    known.owed += (known.rate * (nowUs - known.untilUs)) / (known.intervalHours * HOUR_US);
    Object.assign(known, { untilUs: nowUs, rate, intervalHours });
  }
}
