import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
  retry,
  wrap,
} from "cockatiel";
import type { Outcome } from "../engine/outcomes.js";
import type { Signal } from "../engine/signal.js";
import { DailyBudget, priceOf, type TokenPrices } from "./budget.js";
import { type ChatAnswer, type ChatSettings, chat, inputTokensAtMost, requestBody } from "./chat.js";
import { Ledger, type LedgerEntry, type Precision } from "./ledger.js";
import { type ModelReply, type NotAsked, readReply, ruleVerdict, type Verdict } from "./verdict.js";

export interface ValidatorOptions {
  /** Strategies whose entries are judged; all when absent. */
  strategies?: readonly string[];
  /** Absent: the rule judges. */
  chat?: ChatSettings & { prices: TokenPrices; currency: string };
  deadlineMs: number;
  queueLimit: number;
  dailyBudget: number;
  fallback: "rule" | "none";
  /** File of the ledger; null keeps it in memory alone. */
  ledgerFile: string | null;
  verdict: (verdict: Verdict) => void;
  /** Worth a line in the log; `isAlert`: a person is needed. */
  note: (text: string, isAlert: boolean) => void;
  /** Epoch ms. */
  now: () => number;
}

export interface LedgerStatus {
  currency: string | null;
  budget: { limit: number; spent: number; reserved: number };
  precision: Record<string, Precision>;
  waiting: number;
  /** Why the endpoint is not asked now; null when it is. */
  stopped: NotAsked | null;
  entries: readonly LedgerEntry[];
}

/** Calls under way together at most. */
const CONCURRENT = 4;
const RETRIES = 2;
const BREAKER_FAILURES = 5;
const BREAKER_OPEN_MS = 30_000;
/** Where a refusal for too many calls does not say how long to wait. */
const RATE_LIMIT_MS = 10_000;

interface Waiting {
  signal: Signal;
  cameMs: number;
}

/**
 * Judges entries after they went out, on the main thread and off the hot path: a model at an
 * OpenAI-compatible endpoint, or the rule where that cannot or may not. Whatever the endpoint does, each
 * entry gets exactly one verdict, and nobody waits for it.
 */
export class Validator {
  readonly ready: Promise<void>;
  private readonly options: ValidatorOptions;
  private readonly budget: DailyBudget;
  private readonly ledger: Ledger;
  private readonly queue: Waiting[] = [];
  private readonly policy;
  private readonly stop = new AbortController();
  private running = 0;
  private isUnauthorised = false;
  private notBeforeMs = 0;

