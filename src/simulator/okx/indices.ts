import type { Market } from "../model/market.js";
import type { Connection } from "../server/connection.js";
import { Stream } from "../server/stream.js";
import type { World } from "../world.js";
import { channelFrame, indexFields } from "./frames.js";

const PACE_MS = 100;
const CHANNEL = "index-tickers";

/** The index of one pair, which belongs to no instrument. */
export class OkxIndex {
  readonly stream: Stream;
  private readonly name: string;
  private readonly market: Market;
  private readonly world: World;
  private told = "";

  /** `market`: one that follows the index. */
  constructor(name: string, market: Market, world: World) {
    this.name = name;
    this.market = market;
    this.world = world;
    const place = { venue: "okx", product: null, symbol: name, channel: CHANNEL, stream: `${CHANNEL}:${name}` };
    this.stream = new Stream(place, market, world.desk);
  }

  greet(connection: Connection): void {
    connection.deliver(this.stream, this.frame());
  }

  stepped(nowMs: number): void {
    const price = this.market.text.finePrice(this.market.index);
    if (!this.stream.active || nowMs % PACE_MS !== 0 || price === this.told) return;
    this.told = price;
    this.stream.publish(this.frame());
  }

  private frame(): string {
    const price = this.market.text.finePrice(this.market.index);
    return channelFrame(CHANNEL, this.name, indexFields(this.name, price, this.world.venueMs("okx")));
  }
}
