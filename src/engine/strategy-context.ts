import type {
  Carry,
  Metrics,
  ProposalDetails,
  ProposedLeg,
  Quote,
  Statistics,
  StrategyContext,
} from "../strategies/strategy.js";
import type { StrategyRunner } from "./strategy-runner.js";

/** What the strategy's own code sees: the runner without the parts that are none of its business. */
export class Context implements StrategyContext {
  readonly #runner: StrategyRunner;

  constructor(runner: StrategyRunner) {
    this.#runner = runner;
  }

  get timeUs(): number {
    return this.#runner.now;
  }

  get changed(): string {
    return this.#runner.changedInstrument;
  }

  get entered(): string | null {
    return this.#runner.entered;
  }

  live(instrument: string): boolean {
    return this.#runner.live(instrument);
  }

  quote(instrument: string): Quote {
    return this.#runner.quote(instrument);
  }

  metrics(instrument: string): Metrics {
    return this.#runner.metrics(instrument);
  }

  carry(instrument: string): Carry {
    return this.#runner.carry(instrument);
  }

  propose(legs: readonly ProposedLeg[], details: ProposalDetails = {}): void {
    this.#runner.propose(legs, details);
  }

  exit(direction: string, statistics: Statistics = {}): void {
    this.#runner.exit(direction, statistics);
  }

  publish(figures: Statistics): void {
    this.#runner.publish(figures);
  }

  refuse(reason: string): void {
    this.#runner.refuse(reason);
  }
}
