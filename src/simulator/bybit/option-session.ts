import type { Connection } from "../server/connection.js";
import type { Session } from "../venue.js";
import type { World } from "../world.js";
import type { BybitLimits } from "./limits.js";
import { readRequest } from "./request.js";
import type { TopicSource } from "./session.js";

/** Source: bybit-exchange/docs v5 websocket connect. */
const TOPICS_A_CONNECTION = 2000;

/**
 * One connection to Bybit's options. Answers name topics and no request; a wrong topic refuses no other.
 * Source: bybit-exchange/docs v5 websocket connect, answers of the option product.
 */
export class BybitOptionSession implements Session {
  private readonly connection: Connection;
  private readonly source: TopicSource;
  private readonly world: World;
  private readonly limits: BybitLimits;
  private readonly id: string;
  private lastHeardMs: number;

  constructor(connection: Connection, source: TopicSource, world: World, limits: BybitLimits, id: string) {
    this.connection = connection;
    this.source = source;
    this.world = world;
    this.limits = limits;
    this.id = id;
    this.lastHeardMs = world.wallMs();
  }

  message(text: string): void {
    this.lastHeardMs = this.world.wallMs();
    const { op, args } = readRequest(text);
    if (op === "ping") this.connection.send(`{"args":["${Math.floor(this.world.venueMs("bybit"))}"],"op":"pong"}`);
    else if (op === "subscribe") this.subscribe(args);
    else if (op === "unsubscribe") this.unsubscribe(args);
    else this.answer([], args);
  }

  ping(payload: Buffer): void {
    this.lastHeardMs = this.world.wallMs();
    this.connection.pong(payload);
  }

  pong(): void {}

  tick(nowMs: number): void {
    if (nowMs - this.lastHeardMs >= this.limits.idleMs) this.connection.close(1000, "idle");
  }

  private subscribe(topics: readonly string[]): void {
    const found = topics.map((topic) => ({ topic, ...this.source.find(topic) }));
    const fault = this.world.desk.subscription(found.map(({ place }) => place));
    if (fault === "ignore") return;
    const room = TOPICS_A_CONNECTION - this.connection.streams.size;
    const good = found.filter(({ topic, stream }) => stream !== null && !this.connection.streams.has(topic));
    const accepted = fault === "refuse" || good.length > room ? [] : good;
    const names = accepted.map(({ topic }) => topic);
    this.answer(
      names,
      topics.filter((topic) => !names.includes(topic)),
    );
    for (const { stream } of accepted)
      if (stream !== null) {
        this.connection.subscribe(stream);
        this.source.greet(stream, this.connection);
      }
  }

  private unsubscribe(topics: readonly string[]): void {
    const names = topics.filter((topic) => this.connection.unsubscribe(topic));
    this.answer(
      names,
      topics.filter((topic) => !names.includes(topic)),
    );
  }

  private answer(successTopics: readonly string[], failTopics: readonly string[]): void {
    const data = { failTopics, successTopics };
    const success = failTopics.length === 0;
    this.connection.send(JSON.stringify({ success, conn_id: this.id, data, type: "COMMAND_RESP" }));
  }
}
