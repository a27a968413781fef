import { AssetModel } from "./asset-model.js";
import { type Divergence, DivergenceSchedule } from "./divergence.js";
import { Market } from "./market.js";
import { ASSETS, type MarketSpec } from "./market-spec.js";

/** All markets, and what they have in common. */
export class MarketModel {
  readonly markets: readonly Market[];
  private readonly assets = new Map<string, AssetModel>();
  private readonly divergences = new Map<string, DivergenceSchedule>();
  private nowMs = 0;

  constructor(options: { seed: number; specs: readonly MarketSpec[]; divergences: boolean }) {
    const { seed, specs, divergences } = options;
    const venues = [...new Set(specs.map(({ venue }) => venue))].sort();
    const names = new Set(specs.flatMap(({ base, quote }) => [base, quote]).filter((name) => name in ASSETS));
    for (const name of names) {
      this.assets.set(name, new AssetModel(seed, name, ASSETS[name].price, ASSETS[name].sigmaBps));
      this.divergences.set(name, new DivergenceSchedule(seed, name, venues, divergences));
    }
    this.markets = specs.map((spec) => {
      const base = this.assets.get(spec.base);
      const divergence = this.divergences.get(spec.base);
      if (base === undefined || divergence === undefined) throw new RangeError(`no model of ${spec.base}`);
      return new Market({ seed, spec, base, quote: this.assets.get(spec.quote) ?? null, divergence });
    });
  }

  step(nowMs: number): void {
    this.nowMs = nowMs;
    for (const asset of this.assets.values()) asset.step();
    for (const schedule of this.divergences.values()) schedule.step(nowMs);
    for (const market of this.markets) market.step(nowMs);
  }

  /** Lets markets of an asset leave the common price, from now on. */
  diverge(divergence: Omit<Divergence, "startMs">): void {
    this.divergences.get(divergence.asset)?.add({ ...divergence, startMs: this.nowMs });
  }
}
