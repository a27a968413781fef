import { register } from "node:module";
import { CrosstickError } from "../errors.js";
import type { StrategyDefinition } from "../strategies/strategy.js";

/** The built-in strategies: one line each. Imported when one is wanted: a replay without any starts sooner. */
const kinds: Readonly<Record<string, () => Promise<{ default: object }>>> = {
  "cross-venue": () => import("../strategies/cross-venue.js"),
  basis: () => import("../strategies/basis.js"),
  "pair-zscore": () => import("../strategies/pair-zscore.js"),
  "liquidation-options": () => import("../strategies/liquidation-options.js"),
  triangular: () => import("../strategies/triangular.js"),
};

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
    const load = Object.hasOwn(kinds, kind ?? "") ? kinds[kind ?? ""] : undefined;
    if (load === undefined)
      throw new CrosstickError(
        "STRATEGY_KIND",
        `Strategy ${name}: there is no kind ${kind}; there are ${Object.keys(kinds).join(", ")}`,
        { exitCode: 3 },
      );
    return (await load()).default as StrategyDefinition<unknown>;
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
