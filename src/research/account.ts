import type { LegRefusal } from "../engine/option-terms.js";
import type { Fill, FundingDue, Marks, Settlement, TradingLine } from "../engine/trading.js";
import type { Side } from "../strategies/strategy.js";
import { type Contract, contractOf, feeOf } from "./contract.js";

/** What was filled of one leg of a trade. */
export interface TradeLeg {
  instrument: string;
  /** Of the entry. */
  side: Side;
  /** Base coin that the entry filled. */
  size: number;
  /**
   * Quote currency, of an option in coin that coin; null when nothing was filled, and `exit` while it is open or
   * where nothing is held. An option that expired has what it paid.
   */
  entry: number | null;
  exit: number | null;
}

/** A round trip, or what is traded once and not held. */
export interface Trade {
  /** The entry's signal. */
  signal: string;
  strategy: string;
  /** Nanoseconds since 1970; `closed` is null while it is open. */
  opened: string;
  closed: string | null;
  /** Everything that it brought and cost, in the account's currency; null where a price or a settlement is not known. */
  pnl: number | null;
  legs: TradeLeg[];
}

/** What a strategy did with its signals. Amounts in `currency`. */
export interface AccountReport {
  currency: string;
  /** Entries that were traded, and those of them that are over. */
  trades: number;
  closed: number;
  fills: number;
  /** Legs of which less than was asked for was there. */
  partialFills: number;
  pnl: number | null;
  fees: number;
  funding: number;
  /** Sum of what was bought and sold. */
  turnover: number;
  /** Share of the closed trades that earned something; null without any. */
  hitRate: number | null;
  /** Mean over deviation of the days' profits, times the square root of 365; null under ten days. */
  sharpe: number | null;
  /** Deepest fall of the equity below its highest point before. */
  maxDrawdown: number;
  /** Share of the time from first to last line in which something was open. */
  exposure: number | null;
  /** Legs that were not traded, and options that could not be settled, by reason; the latter are in no other figure. */
  legsRefused: Partial<Record<LegRefusal, number>>;
  /** Assets without a price in `currency`: their balances are in no figure. */
  unvalued: string[];
  /** By asset: what it gained and owes, with open contracts at their last price, options at their mark. Inverse contracts earn coin. */
  balances: Record<string, number>;
  /** Positions left at the end by instrument: base coin, of inverse contracts quote currency. */
  positions: Record<string, number>;
}

/** Equity at a time, for a curve. */
export interface EquityPoint {
  /** Nanoseconds since 1970. */
  ts: string;
  equity: number;
}

interface Holding {
  /** The entry's. */
  signal: string;
  opened: string;
  closed: string | null;
  strategy: string;
  legs: TradeLeg[];
  balances: Map<string, number>;
  positions: Map<string, number>;
  /** By option: what its fills came to, to be taken back when it cannot be settled. */
  premiums: Map<string, Premium>;
  /** An option of it could not be settled. */
  isUnknown: boolean;
}

interface Premium {
  /** Received less paid, fees inside, in what it is paid in. */
  net: number;
  /** In the account's currency. */
  fees: number;
  turnover: number;
}

const DAY_NS = 86_400_000_000_000n;
const SHARPE_DAYS = 10;

/**
 * The books of one strategy's trades: balances of assets, positions in derivatives, fees and funding. It
 * begins with nothing and may owe: inventory is held on both sides. Pure: the same lines, the same account.
 */
export class Account {
  readonly currency: string;
  readonly equity: EquityPoint[] = [];
  private readonly all: Holding = holding("", "", "");
  private readonly open = new Map<string, Holding>();
  private readonly finished: Trade[] = [];
  /** Last price of an instrument: of a fill, or its mid; of an option its mark. */
  private readonly prices = new Map<string, number>();
  private readonly spots = new Map<string, { base: string; quote: string }>();
  /** Derivatives that were traded. */
  private readonly contracts = new Map<string, Contract>();
  /** Coin that options are paid in -> what it is worth by their index, in `currency`. */
  private readonly indexes = new Map<string, number>();
  /** Options that are over. */
  private readonly expired = new Set<string>();
  private readonly refused = new Map<LegRefusal, number>();
  private readonly days = new Map<bigint, number>();
  private counts = { fills: 0, partialFills: 0, fees: 0, funding: 0, turnover: 0, trades: 0 };
  private highest = 0;
  private maxDrawdown = 0;
  private firstNs: bigint | null = null;
  private lastNs = 0n;
  private openNs = 0n;

