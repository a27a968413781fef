import type { Connection } from "../server/connection.js";
import type { Stream } from "../server/stream.js";
import type { HttpReply, SessionPlan, VenueProtocol } from "../venue.js";
import type { World } from "../world.js";
import { type DeribitContent, symbolOf } from "./content.js";
import { Credits, type DeribitLimits } from "./limits.js";
import { type Answer, failed, type Params, times } from "./rpc.js";
import { DeribitSession } from "./session.js";

const nowhere = { product: null, symbol: null, channel: null, stream: null };

/** Deribit on one address: `/ws/api/v2`, and the same methods by HTTP below `/api/v2`. */
export class DeribitProtocol implements VenueProtocol {
  private readonly content: DeribitContent;
  private readonly world: World;
  private readonly limits: DeribitLimits;
  private readonly credits: Credits;

  constructor(content: DeribitContent, world: World, limits: DeribitLimits) {
    this.content = content;
    this.world = world;
    this.limits = limits;
    this.credits = new Credits("other", limits.credits, world.wallMs());
  }

  connect(url: URL): SessionPlan | HttpReply | null {
    if (!/^\/ws\/api\/v2\/?$/.test(url.pathname)) return null;
    const { ban } = this.world.desk.rest({ ...nowhere, venue: "deribit" });
    if (ban !== null) return this.reply(ban.status, failed(10028, "too_many_requests"), this.microseconds());
    return { product: null, envelope: (_name, text) => text, open: (connection) => this.open(connection) };
  }

  request(url: URL): HttpReply {
    const usIn = this.microseconds();
    const method = /^\/api\/v2\/(.+)$/.exec(url.pathname)?.[1] ?? "";
    const params = Object.fromEntries(url.searchParams);
    const symbol = params.instrument_name ?? null;
    const { ban, delayMs, staleUpdates } = this.world.desk.rest({
      ...{ venue: "deribit", product: null, symbol, channel: method.slice(method.indexOf("/") + 1), stream: null },
    });
    if (ban !== null) return { ...this.reply(ban.status, failed(10028, "too_many_requests"), usIn), delayMs };
    if (!this.credits.take(this.world.wallMs())) return this.reply(429, failed(10028, "too_many_requests"), usIn);
    const found = this.content.call(method, params, staleUpdates);
    if (found === null) return this.reply(404, failed(-32601, "Method not found"), usIn);
    return { ...this.reply("error" in found ? 400 : 200, found, usIn), delayMs };
  }

  streams(): Iterable<Stream> {
    return this.content.streams();
  }

  updates(_product: string, symbol: string): Record<string, number> {
    return this.content.updates(symbol);
  }

  /** The venue's time. */
  private microseconds(): number {
    return Math.floor(this.world.venueMs("deribit") * 1000);
  }

  private reply(status: number, found: Answer, usIn: number): HttpReply {
    return { status, body: JSON.stringify({ jsonrpc: "2.0", ...found, ...times(usIn, this.microseconds()) }) };
  }

  private open(connection: Connection): DeribitSession {
    const source = {
      find: (channel: string) => {
        const stream = this.content.stream(channel) ?? null;
        const [kind] = channel.split(".");
        const place = {
          venue: "deribit",
          product: null,
          symbol: symbolOf(channel),
          channel: kind,
          stream: channel,
        } as const;
        return { stream, place: stream?.place ?? place };
      },
      greet: (stream: Stream, to: Connection) => this.content.greet(stream, to),
      call: (method: string, params: Params) => this.content.call(method, params, 0),
    };
    return new DeribitSession(connection, source, this.world, this.limits);
  }
}
