import type { Contract } from "./contract.js";
import { add, type Holding } from "./holding.js";

/** What holdings are worth in one currency, by the last prices of what was traded. */
export class Valuation {
  readonly currency: string;
  /** Last price of an instrument: of a fill, or its mid; of an option its mark. */
  private readonly prices = new Map<string, number>();
  private readonly spots = new Map<string, { base: string; quote: string }>();
  /** Derivatives that were traded. */
  readonly contracts = new Map<string, Contract>();
  /** Coin that options are paid in -> what it is worth by their index, in `currency`. */
  private readonly indexes = new Map<string, number>();

  constructor(currency: string) {
    this.currency = currency;
  }

  /** A spot market was traded. */
  tellSpot(instrument: string, base: string, quote: string): void {
    this.spots.set(instrument, { base, quote });
  }

  tellContract(instrument: string, contract: Contract): void {
    this.contracts.set(instrument, contract);
  }

  tellPrice(instrument: string, price: number): void {
    this.prices.set(instrument, price);
  }

  /** The index of options that pay in `settle`, in `quote`; null: not known. */
  tellIndex({ settle, quote }: Pick<Contract, "settle" | "quote">, price: number | null): void {
    if (price !== null && settle !== quote && quote === this.currency) this.indexes.set(settle, price);
  }

  /** Balances and positions at the last prices, in the account's currency; assets without a price are left out. */
  worth(one: Holding): number {
    let sum = 0;
    for (const [asset, held] of this.assets(one)) sum += held === 0 ? 0 : known(held * this.priceOf(asset));
    return sum;
  }

  /** By asset: balances, and what open contracts would bring at their last price. */
  assets({ balances, positions }: Holding): Map<string, number> {
    const sums = new Map(balances);
    for (const [instrument, held] of positions) {
      const price = this.prices.get(instrument) ?? Number.NaN;
      const { settle, isInverse } = this.contracts.get(instrument) as Contract;
      if (held !== 0) add(sums, settle, isInverse ? -held / price : held * price);
    }
    return sums;
  }

  /**
   * What one unit of an asset is worth in the account's currency: the mean over the spot markets traded, without
   * one over the inverse contracts that pay in it, and without either the index of options in it; NaN where there is
   * none.
   */
  priceOf(asset: string): number {
    if (asset === this.currency) return 1;
    const price = this.spotPriceOf(asset);
    if (!Number.isNaN(price)) return price;
    let sum = 0;
    let count = 0;
    for (const [instrument, { settle, quote, isInverse }] of this.contracts) {
      if (!isInverse || settle !== asset || quote !== this.currency) continue;
      sum += this.prices.get(instrument) ?? Number.NaN;
      count++;
    }
    return count === 0 ? (this.indexes.get(asset) ?? Number.NaN) : sum / count;
  }

  private spotPriceOf(asset: string): number {
    let sum = 0;
    let count = 0;
    for (const [instrument, { base, quote }] of this.spots) {
      const price = this.prices.get(instrument) ?? Number.NaN;
      if (base === asset && quote === this.currency) sum += price;
      else if (quote === asset && base === this.currency) sum += 1 / price;
      else continue;
      count++;
    }
    return count === 0 ? Number.NaN : sum / count;
  }
}

/** 0 for what has no price: it is in no figure. */
export function known(amount: number): number {
  return Number.isNaN(amount) ? 0 : amount;
}
