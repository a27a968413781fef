/** Paces and limits of the venue. */
export interface DeribitLimits extends Readonly<Record<string, number>> {
  /** Shortest interval of heartbeats that a client may ask for, ms. */
  heartbeatMs: number;
  /** Credits of subscriptions, and of all other requests, that there are at most. */
  subscriptionCredits: number;
  credits: number;
  /** How long the fault `server-shutdown` keeps the platform in maintenance, ms. */
  maintenanceMs: number;
}

/** Source: docs.deribit.com, public/set_heartbeat; support.deribit.com, "Rate Limits". */
export const DERIBIT_LIMITS: DeribitLimits = {
  ...{ heartbeatMs: 10_000, subscriptionCredits: 30_000, credits: 50_000 },
  maintenanceMs: 2000,
};

/** What comes back in a second, and what a request costs. */
const REFILL = 10_000;
const COST = { subscription: 3000, other: 500 };

/** Credits of one client: they come back evenly. */
export class Credits {
  private readonly most: number;
  private readonly cost: number;
  private left: number;
  private atMs: number;

  constructor(kind: keyof typeof COST, most: number, nowMs: number) {
    this.cost = COST[kind];
    this.most = this.left = most;
    this.atMs = nowMs;
  }

  /** False when there are too few. */
  take(nowMs: number): boolean {
    this.left = Math.min(this.most, this.left + ((nowMs - this.atMs) / 1000) * REFILL);
    this.atMs = nowMs;
    if (this.left < this.cost) return false;
    this.left -= this.cost;
    return true;
  }
}
