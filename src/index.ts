/** crosstick's public API. */

export type { EngineConfig } from "./config.js";
export { ConfigError } from "./config.js";
export { basis, crossVenue, liquidationOptions, pairZscore, triangular } from "./descriptors.js";
export type { Outcome, OutcomeAt } from "./engine/outcomes.js";
export type { Signal, SignalLeg } from "./engine/signal.js";
export type { Engine, EngineEvents, EngineQuote, EngineStatus } from "./engine.js";
export { createEngine } from "./engine.js";
export { CrosstickError, EXIT } from "./errors.js";
