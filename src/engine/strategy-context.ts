import type {
  Carry,
  Liquidations,
  Metrics,
  OptionQuote,
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

  holds(direction: string): boolean {
    return this.#runner.isEntered(direction);
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

  liquidations(instrument: string): Liquidations {
    return this.#runner.liquidations(instrument);
  }

  option(instrument: string): OptionQuote {
    return this.#runner.option(instrument);
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
