import type { ProductName } from "../../market/venues.js";
import type { Connection } from "../server/connection.js";
import { Stream } from "../server/stream.js";
import type { World } from "../world.js";
import { liquidationElement } from "./frames.js";
import type { OkxPublisher } from "./publisher.js";

const CHANNEL = "liquidation-orders";
/** Elements that a new subscriber is told of. */
const REMEMBERED = 20;

/** Liquidations of all contracts of one product in one stream. */
export class OkxLiquidations {
  readonly stream: Stream;
  private readonly type: string;
  private readonly publishers: readonly OkxPublisher[];
  private readonly world: World;
  private past: string[] = [];

  constructor(product: ProductName, publishers: readonly OkxPublisher[], world: World) {
    this.type = product.toUpperCase();
    this.publishers = publishers;
    this.world = world;
    const place = { venue: "okx", product, symbol: null, channel: CHANNEL, stream: `${CHANNEL}:${this.type}` };
    this.stream = new Stream(place, null, world.desk);
  }

  /** The first message of a subscription is history, be there any or none. */
  greet(connection: Connection): void {
    connection.deliver(this.stream, this.frame(this.past));
  }

  /** Takes what the contracts of the product have had since. */
  stepped(): void {
    const venueMs = this.world.venueMs("okx");
    const elements = this.publishers
      .filter(({ liquidations }) => liquidations.length > 0)
      .map(({ market, liquidations }) => liquidationElement(market, liquidations.splice(0), venueMs));
    if (elements.length === 0) return;
    this.past = [...this.past, ...elements].slice(-REMEMBERED);
    this.stream.publish(this.frame(elements));
  }

  private frame(elements: readonly string[]): string {
    return `{"arg":{"channel":"${CHANNEL}","instType":"${this.type}"},"data":[${elements.join(",")}]}`;
  }
}
