import type { ProductName, VenueName } from "../../market/venues.js";
import { Random } from "./random.js";

/** Some markets of an asset leave the common price for a while. */
export interface Divergence {
  asset: string;
  /** Only markets of this venue; null for all. */
  venue: VenueName | null;
  /** Only spot, or only what is no spot; null for both. */
  kind: "spot" | "derivative" | null;
  /** How far, signed. */
  bps: number;
  /** Time of the model's clock. */
  startMs: number;
  durationMs: number;
}

/** Part of the time that the way out, and the way back, take; 60 ms at most. */
function rampMs({ durationMs }: Divergence): number {
  return Math.min(60, durationMs / 4);
}

/** The seeded divergences of one asset, and those that were asked for. */
export class DivergenceSchedule {
  private readonly asset: string;
  private readonly venues: readonly VenueName[];
  private readonly random: Random;
  private readonly under: Divergence[] = [];
  private readonly next: { kind: "venue" | "product"; atMs: number }[] = [];

  /** `automatic` false: only those that add() is called with. */
  constructor(seed: number, asset: string, venues: readonly VenueName[], automatic: boolean) {
    this.asset = asset;
    this.venues = venues;
    this.random = new Random(seed, "divergence", asset);
    if (!automatic) return;
    // Late enough for a client to have connected, and within five seconds of the start.
    if (venues.length > 1) this.next.push({ kind: "venue", atMs: this.random.between(2500, 4800) });
    this.next.push({ kind: "product", atMs: this.random.between(2500, 4800) });
  }

  add(divergence: Divergence): void {
    this.under.push(divergence);
  }

  /** Begins and ends what is due. */
  step(nowMs: number): void {
    for (const due of this.next)
      if (nowMs >= due.atMs) {
        this.under.push(this.draw(due.kind, nowMs));
        due.atMs = nowMs + this.random.between(10_000, 20_000);
      }
    for (let i = this.under.length - 1; i >= 0; i--)
      if (nowMs >= this.under[i].startMs + this.under[i].durationMs) this.under.splice(i, 1);
  }

  /** How far a market is away from the common price now, as a difference of logarithms. */
  shift(venue: VenueName, product: ProductName, nowMs: number): number {
    let sum = 0;
    for (const divergence of this.under) {
      if (divergence.venue !== null && divergence.venue !== venue) continue;
      if (divergence.kind !== null && (divergence.kind === "spot") !== (product === "spot")) continue;
      const elapsed = nowMs - divergence.startMs;
      const left = divergence.durationMs - elapsed;
      if (elapsed < 0 || left <= 0) continue;
      sum += (divergence.bps / 10_000) * Math.min(1, elapsed / rampMs(divergence), left / rampMs(divergence));
    }
    return sum;
  }

  private draw(kind: "venue" | "product", startMs: number): Divergence {
    const { random, venues, asset } = this;
    const bps = random.between(5, 25) * (random.chance(0.5) ? 1 : -1);
    const durationMs = random.between(300, 3000);
    return kind === "venue"
      ? { asset, venue: venues[random.below(venues.length)], kind: null, bps, startMs, durationMs }
      : { asset, venue: null, kind: "derivative", bps, startMs, durationMs };
  }
}
