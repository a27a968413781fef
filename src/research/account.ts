import type { FundingDue } from "../engine/funding-dues.js";
import type { LegRefusal } from "../engine/option-terms.js";
import type { Fill, Marks, Settlement, TradingLine } from "../engine/trading.js";
import type { AccountReport, Trade } from "./account-report.js";
import { contractOf, feeOf } from "./contract.js";
import { EquityCurve, type EquityPoint } from "./equity-curve.js";
import { add, addPremium, emptyHolding, type Holding, type Premium } from "./holding.js";
import { known, Valuation } from "./valuation.js";

/**
 * The books of one strategy's trades: balances of assets, positions in derivatives, fees and funding. It
 * begins with nothing and may owe: inventory is held on both sides. Pure: the same lines, the same account.
 */
export class Account {
  readonly currency: string;
  private readonly curve = new EquityCurve();
  private readonly valuation: Valuation;
  private readonly all: Holding = emptyHolding("", "", "");
  private readonly open = new Map<string, Holding>();
  private readonly finished: Trade[] = [];
  /** Options that are over. */
  private readonly expired = new Set<string>();
  private readonly refused = new Map<LegRefusal, number>();
  private counts = { fills: 0, partialFills: 0, fees: 0, funding: 0, turnover: 0, trades: 0 };
  private firstNs: bigint | null = null;
  private lastNs = 0n;
  private openNs = 0n;

  constructor(currency: string) {
    this.currency = currency;
    this.valuation = new Valuation(currency);
  }

  /** What all was worth after each time of a line. */
  get equity(): readonly EquityPoint[] {
    return this.curve.points;
  }

  /** Those that are over in the order of their ends, then the open ones. */
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
    const balances = this.valuation.assets(this.all);
    const unvalued = [...balances].filter(([asset, held]) => held !== 0 && Number.isNaN(this.valuation.priceOf(asset)));
    const span = this.firstNs === null ? 0n : this.lastNs - this.firstNs;
    const equity = this.valuation.worth(this.all);
    return {
      ...{ currency: this.currency, trades, closed: closed.length, fills, partialFills },
      pnl: Number.isNaN(equity) ? null : equity,
      ...{ fees, funding, turnover, hitRate: known === 0 ? null : won / known },
      ...{ sharpe: this.curve.sharpe, maxDrawdown: this.curve.maxDrawdown },
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
    const one = this.open.get(key) ?? emptyHolding(key, strategy, ts);
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
    if (contract === null) this.valuation.tellSpot(instrument, base, quote);
    else this.valuation.tellContract(instrument, contract);
    this.valuation.tellPrice(instrument, fill.option?.mark ?? price);
    if (contract !== null) this.valuation.tellIndex(contract, fill.option?.index ?? null);
    // Coin that an inverse contract is worth at the price of the fill is what a linear one's quote currency is.
    const paidIn = contract?.settle ?? quote;
    const paid = contract?.isInverse ? -size : worth;
    const fee = feeOf(fill, contract ?? { settle: quote, quote }, paid);
    for (const account of [this.all, one]) {
      if (contract === null) add(account.balances, base, sign * size);
      else add(account.positions, instrument, sign * (contract.isInverse ? worth : size));
      add(account.balances, paidIn, -sign * paid - fee);
    }
    const fees = known(fee * this.valuation.priceOf(paidIn));
    const turnover = known(worth * this.valuation.priceOf(contract?.isInverse ? quote : paidIn));
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
    this.open.set(key, emptyHolding(key, strategy, ts));
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
    const contract = this.valuation.contracts.get(instrument);
    if (contract === undefined) return;
    const { settle, isInverse } = contract;
    for (const account of [this.all, ...this.open.values()]) {
      const held = account.positions.get(instrument) ?? 0;
      const paid = -(isInverse ? held / price : held * price) * rate;
      if (paid === 0) continue;
      add(account.balances, settle, paid);
      if (account === this.all) this.counts.funding += known(paid * this.valuation.priceOf(settle));
    }
  }

  private marks({ mids, marks = {}, indexes = {} }: Marks): void {
    for (const [instrument, price] of [...Object.entries(mids), ...Object.entries(marks)])
      this.valuation.tellPrice(instrument, price);
    for (const [pair, price] of Object.entries(indexes)) {
      const [settle, quote] = pair.split("/");
      this.valuation.tellIndex({ settle, quote }, price);
    }
  }

  /** What was held of an option becomes what it pays; without a price all that it came to is taken back. */
  private settlement({ ts, instrument, price, index }: Settlement): void {
    this.expired.add(instrument);
    const contract = this.valuation.contracts.get(instrument);
    if (contract !== undefined) this.valuation.tellIndex(contract, index);
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
    for (const [instrument, { expiryNs }] of this.valuation.contracts)
      if (expiryNs !== null && expiryNs < ns && this.all.positions.has(instrument))
        this.settlement({ type: "settlement", ts: String(expiryNs), instrument, price: null, index: null });
  }

  private refuse(reason: LegRefusal): void {
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
  }

  /** Of an option that was not given back whole, the rest waits for its expiry. */
  private awaitsExpiry({ positions }: Holding): boolean {
    for (const [instrument, held] of positions)
      if (Math.abs(held) > 1e-12 && this.valuation.contracts.get(instrument)?.expiryNs !== null) return true;
    return false;
  }

  /** Ends what is over, and notes the equity. */
  private value(ts: string): void {
    for (const [key, one] of this.open) {
      if (one.closed === null || one.closed === ts || this.awaitsExpiry(one)) continue;
      this.open.delete(key);
      this.finished.push(this.tradeOf(one));
    }
    const equity = this.valuation.worth(this.all);
    if (!Number.isNaN(equity)) this.curve.add(ts, equity);
  }

  private tradeOf(one: Holding): Trade {
    const pnl = one.isUnknown ? Number.NaN : this.valuation.worth(one);
    const { signal, strategy, opened, legs } = one;
    const closed = this.awaitsExpiry(one) ? null : one.closed;
    return { signal, strategy, opened, closed, pnl: Number.isNaN(pnl) ? null : pnl, legs };
  }
}
