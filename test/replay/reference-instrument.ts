import { ExactSum, exact, product, quotient } from "./exact-sum.js";
import { type Level, ReferenceBook } from "./reference-book.js";
import type { ReferenceFrame } from "./reference-frames.js";

/** The contract's object of one instrument (`replay --summary`). */
export interface ReferenceSummary {
  trades: number;
  excludedTrades: number;
  volume: number;
  vwap: number | null;
  bboUpdates: number;
  depthUpdates: number;
  snapshots: number;
  gaps: number;
  checksumFailures: number;
  crossed: number;
  state: "syncing" | "live" | "gap";
  levels: [number, number];
  bids: Level[];
  asks: Level[];
  bbo: (number | null)[] | null;
  funding: { rate: number; intervalHours: number | null; nextTime: string | null } | null;
  mark: number | null;
  firstReceived: string;
  lastReceived: string;
}

/** A change of a book that was received before its snapshot. */
export interface Change {
  first: number;
  last: number;
  previous: number;
  bids: [string, string][];
  asks: [string, string][];
  venueMs: number;
  receivedUs: number;
}

/** What one contract is: so many dollars, or so many coins. */
export type Contract = { usd: string } | { coins: string };

/** Trades of one channel. */
class Tape {
  count = 0;
  readonly volume = new ExactSum();
  readonly turnover = new ExactSum();
}

/** Everything the reference knows of one instrument. */
export class ReferenceInstrument {
  readonly book = new ReferenceBook();
  state: ReferenceSummary["state"] = "syncing";
  /** Update id that the book stands at. */
  id = Number.NaN;
  /** A snapshot stands in the book that no change has bridged yet. */
  unbridged = false;
  buffer: Change[] = [];
  depthUpdates = 0;
  snapshots = 0;
  gaps = 0;
  /** Gaps because the venue's checksum is another than that of the book. */
  checksumFailures = 0;
  bboUpdates = 0;
  bbo: (number | null)[] | null = null;
  mark: number | null = null;
  rate: number | null = null;
  intervalHours: number | null = null;
  nextFundingMs: number | null = null;
  private readonly plain = new Tape();
  private readonly aggregated = new Tape();
  private excluded = 0;
  private crossings = 0;
  private isCrossed = false;
  private firstUs: number | null = null;
  /** Receive time of its last frame, µs. */
  lastUs = 0;

  /** null: quantities are base coin. */
  constructor(readonly contract: Contract | null) {}

  seen({ receivedUs }: ReferenceFrame): void {
    this.firstUs ??= receivedUs;
    this.lastUs = receivedUs;
  }

  /** Whether any frame of it was used. */
  get isKnown(): boolean {
    return this.firstUs !== null;
  }

  /** Base coin. */
  size(quantity: string, price: string): number {
    const { contract } = this;
    if (contract === null) return Number(quantity);
    if ("coins" in contract) return Number(quantity) * Number(contract.coins);
    return Number(quantity) === 0 ? 0 : (Number(quantity) * Number(contract.usd)) / Number(price);
  }

  trade(price: string, quantity: string, options: { aggregated?: boolean; excluded?: boolean } = {}): void {
    if (options.excluded) {
      this.excluded++;
      return;
    }
    const tape = options.aggregated ? this.aggregated : this.plain;
    tape.count++;
    const { contract } = this;
    if (contract === null || "coins" in contract) {
      const coins = contract === null ? exact(quantity) : product(exact(quantity), exact(contract.coins));
      tape.volume.add(coins);
      tape.turnover.add(product(exact(price), coins));
    } else {
      const usd = product(exact(quantity), exact(contract.usd));
      tape.volume.add(quotient(usd, exact(price)));
      tape.turnover.add(usd);
    }
  }

  load(bids: [string, string][], asks: [string, string][]): void {
    this.snapshots++;
    this.book.clear();
    this.set(bids, asks);
  }

  set(bids: [string, string][], asks: [string, string][]): void {
    for (const [price, quantity] of bids) this.book.setBid(Number(price), this.size(quantity, price));
    for (const [price, quantity] of asks) this.book.setAsk(Number(price), this.size(quantity, price));
  }

  /** After each whole message of a book that is live. */
  look(): void {
    const crossed = this.state === "live" && this.book.crossed;
    if (crossed && !this.isCrossed) this.crossings++;
    this.isCrossed = crossed;
  }

  lose(): void {
    this.gaps++;
    this.state = "gap";
    this.id = Number.NaN;
    this.unbridged = false;
    this.isCrossed = false;
  }

  summary(): ReferenceSummary {
    const tape = this.plain.count > 0 ? this.plain : this.aggregated;
    const { book, rate, intervalHours, nextFundingMs } = this;
    return {
      trades: tape.count,
      excludedTrades: this.excluded,
      volume: tape.volume.value,
      vwap: tape.turnover.over(tape.volume),
      bboUpdates: this.bboUpdates,
      depthUpdates: this.depthUpdates,
      snapshots: this.snapshots,
      gaps: this.gaps,
      checksumFailures: this.checksumFailures,
      crossed: this.crossings,
      state: this.state,
      levels: [book.bids.size, book.asks.size],
      bids: book.topBids(5),
      asks: book.topAsks(5),
      bbo: this.bbo,
      funding:
        rate === null
          ? null
          : { rate, intervalHours, nextTime: nextFundingMs === null ? null : `${nextFundingMs}000000` },
      mark: this.mark,
      firstReceived: `${this.firstUs}000`,
      lastReceived: `${this.lastUs}000`,
    };
  }
}