  constructor(options: ValidatorOptions) {
    this.options = options;
    this.budget = new DailyBudget(options.dailyBudget);
    this.ledger = new Ledger(options.ledgerFile);
    const failed = handleAll.orWhenResult((answer) => (answer as ChatAnswer).status >= 500);
    const repeated = retry(
      handleAll.orWhenResult((answer) => (answer as ChatAnswer).status >= 500),
      { maxAttempts: RETRIES, backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 1000 }) },
    );
    const breaker = circuitBreaker(failed, {
      halfOpenAfter: BREAKER_OPEN_MS,
      breaker: new ConsecutiveBreaker(BREAKER_FAILURES),
    });
    this.policy = wrap(breaker, repeated);
    this.ready = this.ledger.past().then((past) => {
      for (const { cost, atMs } of past) this.budget.recall(cost, atMs);
    });
  }

  /** An entry went out. Returns at once. */
  signal(signal: Signal): void {
    const { strategies, queueLimit } = this.options;
    if (signal.action !== "enter" || (strategies !== undefined && !strategies.includes(signal.strategy))) return;
    const waiting = { signal, cameMs: this.options.now() };
    const not = this.notAsked();
    if (not !== null) this.judge(waiting, not);
    else if (this.queue.length >= queueLimit) this.judge(waiting, "queue-full");
    else {
      this.queue.push(waiting);
      void this.work();
    }
  }

  outcome(outcome: Outcome): void {
    this.ledger.outcome(outcome);
  }

  status(count = 100): LedgerStatus {
    return {
      currency: this.options.chat?.currency ?? null,
      budget: this.budget.status(this.options.now()),
      precision: this.ledger.precision(),
      waiting: this.queue.length + this.running,
      stopped: this.notAsked(),
      entries: this.ledger.last(count),
    };
  }

  /** What waits is judged by the fallback; calls under way are given up. */
  async close(): Promise<void> {
    this.stop.abort();
    for (const waiting of this.queue.splice(0)) this.judge(waiting, "deadline");
    while (this.running > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await this.ledger.flushed();
  }

  private notAsked(): NotAsked | null {
    const { chat: settings, now } = this.options;
    if (settings === undefined) return "no-endpoint";
    if (this.isUnauthorised) return "unauthorised";
    return now() < this.notBeforeMs ? "rate-limited" : null;
  }

  private async work(): Promise<void> {
    if (this.running >= CONCURRENT) return;
    this.running++;
    try {
      await this.ready;
      for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) await this.ask(next);
    } finally {
      this.running--;
    }
  }

  private async ask(waiting: Waiting): Promise<void> {
    const { chat: settings, deadlineMs, now } = this.options;
    const leftMs = waiting.cameMs + deadlineMs - now();
    const not = this.notAsked() ?? (leftMs <= 0 ? "deadline" : null);
    if (settings === undefined || not !== null) {
      this.judge(waiting, not ?? "no-endpoint");
      return;
    }
    const body = requestBody(settings, waiting.signal);
    const most = priceOf(settings.prices, inputTokensAtMost(body), settings.maxOutputTokens) * (1 + RETRIES);
    if (!this.budget.reserve(most, now())) {
      this.judge(waiting, "budget");
      return;
    }
    const abort = AbortSignal.any([AbortSignal.timeout(Math.ceil(leftMs)), this.stop.signal]);
    let calls = 0;
    let answer: ChatAnswer | null = null;
    let problem: NotAsked | null = null;
    try {
      answer = await this.policy.execute(() => {
        calls++;
        return chat(settings, body, abort);
      }, abort);
    } catch (error) {
      if (abort.aborted) problem = "deadline";
      else problem = error instanceof BrokenCircuitError ? "circuit-open" : "unreachable";
    }
    const cost = costOf(settings, body, answer, calls);
    this.budget.settle(most, cost.amount, now());
    const reply = answer === null ? null : this.read(answer);
    if (reply !== null && typeof reply !== "string") this.told(waiting, reply, answer, cost);
    else this.judge(waiting, problem ?? reply ?? "unreachable", answer, cost);
  }

  /** The verdict in an answer, or why there is none; learns from refusals. */
  private read({ status, content, retryAfterMs, problem }: ChatAnswer): ModelReply | NotAsked {
    const { note, now } = this.options;
    if (status === 401 || status === 403) {
      if (!this.isUnauthorised)
        note(
          `validation: HTTP ${status}: the endpoint is not asked any more; check validation.apiKeyFile or CROSSTICK_VALIDATION_API_KEY, ` +
            "that the key is not expired, and that it may use the model",
          true,
        );
      this.isUnauthorised = true;
      return "unauthorised";
    }
    if (status === 429) {
      const waitMs = retryAfterMs > 0 ? retryAfterMs : RATE_LIMIT_MS;
      this.notBeforeMs = now() + waitMs;
      note(`validation: HTTP 429: the endpoint is asked again in ${Math.ceil(waitMs / 1000)} s`, false);
      return "rate-limited";
    }
    if (status !== 200) return problem ?? "http-status";
    if (problem !== null) return problem;
    if (content === null) return "wrong-schema";
    return readReply(content) ?? (isJson(content) ? "wrong-schema" : "not-json");
  }

  private told(waiting: Waiting, reply: ModelReply, answer: ChatAnswer | null, cost: Cost): void {
    const model = this.options.chat?.model ?? null;
    const { verdict, confidence, reason } = reply;
    this.publish(waiting, { by: "model", model, verdict, confidence, reason, notAsked: null }, answer, cost);
  }

  /** The fallback's verdict. */
  private judge(waiting: Waiting, notAsked: NotAsked, answer: ChatAnswer | null = null, cost: Cost = NOTHING): void {
    if (this.options.fallback === "none" && this.options.chat !== undefined) {
      const reason = `not judged: ${notAsked}`;
      const nobody = { by: "none", model: null, verdict: null, confidence: null, reason, notAsked } as const;
      this.publish(waiting, nobody, answer, cost);
      return;
    }
    const { verdict, reason } = ruleVerdict(waiting.signal);
    const rule = { by: "rule", model: null, verdict, confidence: null, reason, notAsked } as const;
    this.publish(waiting, rule, answer, cost);
  }

  private publish(
    { signal, cameMs }: Waiting,
    verdict: Omit<Verdict, "signal" | "strategy" | "latencyMs">,
    answer: ChatAnswer | null,
    cost: Cost,
  ): void {
    const atMs = this.options.now();
    const { id, strategy } = signal;
    const told = { signal: id, strategy, ...verdict, latencyMs: Math.max(0, Math.round((atMs - cameMs) * 10) / 10) };
    this.ledger.add({
      ...{ atMs, signal: id, strategy, by: told.by, model: told.model, verdict: told.verdict, notAsked: told.notAsked },
      inputTokens: answer?.inputTokens ?? null,
      outputTokens: answer?.outputTokens ?? null,
      currency: this.options.chat?.currency ?? null,
      pricePerMillionTokens: this.options.chat?.prices ?? null,
      ...{
        cost: cost.amount,
        costIsBound: cost.isBound,
        latencyMs: told.latencyMs,
        netBpsAfter100Ms: null,
        after: null,
      },
    });
    this.options.verdict(told);
  }
}

interface Cost {
  amount: number;
  isBound: boolean;
}

const NOTHING: Cost = { amount: 0, isBound: false };

/** What the calls cost: by the usage told, else the most that they can have cost; refused calls cost nothing. */
function costOf(
  settings: NonNullable<ValidatorOptions["chat"]>,
  body: string,
  answer: ChatAnswer | null,
  calls: number,
): Cost {
  const { prices, maxOutputTokens } = settings;
  if (calls === 0 || (answer !== null && answer.status !== 200)) return NOTHING;
  if (answer?.inputTokens != null && answer.outputTokens !== null)
    return { amount: priceOf(prices, answer.inputTokens, answer.outputTokens), isBound: false };
  return { amount: priceOf(prices, inputTokensAtMost(body), maxOutputTokens) * calls, isBound: true };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
