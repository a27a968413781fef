import type { Place } from "../faults/schema.js";
import type { Connection } from "../server/connection.js";
import type { Stream } from "../server/stream.js";
import type { Session } from "../venue.js";
import type { World } from "../world.js";
import type { HtxLimits } from "./limits.js";

/** Topics of one address. */
export interface TopicSource {
  /** null when there is no such topic. */
  find(topic: string): { stream: Stream | null; place: Place };
  /** Sends what a new subscriber gets first. */
  greet(stream: Stream, connection: Connection): void;
  /** The book that a `req` asks for; null where the topic has none. */
  request(topic: string, id: string): string | null;
}

type Fields = Record<string, unknown>;

/**
 * One connection to HTX. Market sockets speak of `sub`, `unsub`, `req` and `ping`, notification sockets of
 * `op`. Source: htx.com API pages, "Heartbeat and connection", "Subscribe", "Request".
 */
export class HtxSession implements Session {
  private readonly connection: Connection;
  private readonly source: TopicSource;
  private readonly world: World;
  private readonly limits: HtxLimits;
  private readonly notifies: boolean;
  private pingedMs: number;
  /** Values of pings that were not answered. */
  private readonly unanswered: string[] = [];

  constructor(options: {
    connection: Connection;
    source: TopicSource;
    world: World;
    limits: HtxLimits;
    /** A notification socket. */
    notifies: boolean;
  }) {
    this.connection = options.connection;
    this.source = options.source;
    this.world = options.world;
    this.limits = options.limits;
    this.notifies = options.notifies;
    this.pingedMs = this.world.wallMs();
  }

  message(text: string): void {
    const request = readObject(text);
    if (request === null) this.fail("bad-request", "json format error", "");
    else if (this.notifies) this.operation(request);
    else this.market(request);
  }

  ping(payload: Buffer): void {
    this.connection.pong(payload);
  }

  pong(): void {}

  tick(nowMs: number): void {
    if (nowMs - this.pingedMs < this.limits.pingMs) return;
    if (this.unanswered.length >= this.limits.missedPongs) {
      this.connection.close(1003, "ping check expired");
      return;
    }
    this.pingedMs = nowMs;
    const value = String(this.ts());
    this.unanswered.push(value);
    this.connection.send(this.notifies ? `{"op":"ping","ts":"${value}"}` : `{"ping":${value}}`);
  }

  private market({ sub, unsub, req, ping, pong, id }: Fields): void {
    const name = id === undefined ? "" : String(id);
    if (pong !== undefined) this.answered(String(pong));
    else if (ping !== undefined) this.connection.send(JSON.stringify({ pong: ping }));
    else if (typeof req === "string") {
      const reply = this.source.request(req, name);
      if (reply === null) this.fail("bad-request", `invalid topic ${req}`, name);
      else this.connection.send(reply);
    } else if (typeof unsub === "string") {
      this.connection.unsubscribe(unsub);
      this.connection.send(JSON.stringify({ id: name, status: "ok", unsubbed: unsub, ts: this.ts() }));
    } else if (typeof sub === "string")
      this.subscribe(sub, {
        taken: () => JSON.stringify({ id: name, status: "ok", subbed: sub, ts: this.ts() }),
        refused: (why) => this.fail("bad-request", why, name),
      });
    else this.fail("bad-request", "invalid request", name);
  }

  private operation({ op, topic, cid, ts }: Fields): void {
    const name = cid === undefined ? {} : { cid };
    const reply = (code: number, more: object = {}) =>
      this.connection.send(JSON.stringify({ op, ...name, topic, ts: this.ts(), "err-code": code, ...more }));
    if (op === "pong") this.answered(String(ts));
    else if (op === "ping") this.connection.send(JSON.stringify({ op: "pong", ts }));
    else if (typeof topic !== "string" || (op !== "sub" && op !== "unsub"))
      reply(2011, { "err-msg": "Incorrect parameter" });
    else if (op === "unsub") {
      this.connection.unsubscribe(topic);
      reply(0);
    } else
      this.subscribe(topic, {
        taken: () => JSON.stringify({ op, ...name, topic, ts: this.ts(), "err-code": 0 }),
        refused: (why) => reply(2011, { "err-msg": why }),
      });
  }

  private subscribe(topic: string, say: { taken: () => string; refused: (why: string) => void }): void {
    const { stream, place } = this.source.find(topic);
    const fault = this.world.desk.subscription([place]);
    if (fault === "ignore") return;
    if (fault === "refuse") say.refused("refused");
    else if (stream === null) say.refused(`invalid topic ${topic}`);
    else {
      this.connection.send(say.taken());
      this.connection.subscribe(stream);
      this.source.greet(stream, this.connection);
    }
  }

  /** A pong counts only with a ping's own value. */
  private answered(value: string): void {
    if (this.unanswered.includes(value)) this.unanswered.length = 0;
  }

  private fail(code: string, message: string, id: string): void {
    this.connection.send(JSON.stringify({ status: "error", ts: this.ts(), id, "err-code": code, "err-msg": message }));
  }

  private ts(): number {
    return Math.floor(this.world.venueMs("htx"));
  }
}

function readObject(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Fields) : null;
  } catch {
    return null;
  }
}
