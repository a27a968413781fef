import { notification } from "./frames.js";

type Action = ["new" | "change" | "delete", price: number, amount: number];
interface Data {
  type?: string;
  timestamp: number;
  instrument_name: string;
  change_id: number;
  prev_change_id?: number;
  bids: Action[];
  asks: Action[];
}

/** A book as recorded messages have made it, for those who join later. */
export class RecordedBook {
  private readonly bids = new Map<number, number>();
  private readonly asks = new Map<number, number>();
  private last: Data | null = null;

  take(message: unknown): void {
    const data = message as Data;
    if (data.type === "snapshot" || (data.prev_change_id ?? 0) === 0) {
      this.bids.clear();
      this.asks.clear();
    } else if (this.last === null) return; // what was before is not known
    for (const [side, actions] of [
      [this.bids, data.bids],
      [this.asks, data.asks],
    ] as const)
      for (const [action, price, amount] of actions) {
        if (action === "delete") side.delete(price);
        else side.set(price, amount);
      }
    this.last = data;
  }

  /** null before the first snapshot. */
  snapshot(channel: string): string | null {
    if (this.last === null) return null;
    const { timestamp, instrument_name, change_id } = this.last;
    const rows = (side: Map<number, number>) => [...side].map(([price, amount]) => ["new", price, amount]);
    const [bids, asks] = [rows(this.bids), rows(this.asks)];
    return notification(channel, { type: "snapshot", timestamp, instrument_name, change_id, bids, asks });
  }
}
