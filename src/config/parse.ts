import { eachKey, type KeyPath, pathText } from "./key-path.js";
import { ConfigError, type ConfigProblem, PROBLEMS_MAXIMUM, problemsOf } from "./problems.js";
import { configSchema, type EngineConfig, type ResolvedConfig } from "./schema.js";
import { secretProblems } from "./secrets.js";

/** Says where a key was written: `crosstick.yaml:31`; empty when nowhere. */
export type PlaceOf = (path: KeyPath) => string;

/**
 * Checks a configuration in its object form and fills in the defaults. The input is not changed.
 * `source` stands before each problem.
 * @throws ConfigError with every problem found: CONFIG_UNKNOWN_KEY, CONFIG_INVALID, CONFIG_SECRET
 */
export function parseConfig(value: EngineConfig | unknown, { source = "" }: { source?: string } = {}): ResolvedConfig {
  const placeOf = (): string => source;
  return resolveConfig(value, placeOf, secretProblems(value, placeOf));
}

/**
 * The resolved configuration, unless `problems` were found before or the schema finds some.
 * @throws ConfigError with all of them
 */
export function resolveConfig(value: unknown, placeOf: PlaceOf, problems: readonly ConfigProblem[]): ResolvedConfig {
  const result = configSchema.safeParse(value);
  const all = [...problems, ...inheritedNames(value, placeOf)];
  if (!result.success) all.push(...problemsOf(result.error.issues, value, placeOf));
  if (result.success && all.length === 0) return result.data;
  throw new ConfigError(all[0].code, all.filter(firstOfItsPath));
}

/** Names that every object inherits: never keys, not even in `options`, which the schema does not look into. */
function inheritedNames(value: unknown, placeOf: PlaceOf): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  eachKey(value, (path) => {
    const code = "CONFIG_UNKNOWN_KEY";
    if (problems.length < PROBLEMS_MAXIMUM && ["__proto__", "constructor", "prototype"].includes(String(path.at(-1))))
      problems.push({ code, path: pathText(path), place: placeOf(path), message: "is a name that no key may have" });
  });
  return problems;
}

function firstOfItsPath(problem: ConfigProblem, index: number, all: readonly ConfigProblem[]): boolean {
  const same = (other: ConfigProblem): boolean => other.path === problem.path && other.place === problem.place;
  return problem.path === "" || all.findIndex(same) === index;
}