  constructor(currency: string) {
    this.currency = currency;
  }

  get trades(): readonly Trade[] {
    return [...this.finished, ...[...this.open.values()].map((one) => this.tradeOf(one))];
  }

  /** Takes a line in; lines of other strategies must not be given. @throws BACKTEST_QUANTO */
  take(line: TradingLine): void {
    const ns = BigInt(line.ts);
    if (line.type !== "settlement") this.forgetExpired(ns);
    this.firstNs ??= ns;
    if (this.open.size > 0 && ns > this.lastNs) this.openNs += ns - this.lastNs;
    if (ns > this.lastNs) this.lastNs = ns;
    if (line.type === "fill") this.fill(line);
    else if (line.type === "funding") this.fundingDue(line);
    else if (line.type === "settlement") this.settlement(line);
    else this.marks(line);
    this.value(line.ts);
  }

  report(): AccountReport {
    const { fills, partialFills, fees, funding, turnover, trades } = this.counts;
    const closed = this.trades.filter((trade) => trade.closed !== null);
    const won = closed.filter(({ pnl }) => pnl !== null && pnl > 0).length;
    const known = closed.filter(({ pnl }) => pnl !== null).length;
    const balances = this.assets(this.all);
    const unvalued = [...balances].filter(([asset, held]) => held !== 0 && Number.isNaN(this.priceOf(asset)));
    const span = this.firstNs === null ? 0n : this.lastNs - this.firstNs;
    const equity = this.worth(this.all);
    return {
      ...{ currency: this.currency, trades, closed: closed.length, fills, partialFills },
      pnl: Number.isNaN(equity) ? null : equity,
      ...{ fees, funding, turnover, hitRate: known === 0 ? null : won / known },
      ...{ sharpe: this.sharpe(), maxDrawdown: this.maxDrawdown },
      exposure: span === 0n ? null : Number(this.openNs) / Number(span),
      legsRefused: Object.fromEntries([...this.refused].sort(([a], [b]) => (a < b ? -1 : 1))),
      unvalued: unvalued.map(([asset]) => asset).sort(),
      balances: Object.fromEntries([...balances].sort(([a], [b]) => (a < b ? -1 : 1))),
      positions: Object.fromEntries([...this.all.positions].filter(([, size]) => Math.abs(size) > 1e-12)),
    };
  }

  private fill(fill: Fill): void {
    const { signal, strategy, effect, closes, ts, price, size, wanted, instrument, base, quote, settle, side } = fill;
    const key = closes ?? signal;
    if (effect !== "close") this.begin(key, fill);
    const one = this.open.get(key) ?? holding(key, strategy, ts);
    if (fill.refused !== undefined) this.refuse(fill.refused);
    else if (size < wanted) this.counts.partialFills++;
    const leg = effect === "close" ? one.legs.find((held) => held.instrument === instrument) : undefined;
    if (effect !== "close") one.legs.push({ instrument, side, size, entry: price, exit: null });
    else if (leg !== undefined) leg.exit = price;
    if (price === null || base === null || quote === null) {
      this.settled(key, one, fill);
      return;
    }
    const sign = side === "buy" ? 1 : -1;
    const worth = size * price;
    const contract = settle === null ? null : contractOf(fill, base, quote, settle);
    if (contract === null) this.spots.set(instrument, { base, quote });
    else this.contracts.set(instrument, contract);
    this.prices.set(instrument, fill.option?.mark ?? price);
    if (contract !== null) this.tellIndex(contract, fill.option?.index ?? null);
    // Coin that an inverse contract is worth at the price of the fill is what a linear one's quote currency is.
    const paidIn = contract?.settle ?? quote;
    const paid = contract?.isInverse ? -size : worth;
    const fee = feeOf(fill, contract ?? { settle: quote, quote }, paid);
    for (const account of [this.all, one]) {
      if (contract === null) add(account.balances, base, sign * size);
      else add(account.positions, instrument, sign * (contract.isInverse ? worth : size));
      add(account.balances, paidIn, -sign * paid - fee);
    }
    const fees = known(fee * this.priceOf(paidIn));
    const turnover = known(worth * this.priceOf(contract?.isInverse ? quote : paidIn));
    this.counts.fills++;
    this.counts.fees += fees;
    this.counts.turnover += turnover;
    if (fill.option !== undefined) addPremium(one.premiums, instrument, { net: -sign * paid - fee, fees, turnover });
    this.settled(key, one, fill);
  }

