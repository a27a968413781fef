import type { Market, TakerOrder } from "../model/market.js";
import type { DayFigures, TickDirection } from "./frames.js";

/** High, low and volume since the start, and whether prices rise. */
export class DayStatistics {
  private readonly market: Market;
  private readonly openTick: number;
  private highTick: number;
  private lowTick: number;
  private lots = 0;
  private turnover = 0;
  private lastTick: number;
  private direction = "ZeroPlusTick";

  constructor(market: Market) {
    this.market = market;
    this.openTick = this.highTick = this.lowTick = this.lastTick = market.lastTick;
  }

  /** Takes an order's trades; gives the direction of each price, in their order. */
  traded(order: TakerOrder): TickDirection {
    const { tickSize, spec } = this.market;
    const directions = new Map<number, string>();
    for (const { tick, lots } of order.fills) {
      if (tick > this.lastTick) this.direction = "PlusTick";
      else if (tick < this.lastTick) this.direction = "MinusTick";
      else if (!this.direction.startsWith("Zero")) this.direction = `Zero${this.direction}`;
      if (!directions.has(tick)) directions.set(tick, this.direction);
      if (order.kind === "market") this.lastTick = tick;
      this.highTick = Math.max(this.highTick, tick);
      this.lowTick = Math.min(this.lowTick, tick);
      this.lots += lots;
      const quantity = lots / 10 ** spec.lotDecimals;
      this.turnover += spec.contractUsd === null ? quantity * tick * tickSize : quantity / (tick * tickSize);
    }
    return (tick) => directions.get(tick) ?? this.direction;
  }

  figures(): DayFigures {
    const change = (this.lastTick / this.openTick - 1).toFixed(6);
    const { openTick, highTick, lowTick, lots, turnover, direction } = this;
    return { openTick, highTick, lowTick, lots, turnover, change, direction };
  }
}
