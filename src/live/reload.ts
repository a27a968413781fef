import { eachLeaf, pathText } from "../config/key-path.js";
import type { ResolvedConfig } from "../config.js";
import { THRESHOLDS } from "../strategies/thresholds.js";

type Strategy = ResolvedConfig["strategies"][number];

/** What of another configuration holds from now on, and what needs a restart, by the paths of its values. */
export interface ReloadPlan {
  changed: string[];
  refused: string[];
}

/** Values that a running engine takes: fees, gates, and the thresholds at which strategies enter and leave. */
function isTaken(path: string, { strategies }: ResolvedConfig): boolean {
  const [, index, key] = /^strategies\[(\d+)\]\.(\w+)/.exec(path) ?? [];
  if (key === undefined) return /^(fees|gates)\./.test(path);
  return key === "gates" || thresholdsOf(strategies[Number(index)]).includes(key);
}

function thresholdsOf(strategy: Strategy | undefined): readonly string[] {
  const own = strategy !== undefined && "kind" in strategy ? (THRESHOLDS[strategy.kind ?? ""] ?? []) : [];
  return ["entryNetBps", "exitNetBps", ...own];
}

/** What the bearers of tokens may do: it decides nothing of the engine's results. */
const TOKENS = /^server\.token/;

/**
 * Compares configurations. A journal's segments are of one configuration, so that their replay gives the same
 * bytes: while one is kept, what decides results needs a restart too. Token and TLS files are read again whether
 * their names changed or not, and stand in neither list.
 */
export function planReload(before: ResolvedConfig, after: ResolvedConfig): ReloadPlan {
  const values = new Map<string, [unknown, unknown]>();
  eachLeaf(before, (path, value) => values.set(pathText(path), [value, undefined]));
  eachLeaf(after, (path, value) => {
    const known = values.get(pathText(path));
    if (known === undefined) values.set(pathText(path), [undefined, value]);
    else known[1] = value;
  });
  const plan: ReloadPlan = { changed: [], refused: [] };
  for (const [path, [old, fresh]] of values) {
    if (JSON.stringify(old) === JSON.stringify(fresh)) continue;
    const takes = TOKENS.test(path) || (isTaken(path, before) && before.record === undefined);
    (takes ? plan.changed : plan.refused).push(path);
  }
  return plan;
}

/** The configuration that runs from now on: the old one with what is taken of the new one. */
export function taken(before: ResolvedConfig, after: ResolvedConfig): ResolvedConfig {
  const server = withTokens(before.server, after.server);
  if (before.record !== undefined) return { ...before, server };
  const byName = new Map(after.strategies.map((strategy) => [strategy.name, strategy]));
  const strategies = before.strategies.map((strategy) => {
    const fresh = byName.get(strategy.name);
    if (fresh === undefined) return strategy;
    const names = ["gates", ...thresholdsOf(strategy)];
    const values = fresh as unknown as Record<string, unknown>;
    return { ...strategy, ...Object.fromEntries(names.map((name) => [name, values[name]])) };
  });
  return { ...before, server, fees: after.fees, gates: after.gates, strategies };
}

function withTokens(before: ResolvedConfig["server"], after: ResolvedConfig["server"]): ResolvedConfig["server"] {
  if (before === undefined) return before;
  return { ...before, tokenFile: after?.tokenFile, tokens: after?.tokens ?? [] };
}
