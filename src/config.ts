/**
 * The configuration: one schema (src/config/schema.ts) and what reads it. The keys, their units and
 * defaults are listed in docs/configuration.md.
 */
export { type Gates, gatesOf } from "./config/gates.js";
export { type LoadedConfig, type LoadOptions, loadConfig, moduleUrl, type Source } from "./config/load.js";
export { parseConfig } from "./config/parse.js";
export { type ConfigCode, ConfigError, type ConfigProblem, problemText } from "./config/problems.js";
export { configJsonSchema, configSchema, type EngineConfig, type ResolvedConfig } from "./config/schema.js";
export { masked, readSecrets, type Secrets } from "./config/secrets.js";
export type {
  ModuleStrategy,
  ResolvedStrategy,
  Statistics,
  StrategyConfig,
  StrategyOf,
} from "./config/strategies.js";
