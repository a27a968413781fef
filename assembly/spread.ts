// Numbers of a touch and of two prices, as DEFINITIONS.md has them. Prices in quote currency, sizes in
// base coin. A side that is empty (NaN), a touch that is crossed or locked, or a price that is not above
// 0 where it divides gives NaN, never 0.

/** (bid + ask) / 2. */
export function mid(bid: f64, ask: f64): f64 {
  return bid < ask ? (bid + ask) / 2 : NaN;
}

/** (bid askSize + ask bidSize) / (bidSize + askSize): leans to the side that is about to give way. */
export function weightedMid(bid: f64, bidSize: f64, ask: f64, askSize: f64): f64 {
  if (!(bid < ask && bidSize > 0 && askSize > 0)) return NaN;
  return (bid * askSize + ask * bidSize) / (bidSize + askSize);
}

/** (ask - bid) / mid in basis points. */
export function spreadBps(bid: f64, ask: f64): f64 {
  const middle = mid(bid, ask);
  return middle > 0 ? ((ask - bid) / middle) * 1e4 : NaN;
}

/** (bidSize - askSize) / (bidSize + askSize), from -1 to 1. */
export function imbalance(bidSize: f64, askSize: f64): f64 {
  return bidSize > 0 && askSize > 0 ? (bidSize - askSize) / (bidSize + askSize) : NaN;
}

/** future - spot, quote currency. */
export function basis(future: f64, spot: f64): f64 {
  return future - spot;
}

/** (future / spot - 1) in basis points. */
export function basisBps(future: f64, spot: f64): f64 {
  return spot > 0 ? (future / spot - 1) * 1e4 : NaN;
}