  /**
   * The first leg of a signal opens a trade. An engine that was started anew counts its signals from one again: what
   * the one before left open under that number is never closed, and stays a trade of its own.
   */
  private begin(key: string, { strategy, ts, instrument }: Fill): void {
    const known = this.open.get(key);
    if (known?.opened === ts && !known.legs.some((leg) => leg.instrument === instrument)) return;
    if (known !== undefined) this.open.set(`${key} ${this.counts.trades}`, known);
    this.open.set(key, holding(key, strategy, ts));
    this.counts.trades++;
  }

  /** The last leg of a signal ends it where nothing is held after it. */
  private settled(key: string, one: Holding, { effect, ts }: Fill): void {
    if (effect === "open") return;
    one.closed = ts;
    // Legs of one signal come together: the trade is told when the next line is another's.
    this.open.set(key, one);
  }

  private fundingDue({ instrument, rate, price }: FundingDue): void {
    const contract = this.contracts.get(instrument);
    if (contract === undefined) return;
    const { settle, isInverse } = contract;
    for (const account of [this.all, ...this.open.values()]) {
      const held = account.positions.get(instrument) ?? 0;
      const paid = -(isInverse ? held / price : held * price) * rate;
      if (paid === 0) continue;
      add(account.balances, settle, paid);
      if (account === this.all) this.counts.funding += known(paid * this.priceOf(settle));
    }
  }

  private marks({ mids, marks = {}, indexes = {} }: Marks): void {
    for (const [instrument, price] of [...Object.entries(mids), ...Object.entries(marks)])
      this.prices.set(instrument, price);
    for (const [pair, price] of Object.entries(indexes)) {
      const [settle, quote] = pair.split("/");
      this.tellIndex({ settle, quote }, price);
    }
  }

  private tellIndex({ settle, quote }: Pick<Contract, "settle" | "quote">, price: number | null): void {
    if (price !== null && settle !== quote && quote === this.currency) this.indexes.set(settle, price);
  }

  /** What was held of an option becomes what it pays; without a price all that it came to is taken back. */
  private settlement({ ts, instrument, price, index }: Settlement): void {
    this.expired.add(instrument);
    const contract = this.contracts.get(instrument);
    if (contract !== undefined) this.tellIndex(contract, index);
    this.all.positions.delete(instrument);
    for (const one of this.open.values()) {
      const mine = one.legs.filter((leg) => leg.instrument === instrument);
      if (mine.length === 0) continue;
      const held = one.positions.get(instrument) ?? 0;
      one.positions.delete(instrument);
      if (contract !== undefined && held !== 0) this.pay(one, { instrument, held, price, settle: contract.settle });
      for (const leg of mine) leg.exit ??= price;
      if (one.closed !== null || one.legs.every((leg) => leg.exit !== null || this.expired.has(leg.instrument)))
        one.closed = ts;
    }
  }

  private pay(
    one: Holding,
    { instrument, held, price, settle }: { instrument: string; held: number; price: number | null; settle: string },
  ): void {
    const premium = one.premiums.get(instrument) as Premium;
    for (const account of [this.all, one]) add(account.balances, settle, price === null ? -premium.net : held * price);
    if (price !== null) return;
    this.counts.fees -= premium.fees;
    this.counts.turnover -= premium.turnover;
    one.isUnknown = true;
    this.refuse("index-unknown");
  }

