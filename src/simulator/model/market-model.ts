import { AssetModel } from "./asset-model.js";
import { deliveryMs } from "./carry.js";
import { type Divergence, DivergenceSchedule } from "./divergence.js";
import { Market } from "./market.js";
import { ASSETS, type MarketSpec } from "./market-spec.js";
import { OptionModel } from "./option-model.js";
import { VolatilitySurface } from "./volatility-surface.js";

/** Beginning of a model that is not told it. */
const MODEL_START_MS = Date.UTC(2026, 6, 1);

/** All markets, and what they have in common. */
export class MarketModel {
  readonly markets: readonly Market[];
  private readonly assets = new Map<string, AssetModel>();
  private readonly divergences = new Map<string, DivergenceSchedule>();
  private readonly surfaces = new Map<string, VolatilitySurface>();
  private nowMs = 0;

  /** `startMs`: when it begins, epoch ms; only what has a day of delivery depends on it. */
  constructor(options: { seed: number; specs: readonly MarketSpec[]; divergences: boolean; startMs?: number }) {
    const { seed, specs, divergences, startMs = MODEL_START_MS } = options;
    const venues = [...new Set(specs.map(({ venue }) => venue))].sort();
    const names = new Set(specs.flatMap(({ base, quote }) => [base, quote]).filter((name) => name in ASSETS));
    for (const name of names) {
      this.assets.set(name, new AssetModel(seed, name, ASSETS[name].price, ASSETS[name].sigmaBps));
      this.divergences.set(name, new DivergenceSchedule(seed, name, venues, divergences));
      this.surfaces.set(name, new VolatilitySurface(seed, name));
    }
    this.markets = specs.map((spec) => {
      const base = this.assets.get(spec.base);
      const divergence = this.divergences.get(spec.base);
      const surface = this.surfaces.get(spec.base);
      if (base === undefined || divergence === undefined || surface === undefined)
        throw new RangeError(`no model of ${spec.base}`);
      const quote = this.assets.get(spec.quote) ?? null;
      const option = optionOf(spec, base, surface, startMs);
      return new Market({ seed, startMs, spec, base, quote, divergence, option });
    });
  }

  step(nowMs: number): void {
    this.nowMs = nowMs;
    for (const asset of this.assets.values()) asset.step();
    for (const schedule of this.divergences.values()) schedule.step(nowMs);
    for (const surface of this.surfaces.values()) surface.step();
    for (const market of this.markets) market.step(nowMs);
  }

  /** Lets markets of an asset leave the common price, from now on. */
  diverge(divergence: Omit<Divergence, "startMs">): void {
    this.divergences.get(divergence.asset)?.add({ ...divergence, startMs: this.nowMs });
  }
}

function optionOf(
  { instrument }: MarketSpec,
  asset: AssetModel,
  surface: VolatilitySurface,
  startMs: number,
): OptionModel | null {
  const { strike, expiry, optionType, base, settle } = instrument;
  if (strike === null || expiry === null) return null;
  return new OptionModel({
    ...{ asset, surface, strike, startMs },
    isCall: optionType === "call",
    inCoin: settle === base,
    expiryMs: deliveryMs(expiry),
  });
}
