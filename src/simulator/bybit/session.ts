import type { Place } from "../faults/schema.js";
import type { Connection } from "../server/connection.js";
import type { Stream } from "../server/stream.js";
import type { Session } from "../venue.js";
import type { World } from "../world.js";
import type { BybitLimits } from "./limits.js";
import { type OpRequest, readRequest } from "./request.js";

const LONGEST_ARGS = 21_000;
const SPOT_ARGS = 10;

/** Topics of one product. */
export interface TopicSource {
  /** null when there is no such topic. */
  find(topic: string): { stream: Stream | null; place: Place };
  /** Sends what a new subscriber gets first. */
  greet(stream: Stream, connection: Connection): void;
}

/**
 * One connection to Bybit. Requests are all or nothing: one wrong topic refuses the whole list.
 * Source: bybit-exchange/docs v5 websocket connect.
 */
export class BybitSession implements Session {
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
    const request = readRequest(text);
    const { op, args } = request;
    if (op === "") this.answer("error:request format error", request, false);
    else if (op === "ping") this.answer("pong", request);
    else if (op !== "subscribe" && op !== "unsubscribe") this.answer("error:unknown op", request, false);
    else {
      const wrong = this.problem(args);
      if (wrong !== null) this.answer(wrong, request, false);
      else if (op === "subscribe") this.subscribe(request);
      else this.unsubscribe(request);
    }
  }

  ping(payload: Buffer): void {
    this.lastHeardMs = this.world.wallMs();
    this.connection.pong(payload);
  }

  pong(): void {}

  tick(nowMs: number): void {
    if (nowMs - this.lastHeardMs >= this.limits.idleMs) this.connection.close(1000, "idle");
  }

  private subscribe(request: OpRequest): void {
    const { args } = request;
    const found = args.map((topic) => this.source.find(topic));
    const fault = this.world.desk.subscription(found.map(({ place }) => place));
    if (fault === "ignore") return;
    const again = args.find((topic) => this.connection.streams.has(topic));
    if (fault === "refuse") this.answer("error:refused", request, false);
    else if (again !== undefined) this.answer(`error:already subscribed,topic:${again}`, request, false);
    else {
      this.answer(this.connection.product === "spot" ? "subscribe" : "", request);
      for (const { stream } of found)
        if (stream !== null) {
          this.connection.subscribe(stream);
          this.source.greet(stream, this.connection);
        }
    }
  }

  private unsubscribe(request: OpRequest): void {
    for (const topic of request.args) this.connection.unsubscribe(topic);
    this.answer("", request);
  }

  /** What is wrong with a list of topics; null when it is right. */
  private problem(topics: readonly string[]): string | null {
    if (topics.length === 0) return "error:args is empty";
    if (this.connection.product === "spot" && topics.length > SPOT_ARGS) return "error:args size >10";
    if (JSON.stringify(topics).length > LONGEST_ARGS) return "error:args too long";
    const unknown = topics.find((topic) => this.source.find(topic).stream === null);
    if (unknown === undefined) return null;
    const isDepth = /^orderbook\.(1|50|200|1000)\./.test(unknown);
    return isDepth ? `Invalid symbol :[${unknown}]` : `error:handler not found,topic:${unknown}`;
  }

  private answer(message: string, { op, id }: OpRequest, success = true): void {
    this.connection.send(JSON.stringify({ success, ret_msg: message, conn_id: this.id, req_id: id, op }));
  }
}
