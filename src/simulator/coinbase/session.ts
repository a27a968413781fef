import type { Place } from "../faults/schema.js";
import type { Connection } from "../server/connection.js";
import { Maintenance } from "../server/maintenance.js";
import type { Stream } from "../server/stream.js";
import type { Session } from "../venue.js";
import type { World } from "../world.js";
import { heartbeatFrame, statusFrame, subscriptionsFrame } from "./frames.js";
import type { CoinbaseLimits } from "./limits.js";
import { CHANNELS } from "./publisher.js";

/** Streams of all products. */
export interface StreamSource {
  /** null when there is no such product, or no such channel. */
  find(channel: string, symbol: string): { stream: Stream | null; place: Place };
  /** Sends what a new subscriber gets first. */
  greet(stream: Stream, connection: Connection): void;
}

/** Nothing is simulated of them: they are accepted and stay silent. */
const SILENT = ["candles", "ticker_batch"];

/**
 * One connection to Coinbase: what it has subscribed to is told whole after each request.
 * Source: docs.cdp.coinbase.com/advanced-trade/docs/ws-overview, and a recording of 2026-08-09.
 */
export class CoinbaseSession implements Session {
  private readonly connection: Connection;
  private readonly source: StreamSource;
  private readonly world: World;
  private readonly limits: CoinbaseLimits;
  private readonly openedMs: number;
  private readonly channels = new Map<string, Set<string>>();
  private heard: number[] = [];
  private beats = 0;
  private lastBeatMs = 0;
  private readonly maintenance: Maintenance;

  constructor(connection: Connection, source: StreamSource, world: World, limits: CoinbaseLimits) {
    this.connection = connection;
    this.source = source;
    this.world = world;
    this.limits = limits;
    this.openedMs = world.wallMs();
    this.maintenance = new Maintenance(world, limits.maintenanceMs, (isOver) =>
      this.tellStatus(isOver ? "online" : "offline"),
    );
  }

  message(text: string): void {
    const now = this.world.wallMs();
    this.heard = this.heard.filter((at) => now - at < 1000);
    this.heard.push(now);
    const request = readRequest(text);
    if (request === null) this.refuse("failed to parse request");
    else if (this.heard.length > this.limits.messages) this.refuse("rate limit exceeded");
    else this.take(request);
  }

  /** The products whose status it listens to are offline for a while. */
  maintain(): void {
    this.maintenance.begin();
  }

  ping(payload: Buffer): void {
    this.connection.pong(payload);
  }

  pong(): void {}

  tick(nowMs: number): void {
    if (this.channels.size === 0 && nowMs - this.openedMs >= this.limits.subscribeMs)
      this.connection.close(1008, "no subscription");
    this.maintenance.tick(nowMs);
    if (!this.channels.has("heartbeats") || nowMs - this.lastBeatMs < this.limits.heartbeatMs) return;
    this.lastBeatMs = nowMs;
    this.connection.event("heartbeats", heartbeatFrame(this.world.venueMs("coinbase"), ++this.beats));
  }

  private tellStatus(status: "online" | "offline"): void {
    const venueMs = this.world.venueMs("coinbase");
    for (const stream of this.connection.streams.values())
      if (stream.place.channel === "status" && stream.market !== null)
        this.connection.deliver(stream, statusFrame("update", stream.market, status, venueMs));
  }

  private take({ isSubscription, channel, symbols }: ChannelRequest): void {
    const isOfProducts = CHANNELS.some((name) => name === channel);
    if (!isOfProducts && channel !== "heartbeats" && !SILENT.includes(channel)) {
      this.refuse(`channel ${channel} is not known`);
      return;
    }
    const found = isOfProducts ? symbols.map((symbol) => this.source.find(channel, symbol)) : [];
    const unknown = found.find(({ stream }) => stream === null);
    const fault = isSubscription ? this.world.desk.subscription(found.map(({ place }) => place)) : null;
    if (fault === "ignore") return;
    if (fault === "refuse" || unknown !== undefined || (isOfProducts && found.length === 0)) {
      this.refuse(fault === "refuse" ? "refused" : `no product ${unknown?.place.symbol ?? ""}`);
      return;
    }
    const standing = this.channels.get(channel) ?? new Set();
    for (const name of isOfProducts ? symbols : [channel])
      if (isSubscription) standing.add(name);
      else standing.delete(name);
    if (standing.size > 0) this.channels.set(channel, standing);
    else this.channels.delete(channel);
    for (const { stream } of found)
      if (stream !== null && isSubscription) {
        this.connection.subscribe(stream);
        this.source.greet(stream, this.connection);
      } else if (stream !== null) this.connection.unsubscribe(stream.name);
    const subscriptions = Object.fromEntries([...this.channels].map(([name, set]) => [name, [...set]]));
    this.connection.event("subscriptions", subscriptionsFrame(this.world.venueMs("coinbase"), subscriptions));
  }

  /** Outside the numbering. */
  private refuse(what: string): void {
    this.connection.send(JSON.stringify({ type: "error", message: what }));
  }
}

interface ChannelRequest {
  isSubscription: boolean;
  channel: string;
  symbols: readonly string[];
}

function readRequest(text: string): ChannelRequest | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    const { type, channel, product_ids = [] } = value as Record<string, unknown>;
    if ((type !== "subscribe" && type !== "unsubscribe") || typeof channel !== "string") return null;
    if (!Array.isArray(product_ids) || product_ids.some((one) => typeof one !== "string")) return null;
    return { isSubscription: type === "subscribe", channel, symbols: product_ids as string[] };
  } catch {
    return null;
  }
}
