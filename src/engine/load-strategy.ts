import { register } from "node:module";
import { CrosstickError } from "../errors.js";
import basis from "../strategies/basis.js";
import crossVenue from "../strategies/cross-venue.js";
import pairZscore from "../strategies/pair-zscore.js";
import type { StrategyDefinition } from "../strategies/strategy.js";

/** The built-in strategies: one line each. */
const kinds = new Map<string, StrategyDefinition<never>>(
  [basis, crossVenue, pairZscore].map((definition) => [definition.kind, definition as StrategyDefinition<never>]),
);

let hooked = false;

/**
 * A strategy by its kind, or by the URL of a user's module.
 * @throws STRATEGY_KIND, STRATEGY_MODULE (configuration)
 */
export async function loadStrategy(
  name: string,
  kind: string | undefined,
  use: string | undefined,
): Promise<StrategyDefinition<unknown>> {
  if (use === undefined) {
    const definition = kinds.get(kind ?? "");
    if (definition === undefined)
      throw new CrosstickError(
        "STRATEGY_KIND",
        `Strategy ${name}: there is no kind ${kind}; there are ${[...kinds.keys()].join(", ")}`,
        {
          exitCode: 3,
        },
      );
    return definition as StrategyDefinition<unknown>;
  }
  if (!hooked) {
    register("./module-hooks.js", import.meta.url);
    hooked = true;
  }
  let loaded: { default?: Partial<StrategyDefinition<unknown>> };
  try {
    loaded = await import(use);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CrosstickError("STRATEGY_MODULE", `Strategy ${name}: cannot import ${use}: ${reason}`, {
      exitCode: 3,
      cause,
    });
  }
  const definition = loaded.default;
  if (
    typeof definition?.create !== "function" ||
    typeof definition.watch !== "function" ||
    definition.options === undefined
  )
    throw new CrosstickError(
      "STRATEGY_MODULE",
      `Strategy ${name}: the default export of ${use} must come from defineStrategy({ kind, options, watch, create })`,
      { exitCode: 3 },
    );
  return definition as StrategyDefinition<unknown>;
}
