import type { ProductName, VenueName } from "../market/venues.js";
import type { LiveVenue } from "../venues/venue.js";
import type { Cadence } from "./cadence.js";
import type { Lane } from "./lane.js";
import type { LiveConnection } from "./live-connection.js";
import type { LiveLaneSpec, Say } from "./live-spec.js";
import { WATCHED_CHANNELS, type WatchedChannel } from "./liveness.js";

/** What is wrong with a channel of an instrument whose connection stands. */
export type Verdict = "acked-but-silent" | "stale" | "half-open";

/** A channel that does not speak as it should, for people. */
export interface SilentChannel {
  venue: VenueName;
  product: ProductName;
  /** The venue's own symbol. */
  symbol: string;
  channel: WatchedChannel;
  verdict: Verdict;
  silentMs: number;
  /** Silence that is usual there; null while nothing ever came. */
  allowedMs: number | null;
}

/** A venue sends a whole book at once on a subscription, and mark prices every few seconds. */
const FIRST_BOOK_MS = 10_000;
const FIRST_MARK_MS = 15_000;
/** Where nothing is due, others must have spoken so often: a trade changes the book, so the book speaks too. */
const OTHERS_SPOKE = 20;
const OTHERS_MS = 2000;
/** A connection on which nothing at all comes. */
const FIRST_ANY_MS = 60_000;
/** Trades come when they come: their silence is more than four times what it is for a regular channel. */
const IRREGULAR = 4;
/** What a venue promises may come late by so much. */
const LATE = 1.5;
const STALL_MS = 250;
/** From a verdict to the first remedy, and from each remedy to the next, ms. */
const CONFIRM_MS = 1000;
const REMEDY_MS = 5000;
const ALARM_MS = 10_000;
/** After an alarm all begins anew, the pause doubled each time up to the cap, ms. */
const AGAIN_MS = 60_000;
const AGAIN_CAP_MS = 600_000;

/** A trade changes the book and its touch, and the touch is part of the book. */
const WITNESSES: Record<WatchedChannel, readonly WatchedChannel[]> = {
  ...{ book: ["bbo", "trade"], bbo: ["trade"] },
  ...{ trade: [], mark: [] },
};

interface Watched {
  /** By which it comes; null where the plan does not say. */
  connection: LiveConnection | null;
  /** Channels of the same instrument that cannot speak without this one speaking too. */
  witnesses: Cadence[];
  cadence: Cadence;
  instrument: number;
  symbol: string;
  channel: WatchedChannel;
  verdict: Verdict | null;
  /** Remedies tried: the channel subscribed afresh, another address, the alarm. */
  remedies: number;
  nextMs: number;
  alarms: number;
}

/**
 * The liveness contract of a lane: every channel of every instrument speaks as often as it is known to,
 * or a verdict is given and remedies are tried in their order. What is silent is never taken for quiet
 * as long as something else proves that it should have spoken.
 */
export class Watchdog {
  private readonly lane: Lane;
  private readonly spec: LiveLaneSpec;
  private readonly live: LiveVenue;
  private readonly say: Say;
  private readonly watched: Watched[] = [];
  private tickedMs = Number.POSITIVE_INFINITY;

  constructor(options: {
    lane: Lane;
    spec: LiveLaneSpec;
    live: LiveVenue;
    say: Say;
    indexes: ReadonlyMap<string, number>;
    connections: readonly LiveConnection[];
  }) {
    this.lane = options.lane;
    this.spec = options.spec;
    this.live = options.live;
    this.say = options.say;
    const { liveness } = this.lane;
    for (const { symbol, channels } of this.spec.wanted) {
      const instrument = options.indexes.get(symbol);
      if (instrument === undefined) continue;
      const channelOf = (name: WatchedChannel) => liveness.of(instrument, name);
      for (const channel of WATCHED_CHANNELS.filter((name) => channels.includes(name)))
        this.watched.push({
          ...{ instrument, symbol, channel, verdict: null, remedies: 0, nextMs: 0, alarms: 0 },
          connection: options.connections.find((one) => one.carries(instrument, symbol, channel)) ?? null,
          cadence: channelOf(channel),
          witnesses: WITNESSES[channel].filter((name) => channels.includes(name)).map(channelOf),
        });
    }
  }

  status(nowMs: number, nowUs: number): SilentChannel[] {
    const { venue, product } = this.spec;
    return this.watched.flatMap(({ symbol, channel, verdict, connection, cadence: { lastUs, allowedMs } }) => {
      if (verdict === null) return [];
      const silentMs = Number.isNaN(lastUs) ? nowMs - (connection?.readyMs ?? nowMs) : (nowUs - lastUs) / 1000;
      const known = Number.isNaN(allowedMs) ? null : Math.round(allowedMs);
      return [{ venue, product, symbol, channel, verdict, silentMs: Math.round(silentMs), allowedMs: known }];
    });
  }

