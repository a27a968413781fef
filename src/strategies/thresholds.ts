/**
 * Options of the built-in strategies that a running engine takes: each only decides what happens at the next look,
 * and shapes no state. The wiring asks here, so that it need not load the strategies themselves.
 */
export const THRESHOLDS: Readonly<Record<string, readonly string[]>> = {
  "pair-zscore": ["entryZ", "exitZ", "stopZ"],
  "liquidation-options": ["minValue", "minVolatilityEdge", "strikeTolerance", "volumeShare"],
};
