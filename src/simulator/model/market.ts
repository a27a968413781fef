import type { AssetModel } from "./asset-model.js";
import { STEP_MS } from "./asset-model.js";
import { Book } from "./book.js";
import { deliveryMs, forwardOf, yearsUntil } from "./carry.js";
import { type MarketText, marketText } from "./decimal-text.js";
import type { DivergenceSchedule } from "./divergence.js";
import type { MarketSpec } from "./market-spec.js";
import type { OptionModel } from "./option-model.js";
import { OrderFlow } from "./order-flow.js";
import { Random } from "./random.js";

export interface Fill {
  /** Contiguous within a market. */
  id: number;
  tick: number;
  lots: number;
}

/** What one incoming order traded, best price first. */
export interface TakerOrder {
  takerSells: boolean;
  /** `insurance` and `block` are trades outside the book. */
  kind: "market" | "insurance" | "block";
  fills: readonly Fill[];
  /** Book id after the order. */
  sequence: number;
}

/** A position that was closed by force. */
export interface Liquidation {
  /** True when a long position was closed. */
  longLost: boolean;
  lots: number;
  /** Price of the order, in ticks: bankruptcy price. */
  tick: number;
  /** What it traded at, best first. */
  fills: readonly Fill[];
}

/** What a venue's publisher hears of a market, in the order it happens. */
export interface MarketListener {
  /** A level changed; `market.book.sequence` is its id. */
  levelChanged(isBid: boolean, tick: number): void;
  /** Best price or size changed, as of `market.book.sequence`. */
  topChanged(): void;
  traded(order: TakerOrder): void;
  liquidated(liquidation: Liquidation): void;
  /** A step of the model is over. */
  stepped(nowMs: number): void;
}

/** One market of one venue: the book, its order flow, and the numbers of a derivative. */
export class Market {
  readonly spec: MarketSpec;
  readonly text: MarketText;
  readonly book: Book;
  listener: MarketListener | null = null;
  lastTick = Number.NaN;
  /** Price of the index, in quote currency. */
  index = Number.NaN;
  mark = Number.NaN;
  /** Rate of the next funding payment. */
  fundingRate = 0.0001;
  /** Lots. */
  openInterest: number;
  /** What an option is worth; null for everything else. */
  readonly option: OptionModel | null;
  private readonly flow: OrderFlow;
  private readonly random: Random;
  private readonly lag: number;
  private readonly premium: number;
  private readonly base: AssetModel;
  private readonly quote: AssetModel | null;
  private readonly divergence: DivergenceSchedule;
  private readonly startMs: number;
  private noise = 0;

  constructor(options: {
    seed: number;
    /** Time of the model's beginning, epoch ms: what is left to a delivery depends on it. */
    startMs: number;
    option: OptionModel | null;
    spec: MarketSpec;
    base: AssetModel;
    /** null for quotes that are worth one dollar. */
    quote: AssetModel | null;
    divergence: DivergenceSchedule;
  }) {
    const { seed, spec, option, startMs } = options;
    this.option = option;
    this.startMs = startMs;
    const key = `${spec.venue}.${spec.product}:${spec.symbol}`;
    this.spec = spec;
    this.text = marketText(spec);
    this.base = options.base;
    this.quote = options.quote;
    this.divergence = options.divergence;
    this.random = new Random(seed, "market", key);
    const contiguous = spec.numbering === "contiguous";
    const first = Math.floor(this.random.between(contiguous ? 5e10 : 5e12, contiguous ? 6e10 : 6e12));
    this.book = new Book(first, spec.numbering, new Random(seed, "ids", key));
    this.lag = this.random.below(spec.lagSteps);
    // A perpetual stands a little beside spot, as funding leaves it: within 1.5 bps.
    this.premium = spec.product === "spot" ? 0 : this.random.between(-1.5, 1.5) / 10_000;
    this.openInterest = Math.floor(this.random.between(5e6, 6e6) / 10 ** Math.max(0, 3 - spec.lotDecimals));
    this.flow = new OrderFlow(this, new Random(seed, "flow", key), this.fairPrice(0));
    this.lastTick = this.book.bids.best;
    this.reprice(0);
  }

  /** One step of the model's clock. */
  step(nowMs: number): void {
    this.noise += -this.noise / 200 + 0.000002 * this.random.normal();
    this.option?.step(this.timeMs(nowMs));
    this.reprice(nowMs);
    this.flow.step(this.fairPrice(nowMs));
    this.listener?.stepped(nowMs);
  }

  /** Size of a tick in quote currency. */
  get tickSize(): number {
    return this.spec.tickUnits / 10 ** this.spec.priceDecimals;
  }

  /** What a lot is worth, USD. */
  get lotUsd(): number {
    const { contractUsd, contractBase, lotDecimals } = this.spec;
    return (contractUsd ?? Math.exp(this.base.logPrice(0)) * contractBase) / 10 ** lotDecimals;
  }

  /** Epoch ms of the model's own clock. */
  timeMs(nowMs: number): number {
    return this.startMs + nowMs;
  }

  private fairPrice(nowMs: number): number {
    const shift = this.divergence.shift(this.spec.venue, this.spec.product, nowMs);
    const spot = this.base.logPrice(this.lag) - (this.quote?.logPrice(this.lag) ?? 0);
    const log = this.option?.logPrice(this.lag) ?? spot + this.carry(nowMs);
    return Math.exp(log + this.premium + this.noise + shift);
  }

  /** Logarithm by which a dated future stands above spot. */
  private carry(nowMs: number): number {
    const { expiry } = this.spec.instrument;
    return expiry === null ? 0 : Math.log(forwardOf(1, yearsUntil(deliveryMs(expiry), this.timeMs(nowMs))));
  }

  private reprice(nowMs: number): void {
    this.index = Math.exp(this.base.logPrice(0) - (this.quote?.logPrice(0) ?? 0));
    const fair = this.option === null ? this.index * Math.exp(this.carry(nowMs)) : Math.exp(this.option.logPrice(0));
    this.mark = fair * (1 + this.premium + this.noise / 2);
    if (nowMs % 1000 !== 0) return;
    this.fundingRate += 0.01 * (0.0001 - this.fundingRate) + 0.000001 * this.random.normal();
    this.openInterest = Math.max(1, this.openInterest + Math.round(500 * this.random.normal()));
  }
}

/** Events of a market in one step, given how many come in a second. */
export function aStep(perSecond: number): number {
  return (perSecond * STEP_MS) / 1000;
}
