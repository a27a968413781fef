import type { VenueName } from "../market/venues.js";
import type { HttpReply } from "../sources/http.js";
import type { VenueLimits } from "../venues/venue.js";
import type { ConnectionSettings } from "./connection-settings.js";
import { RateBudgets } from "./rate-budgets.js";
import { RestHost } from "./rest-host.js";

/** Waits where a venue does not say for how long. */
const RATE_LIMIT_MS = 10_000;
/** Binance bans for two minutes at least: binance-spot-api-docs, rest-api.md, "IP Limits". */
const BAN_MS = 120_000;
/** Bybit lifts its 403 after ten minutes (v5 rate limit); no matter of seconds anywhere. */
const REFUSED_MS = 600_000;

/** A venue does not want to be asked. */
export interface Refusal {
  /** By rate, which passes; or by law, ban or for want of a key. */
  kind: "rate-limit" | "refused";
  status: number;
  /** Infinity for good. */
  waitMs: number;
  /** What a person should look at. */
  hint: string;
}

/** State of an HTTP host, for people. */
export interface HostStatus {
  venue: VenueName;
  /** The address that is asked now. */
  base: string;
  circuit: RestHost["circuit"];
  /** True while a backup is asked. */
  onBackup: boolean;
  requests: number;
  failures: number;
  /** Until when it is not asked, and why; 0 and null when it is. ms from now. */
  waitMs: number;
  refused: string | null;
}

export interface RestGateOptions {
  venue: VenueName;
  /** The venue's own address, then those that serve the same. */
  bases: readonly string[];
  limits: VenueLimits;
  settings: ConnectionSettings;
  refused: (refusal: Refusal) => void;
  say: (level: "info" | "warn", text: string) => void;
}

/** What a venue may be asked by HTTP: within its budgets, never while it refuses, and elsewhere while its host fails. */
export class RestGate {
  private readonly hosts: readonly RestHost[];
  private readonly budgets: RateBudgets;
  private readonly options: RestGateOptions;
  private closedUntilMs = 0;
  private refusal: string | null = null;
  private requests = 0;
  private failures = 0;

  constructor(options: RestGateOptions) {
    this.options = options;
    this.budgets = new RateBudgets(options.limits.requests);
    this.hosts = options.bases.map(
      (base) => new RestHost(base, options.settings, (host, open) => this.turned(host, open)),
    );
  }

  /** The address that is asked now: the first whose circuit allows it. */
  get base(): string {
    return this.host.base;
  }

  /** False while the venue has asked not to be asked: that holds for all of its addresses. */
  get open(): boolean {
    return performance.now() >= this.closedUntilMs;
  }

  /** The reply; null when the venue is not asked now, or refuses by this reply. @throws as RestHost.get() */
  async get(path: string, headers: Record<string, string> = {}): Promise<HttpReply | null> {
    if (!this.open) return null;
    const cost = this.options.limits.cost?.(path) ?? 1;
    // Whoever waited for the budget while the venue refused another does not ask any more.
    const permit = async (): Promise<boolean> => {
      await this.budgets.take(cost);
      if (this.open) this.requests++;
      return this.open;
    };
    try {
      const reply = await this.host.get(path, headers, permit);
      if (reply === null || this.heeded(reply)) return null;
      if (reply.status >= 500) this.failures++;
      return reply;
    } catch (error) {
      this.failures++;
      throw error;
    }
  }

  /** Takes the budgets that the venue itself has told. */
  budget(budgets: VenueLimits["requests"]): void {
    this.budgets.set(budgets);
  }

  status(): HostStatus {
    const { base, circuit } = this.host;
    const waitMs = Math.max(0, Math.round(this.closedUntilMs - performance.now()));
    return {
      venue: this.options.venue,
      ...{ base, circuit: waitMs > 0 ? "open" : circuit, onBackup: this.host !== this.hosts[0] },
      ...{ requests: this.requests, failures: this.failures, waitMs, refused: waitMs > 0 ? this.refusal : null },
    };
  }

  private get host(): RestHost {
    return this.hosts.find(({ usable }) => usable) ?? this.hosts[0];
  }

  /** Whether the reply closes the gate. 429 and 418 say for how long; the others are no matter of seconds. */
  private heeded({ status, retryAfterMs }: HttpReply): boolean {
    if (status === 429) this.close("rate-limit", status, retryAfterMs || RATE_LIMIT_MS);
    else if (status === 418) this.close("refused", status, retryAfterMs || BAN_MS);
    else if (status === 403 || status === 451) this.close("refused", status, Math.max(retryAfterMs, REFUSED_MS));
    else if (status >= 500 && retryAfterMs > 0) this.close("rate-limit", status, retryAfterMs);
    else if (status === 401) this.close("refused", status, Number.POSITIVE_INFINITY);
    else return false;
    return true;
  }

  private close(kind: Refusal["kind"], status: number, waitMs: number): void {
    this.closedUntilMs = Math.max(this.closedUntilMs, performance.now() + waitMs);
    const hint = refusalHint(status);
    this.refusal = `HTTP ${status}: ${hint}`;
    this.options.refused({ kind, status, waitMs, hint });
  }

  private turned(host: RestHost, isOpen: boolean): void {
    const { settings, say } = this.options;
    if (!isOpen) say("info", `${host.base} answers again`);
    else {
      const instead = this.host === host ? "it is left alone" : `${this.host.base} is asked instead`;
      say(
        "warn",
        `${host.base} failed ${settings.breakerFailures} times in a row; ${instead} for ${settings.breakerOpenMs / 1000} s`,
      );
    }
  }
}

/** What a person should look at when a venue answers with this status. */
export function refusalHint(status: number): string {
  if (status >= 500) return "the venue asked for time";
  if (status === 429) return "too many requests from this address";
  if (status === 418)
    return "banned for going on after too many requests; does something else on this address ask the same venue?";
  if (status === 401)
    return "public data needs no key: check the addresses under endpoints and the proxy; not asked again before a restart";
  if (status === 451) return "the venue does not serve this place: check the country of this address and the proxy";
  return "check that the venue serves this address and country, the proxy, and what else on this address asks it";
}
