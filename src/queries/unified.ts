import type { Instrument } from "../market/instrument.js";
import type { BookFigures, TickerFigures, UnifiedBook, UnifiedTicker } from "../venues/queries.js";

export function unifiedTicker({ id, venue, symbol }: Instrument, figures: TickerFigures): UnifiedTicker {
  return { instrument: id, exchange: venue, symbol, ...figures };
}

/** At most `depth` levels a side. */
export function unifiedBook({ id, venue, symbol }: Instrument, figures: BookFigures, depth: number): UnifiedBook {
  const bids = figures.bids.slice(0, depth);
  const asks = figures.asks.slice(0, depth);
  const bestBid = bids[0]?.[0] ?? null;
  const bestAsk = asks[0]?.[0] ?? null;
  const whole = bestBid !== null && bestAsk !== null;
  return {
    ...{ instrument: id, exchange: venue, symbol, bids, asks, timestamp: figures.timestamp, depth, bestBid, bestAsk },
    mid: whole ? (bestBid + bestAsk) / 2 : null,
    spread: whole ? bestAsk - bestBid : null,
  };
}

/** What buying here and selling at the best bid of another venue would give. */
export interface Cross {
  /** Before fees, bps of the price here; below 0: nothing to gain. null where there is nobody to compare with. */
  crossBps: number | null;
  /** The instrument with that bid. */
  crossWith: string | null;
}

/** Compares each with all others of the same symbol: same base, same quote, hence same currency. */
export function crosses(rows: readonly Touches[]): Cross[] {
  return rows.map((row) => {
    const others = rows.filter(({ symbol, instrument }) => symbol === row.symbol && instrument !== row.instrument);
    let best: Touches | null = null;
    for (const other of others)
      if (other.bestBid !== null && (best === null || other.bestBid > (best.bestBid ?? 0))) best = other;
    if (best === null || best.bestBid === null || row.bestAsk === null) return { crossBps: null, crossWith: null };
    return { crossBps: (best.bestBid / row.bestAsk - 1) * 1e4, crossWith: best.instrument };
  });
}

interface Touches {
  instrument: string;
  symbol: string;
  bestBid: number | null;
  bestAsk: number | null;
}
