import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
  handleWhen,
  type IPolicy,
  retry,
  wrap,
} from "cockatiel";
import { get, type HttpReply } from "../sources/http.js";
import type { ConnectionSettings } from "./connection-settings.js";

const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 5000;

/** One HTTP address behind a circuit breaker: GETs that time out or meet a 5xx are repeated, with decorrelated jitter. */
export class RestHost {
  readonly base: string;
  private readonly breaker: CircuitBreakerPolicy;
  private readonly policy: IPolicy;
  private readonly openMs: number;
  private readonly proxy: string | undefined;
  private openedMs = 0;

  constructor(
    base: string,
    { breakerFailures, breakerOpenMs, retries, proxy }: ConnectionSettings,
    changed: (host: RestHost, isOpen: boolean) => void,
  ) {
    this.base = base;
    this.proxy = proxy;
    this.openMs = breakerOpenMs;
    // Whoever says how long to wait is not asked again before.
    const failed = (value: unknown): boolean => {
      const reply = value as HttpReply | null;
      return reply !== null && reply.status >= 500 && reply.retryAfterMs === 0;
    };
    this.breaker = circuitBreaker(handleAll.orWhenResult(failed), {
      halfOpenAfter: breakerOpenMs,
      breaker: new ConsecutiveBreaker(breakerFailures),
    });
    this.breaker.onBreak(() => {
      this.openedMs = performance.now();
      changed(this, true);
    });
    this.breaker.onReset(() => changed(this, false));
    const repeated = handleWhen((error) => !(error instanceof BrokenCircuitError)).orWhenResult(failed);
    const backoff = new ExponentialBackoff({ initialDelay: FIRST_RETRY_MS, maxDelay: LAST_RETRY_MS });
    this.policy = wrap(retry(repeated, { maxAttempts: retries, backoff }), this.breaker);
  }

  get circuit(): "closed" | "open" | "half-open" {
    if (this.breaker.state === CircuitState.Closed) return "closed";
    return this.breaker.state === CircuitState.HalfOpen ? "half-open" : "open";
  }

  /** False while its circuit is open; the first request after that is the trial. */
  get usable(): boolean {
    return this.circuit !== "open" || performance.now() - this.openedMs >= this.openMs;
  }

  /**
   * Null when `permit`, which is asked before each attempt, says no.
   * @throws as get() of the sources; BrokenCircuitError while the circuit is open
   */
  get(path: string, headers: Record<string, string>, permit: () => Promise<boolean>): Promise<HttpReply | null> {
    return this.policy.execute(async () => ((await permit()) ? get(`${this.base}${path}`, headers, this.proxy) : null));
  }
}
