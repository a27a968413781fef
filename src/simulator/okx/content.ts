import type { ProductName } from "../../market/venues.js";
import type { Place } from "../faults/schema.js";
import type { Connection } from "../server/connection.js";
import { Stream } from "../server/stream.js";
import type { HttpReply } from "../venue.js";
import type { World } from "../world.js";
import { OkxIndex } from "./indices.js";
import type { OkxLimits } from "./limits.js";
import { OkxLiquidations } from "./liquidations.js";
import { OkxOptionSummary } from "./option-summary.js";
import { OkxPublisher } from "./publisher.js";
import { answer } from "./rest.js";

/** What a client names in a subscription. */
export interface Argument {
  channel: string;
  instId?: string;
  instType?: string;
  instFamily?: string;
}

/** A request over HTTP that was let through. */
export interface OkxRequest {
  /** What follows `/api/v5/`: `market/books`. */
  endpoint: string;
  query: URLSearchParams;
  /** Changes that a book shall lag behind. */
  staleUpdates: number;
}

/** What OKX has to tell: markets of the model, or a recording. */
export interface OkxContent {
  /** undefined when there is no such channel. */
  stream(argument: Argument): Stream | undefined;
  streams(): Iterable<Stream>;
  /** Sends what a new subscriber gets first. */
  greet(stream: Stream, connection: Connection): void;
  answer(request: OkxRequest): HttpReply | Promise<HttpReply>;
}

const STATUS = { venue: "okx", product: null, symbol: null, channel: "status", stream: "status" };
const CONTRACTS: readonly ProductName[] = ["swap", "futures", "option"];

/** The markets of the model. */
export class OkxMarkets implements OkxContent {
  private readonly publishers = new Map<string, OkxPublisher>();
  private readonly indices = new Map<string, OkxIndex>();
  private readonly liquidations = new Map<string, OkxLiquidations>();
  /** By family. */
  private readonly summaries = new Map<string, OkxOptionSummary>();
  /** Of maintenance: there is none, unless a fault injects it. */
  private readonly status: Stream;
  private readonly world: World;

  constructor(world: World, limits: OkxLimits) {
    this.world = world;
    this.status = new Stream(STATUS, null, world.desk);
    const markets = world.marketsOf("okx");
    for (const market of markets) {
      const { symbol, base, quote } = market.spec;
      this.publishers.set(symbol, new OkxPublisher(market, world, limits.checksums !== 0));
      const name = `${base}-${quote}`;
      if (!this.indices.has(name)) this.indices.set(name, new OkxIndex(name, market, world));
    }
    const publishers = [...this.publishers.values()];
    for (const product of CONTRACTS) {
      const own = publishers.filter(({ market }) => market.spec.product === product);
      this.liquidations.set(product.toUpperCase(), new OkxLiquidations(product, own, world));
    }
    const options = markets.filter(({ option }) => option !== null);
    for (const family of new Set(options.map(({ spec }) => `${spec.base}-${spec.quote}`))) {
      const own = options.filter(({ spec }) => `${spec.base}-${spec.quote}` === family);
      this.summaries.set(family, new OkxOptionSummary(family, own, world));
    }
    for (const publisher of publishers) this.listen(publisher, publisher === publishers.at(-1));
  }

  /** What belongs to no market is told when the last of them has made its step. */
  private listen(publisher: OkxPublisher, isLast: boolean): void {
    publisher.market.listener = {
      levelChanged: () => publisher.levelChanged(),
      topChanged: () => publisher.topChanged(),
      traded: (order) => publisher.traded(order),
      liquidated: (liquidation) => publisher.liquidated(liquidation),
      stepped: (nowMs) => {
        publisher.stepped(nowMs);
        if (!isLast) return;
        for (const index of this.indices.values()) index.stepped(nowMs);
        for (const all of this.liquidations.values()) all.stepped();
        for (const summary of this.summaries.values()) summary.stepped(nowMs);
      },
    };
  }

  stream({ channel, instId, instType, instFamily }: Argument): Stream | undefined {
    if (channel === "status") return this.status;
    if (channel === "liquidation-orders") return this.liquidations.get(instType ?? "")?.stream;
    if (channel === "index-tickers") return this.indices.get(instId ?? "")?.stream;
    if (channel === "opt-summary") return this.summaries.get(instFamily ?? "")?.stream;
    return this.publishers.get(instId ?? "")?.stream(channel);
  }

  *streams(): Iterable<Stream> {
    for (const publisher of this.publishers.values()) yield* publisher.all();
    for (const { stream } of [...this.indices.values(), ...this.liquidations.values(), ...this.summaries.values()])
      yield stream;
    yield this.status;
  }

  greet(stream: Stream, connection: Connection): void {
    const { channel, symbol, product } = stream.place;
    if (channel === "liquidation-orders") this.liquidations.get(product?.toUpperCase() ?? "")?.greet(connection);
    else if (channel === "index-tickers") this.indices.get(symbol ?? "")?.greet(connection);
    else if (channel === "opt-summary") this.summaries.get(symbol ?? "")?.greet(connection);
    else this.publishers.get(symbol ?? "")?.greet(stream, connection);
  }

  answer({ endpoint, query, staleUpdates }: OkxRequest): HttpReply {
    const publishers = [...this.publishers.values()];
    return answer(endpoint, query, { publishers, staleUpdates, nowMs: this.world.venueMs("okx") });
  }

  /** `seqId` of the last message by channel. */
  updates(symbol: string): Record<string, number> {
    const books = this.publishers.get(symbol)?.books ?? [];
    return Object.fromEntries(books.map(({ channel, sequence }) => [channel.name, sequence]));
  }

  /** Sends every book that is listened to and `fits` whole, or begins its numbers anew. Returns how many. */
  sendWhole(fits: (place: Place) => boolean, reset: boolean): number {
    let sent = 0;
    for (const { books } of this.publishers.values())
      for (const book of books)
        if (book.stream.active && fits(book.stream.place)) {
          book.sendWhole(this.world.venueMs("okx"), reset);
          sent++;
        }
    return sent;
  }
}
