import { matchesRest, parseChannel } from "crosstick/internal/stream/channels";
import type { HttpSource } from "crosstick/internal/stream/http-source";
import type { Hub } from "crosstick/internal/stream/hub";
import type { ChannelState, StreamSource } from "crosstick/internal/stream/source";

export type Level = [price: number, size: number];

/** A book as the engine would keep it, and as a client rebuilds it. */
export class PlainBook {
  readonly bids = new Map<number, number>();
  readonly asks = new Map<number, number>();
  sequence: number | string = 0;

  replace({ bids, asks, sequence }: { bids: Level[]; asks: Level[]; sequence: number | string }): void {
    this.bids.clear();
    this.asks.clear();
    this.apply({ bids, asks, sequence });
  }

  apply({ bids, asks, sequence }: { bids: Level[]; asks: Level[]; sequence: number | string }): void {
    for (const [side, levels] of [
      [this.bids, bids],
      [this.asks, asks],
    ] as const)
      for (const [price, size] of levels)
        if (size === 0) side.delete(price);
        else side.set(price, size);
    this.sequence = sequence;
  }

  levels(): { bids: Level[]; asks: Level[]; sequence: number | string } {
    return {
      bids: [...this.bids].sort(([a], [b]) => b - a),
      asks: [...this.asks].sort(([a], [b]) => a - b),
      sequence: this.sequence,
    };
  }
}

/** Plays the engine's side: states of channels, published through a hub. */
export class FakeEngine implements StreamSource {
  readonly states = new Map<string, ChannelState | null>();
  readonly books = new Map<string, PlainBook>();
  /** Channels asked for a snapshot, in order. */
  readonly asked: string[] = [];
  #hub: Hub | null = null;
  #ts = 1_700_000_000_000_000_000n;

  use(hub: Hub): void {
    this.#hub = hub;
  }

  has(channel: string): boolean {
    return this.states.has(channel) || this.books.has(channel);
  }

  list(pattern: string): string[] {
    const all = [...this.states.keys(), ...this.books.keys()];
    if (pattern === "*") return all;
    const name = parseChannel(pattern);
    if ("code" in name) return [];
    return all.filter((text) => {
      const one = parseChannel(text);
      return !("code" in one) && one.kind === name.kind && matchesRest(name.rest, one.rest);
    });
  }

  snapshot(channel: string): ChannelState | null {
    this.asked.push(channel);
    const book = this.books.get(channel);
    if (book === undefined) return this.states.get(channel) ?? null;
    return book.sequence === 0 ? null : { ts: this.ts(), data: { ...book.levels(), state: "live" } };
  }

  resolve(channel: string): string | { problem: string } {
    if (channel === "bbo.binance:BTCUSDT") return "bbo.binance:BTC/USDT";
    if (channel === "bbo.binance:ETH") return { problem: "means binance:ETH/USDT and binance:ETH/BTC" };
    return channel;
  }

  /** Sets the state of a plain channel and publishes it. */
  say(channel: string, data: unknown): void {
    const ts = this.ts();
    this.states.set(channel, { ts, data });
    this.#hub?.publish(channel, ts, data);
  }

  /** Changes a book and publishes the change. */
  change(channel: string, update: { bids: Level[]; asks: Level[] }): void {
    const book = this.book(channel);
    const change = { ...update, sequence: Number(book.sequence) + 1 };
    book.apply(change);
    this.#hub?.publish(channel, this.ts(), change);
  }

  book(channel: string): PlainBook {
    const known = this.books.get(channel);
    if (known !== undefined) return known;
    const book = new PlainBook();
    this.books.set(channel, book);
    return book;
  }

  ts(): string {
    this.#ts += 1000n;
    return String(this.#ts);
  }
}

/** What the HTTP routes show in the tests. */
export const fakeHttp: HttpSource = {
  health: () => ({ status: "alive" }),
  ready: () => ({ status: 200, body: { status: "ready" } }),
  metrics: async () => "crosstick_frames_total 1\n",
  venues: () => [{ venue: "binance", state: "live" }],
  instruments: () => [{ instrument: "binance:BTC/USDT" }],
  ticker: (instrument) => (instrument.startsWith("binance:") ? { instrument, bid: 1, ask: 2 } : null),
  orderbook: (instrument, depth) => (instrument.startsWith("binance:") ? { instrument, depth, bids: [] } : null),
  page: (path) => (path === "/" ? { type: "text/html; charset=utf-8", body: "<!doctype html><title>t</title>" } : null),
  queries: {
    funding: { summary: "Funding", parameters: {}, answer: (query) => ({ asked: query.get("instrument") }) },
    broken: {
      summary: "Fails",
      parameters: {},
      answer: () => {
        throw new Error("secret-canary");
      },
    },
  },
};