  /** Options whose day went by without a settlement, as in a hole of a journal. */
  private forgetExpired(ns: bigint): void {
    for (const [instrument, { expiryNs }] of this.contracts)
      if (expiryNs !== null && expiryNs < ns && this.all.positions.has(instrument))
        this.settlement({ type: "settlement", ts: String(expiryNs), instrument, price: null, index: null });
  }

  private refuse(reason: LegRefusal): void {
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
  }

  /** Of an option that was not given back whole, the rest waits for its expiry. */
  private awaitsExpiry({ positions }: Holding): boolean {
    for (const [instrument, held] of positions)
      if (Math.abs(held) > 1e-12 && this.contracts.get(instrument)?.expiryNs !== null) return true;
    return false;
  }

  /** Ends what is over, and notes the equity. */
  private value(ts: string): void {
    for (const [key, one] of this.open) {
      if (one.closed === null || one.closed === ts || this.awaitsExpiry(one)) continue;
      this.open.delete(key);
      this.finished.push(this.tradeOf(one));
    }
    const equity = this.worth(this.all);
    if (Number.isNaN(equity)) return;
    const last = this.equity.at(-1);
    if (last?.ts === ts) last.equity = equity;
    else this.equity.push({ ts, equity });
    this.highest = Math.max(this.highest, equity);
    this.maxDrawdown = Math.max(this.maxDrawdown, this.highest - equity);
    this.days.set(BigInt(ts) / DAY_NS, equity);
  }

  private tradeOf(one: Holding): Trade {
    const pnl = one.isUnknown ? Number.NaN : this.worth(one);
    const { signal, strategy, opened, legs } = one;
    const closed = this.awaitsExpiry(one) ? null : one.closed;
    return { signal, strategy, opened, closed, pnl: Number.isNaN(pnl) ? null : pnl, legs };
  }

  /** Balances and positions at the last prices, in the account's currency; assets without a price are left out. */
  private worth(one: Holding): number {
    let sum = 0;
    for (const [asset, held] of this.assets(one)) sum += held === 0 ? 0 : known(held * this.priceOf(asset));
    return sum;
  }

  /** By asset: balances, and what open contracts would bring at their last price. */
  private assets({ balances, positions }: Holding): Map<string, number> {
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
  private priceOf(asset: string): number {
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

  private sharpe(): number | null {
    const days = [...this.days].sort(([a], [b]) => (a < b ? -1 : 1));
    if (days.length < SHARPE_DAYS) return null;
    // A day without a line changed nothing.
    const profits: number[] = [];
    for (let i = 1; i < days.length; i++) {
      const quiet = Number(days[i][0] - days[i - 1][0]) - 1;
      for (let day = 0; day < quiet; day++) profits.push(0);
      profits.push(days[i][1] - days[i - 1][1]);
    }
    const mean = profits.reduce((sum, profit) => sum + profit, 0) / profits.length;
    const deviation = Math.sqrt(profits.reduce((sum, profit) => sum + (profit - mean) ** 2, 0) / profits.length);
    return deviation === 0 ? null : (mean / deviation) * Math.sqrt(365);
  }
}

/** 0 for what has no price: it is in no figure. */
function known(amount: number): number {
  return Number.isNaN(amount) ? 0 : amount;
}

function holding(signal: string, strategy: string, opened: string): Holding {
  const empty = { balances: new Map(), positions: new Map(), premiums: new Map() };
  return { signal, strategy, opened, closed: null, legs: [], ...empty, isUnknown: false };
}

function addPremium(premiums: Map<string, Premium>, instrument: string, { net, fees, turnover }: Premium): void {
  const before = premiums.get(instrument) ?? { net: 0, fees: 0, turnover: 0 };
  premiums.set(instrument, { net: before.net + net, fees: before.fees + fees, turnover: before.turnover + turnover });
}

function add(balances: Map<string, number>, asset: string, amount: number): void {
  balances.set(asset, (balances.get(asset) ?? 0) + amount);
}
