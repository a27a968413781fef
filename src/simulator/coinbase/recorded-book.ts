interface Update {
  side: "bid" | "offer";
  event_time: string;
  price_level: string;
  new_quantity: string;
}

interface BookFrame {
  timestamp: string;
  events: { type: string; product_id: string; updates: Update[] }[];
}

/** A book of a recording as it stands, so that somebody who joins late can be given it whole. */
export class RecordedBook {
  private readonly levels = { bid: new Map<string, Update>(), offer: new Map<string, Update>() };
  private symbol = "";
  private timestamp = "";

  apply(text: string): void {
    const { timestamp, events }: BookFrame = JSON.parse(text);
    this.timestamp = timestamp;
    for (const { type, product_id, updates } of events) {
      this.symbol = product_id;
      if (type === "snapshot") for (const side of Object.values(this.levels)) side.clear();
      for (const update of updates) {
        const side = this.levels[update.side];
        if (Number(update.new_quantity) === 0) side.delete(update.price_level);
        else side.set(update.price_level, update);
      }
    }
  }

  /** The frame of the whole, without the number of a connection. */
  whole(): string {
    const updates = [...this.levels.bid.values(), ...this.levels.offer.values()];
    const events = [{ type: "snapshot", product_id: this.symbol, updates }];
    return JSON.stringify({ channel: "l2_data", timestamp: this.timestamp, events });
  }
}