  /** A few times a second. */
  tick(nowMs: number, nowUs: number): void {
    const stalled = nowMs - this.tickedMs > STALL_MS;
    this.tickedMs = nowMs;
    // This thread stood still: what came meanwhile has yet to be read.
    if (stalled) return;
    for (const one of this.watched) {
      const { connection } = one;
      if (connection?.ready !== true || this.lane.books.isClosed(one.instrument)) {
        // Its loss, and the venue's work, are no matter of one channel.
        one.verdict = null;
        one.remedies = 0;
      } else if (connection.isQuiet) one.verdict = "half-open";
      else this.judge(one, connection, nowMs, nowUs);
    }
  }

  private judge(one: Watched, connection: LiveConnection, nowMs: number, nowUs: number): void {
    const { cadence } = one;
    const never = cadence.messages === 0;
    const silentMs = never ? nowMs - connection.readyMs : (nowUs - cadence.lastUs) / 1000;
    const limitMs = never ? this.firstMs(one, connection, silentMs) : this.allowedMs(one, cadence);
    if (!(silentMs > limitMs)) {
      this.recovered(one, cadence);
      return;
    }
    if (one.verdict === null || one.verdict === "half-open") {
      one.verdict = never ? "acked-but-silent" : "stale";
      one.remedies = 0;
      one.nextMs = nowMs + CONFIRM_MS;
      this.say(
        "warn",
        `${one.symbol} ${one.channel}: ${one.verdict} for ${Math.round(silentMs)} ms on a connection that stands`,
      );
    }
    if (one.channel === "book") this.lane.books.stale([one.instrument], nowUs);
    if (nowMs >= one.nextMs) this.remedy(one, connection, nowMs);
  }

  private recovered(one: Watched, cadence: Cadence): void {
    if (one.verdict === null) return;
    if (one.remedies > 0) this.say("info", `${one.symbol} ${one.channel} speaks again`);
    // What a remedy ended was no lull of the channel's own.
    if (one.remedies > 0) cadence.forgetLull();
    one.verdict = null;
    one.remedies = 0;
    one.alarms = 0;
  }

  /** First the channel alone, then the connection by another address, then a person. */
  private remedy(one: Watched, connection: LiveConnection, nowMs: number): void {
    const { symbol, channel } = one;
    one.remedies++;
    if (one.remedies === 1) {
      one.nextMs = nowMs + REMEDY_MS;
      const requests = this.resubscribe(symbol, channel);
      if (requests.length > 0) {
        connection.ask(requests);
        return;
      }
      one.remedies++;
    }
    if (one.remedies === 2) {
      one.nextMs = nowMs + ALARM_MS;
      connection.replace(`${symbol} ${channel} is ${one.verdict}`, true);
      return;
    }
    one.nextMs = nowMs + Math.min(AGAIN_CAP_MS, AGAIN_MS * 2 ** one.alarms);
    one.remedies = 0;
    one.alarms++;
    this.say(
      "error",
      `${symbol} ${channel} stays ${one.verdict} whatever was tried: check the venue's own notices`,
      true,
    );
  }

  private resubscribe(symbol: string, channel: WatchedChannel) {
    const { product } = this.spec;
    return (
      this.live.resubscribeChannel?.(product, symbol, channel) ??
      (channel === "book" ? this.live.resubscribe(product, symbol) : [])
    );
  }

  /** Silence after the acknowledgement that can no longer be right, ms; NaN where nothing says so. */
  private firstMs(one: Watched, connection: LiveConnection, silentMs: number): number {
    const { channel } = one;
    const quietMs = this.live.quietMs?.(this.spec.product, channel) ?? null;
    if (quietMs !== null) return quietMs * LATE + OTHERS_MS;
    if (channel === "mark") return FIRST_MARK_MS;
    if (channel === "book" && !this.lane.books.isBridged(one.instrument)) return FIRST_BOOK_MS;
    if (silentMs > FIRST_ANY_MS && connection.frames === 0) return FIRST_ANY_MS;
    return this.othersSpoke(one, 0) >= OTHERS_SPOKE ? OTHERS_MS : Number.NaN;
  }

  /** Silence that is usual between two messages, ms; NaN while nothing is known. */
  private allowedMs(one: Watched, { allowedMs, lastUs }: Cadence): number {
    const { channel } = one;
    const quietMs = this.live.quietMs?.(this.spec.product, channel) ?? 0;
    if (channel === "trade") return Math.max(IRREGULAR * allowedMs, LATE * quietMs);
    if (channel === "mark") return Math.max(allowedMs, LATE * quietMs);
    // Nothing else is listened to, or something else shows that there was something to say.
    if (one.witnesses.length === 0 || this.othersSpoke(one, lastUs) > 0) return allowedMs;
    return Math.max(IRREGULAR * allowedMs, LATE * quietMs);
  }

  /** Messages of its witnesses since a time, as far as their last ones tell. */
  private othersSpoke({ witnesses }: Watched, sinceUs: number): number {
    let count = 0;
    for (const { lastUs, messages } of witnesses) if (lastUs > sinceUs) count += messages;
    return count;
  }
}
