import { CrosstickError, EXIT } from "../errors.js";
import { findInstrument } from "../market/find-instrument.js";
import type { ProductName } from "../market/venues.js";
import { BinanceMarkets } from "./binance/content.js";
import { BinanceProtocol } from "./binance/protocol.js";
import { BybitMarkets } from "./bybit/content.js";
import { BybitProtocol } from "./bybit/protocol.js";
import type { ProductEndpoints, Simulator, SimulatorOptions, Truth } from "./contract.js";
import { FaultDesk } from "./faults/desk.js";
import { type FaultOrder, hits } from "./faults/schema.js";
import type { BookSide } from "./model/book-side.js";
import { CATALOGUE, type MarketSpec, type SimulatedVenue, simulatedVenue } from "./model/catalogue.js";
import type { Market } from "./model/market.js";
import { MarketModel } from "./model/market-model.js";
import { Pacer } from "./pacer.js";
import { BinanceRecording } from "./recorded/binance-recording.js";
import { BybitRecording } from "./recorded/bybit-recording.js";
import { Player } from "./recorded/player.js";
import type { Connection } from "./server/connection.js";
import type { Stream } from "./server/stream.js";
import { VenueServer } from "./server/venue-server.js";
import { VENUE_LIMITS, type World } from "./world.js";

export type { ProductEndpoints, Simulator, SimulatorOptions, Truth } from "./contract.js";

/** All paces of the venues' messages divide it, so that nothing is left unsent there; ms. */
const COMMON_PACE_MS = 1000;
/** Between two looks at pings and silence; ms of the machine. */
const KEEP_ALIVE_MS = 50;

/**
 * Starts venues on 127.0.0.1 that speak the real wire protocols, with markets of their own making.
 * @throws SIMULATOR_PORT, VENUE_NOT_SUPPORTED, SYMBOL_*
 */
export async function createSimulator(options: SimulatorOptions): Promise<Simulator> {
  const simulation = new Simulation(options);
  await simulation.listen(options.port ?? 0);
  return simulation;
}

class Simulation implements Simulator, World {
  readonly seed: number;
  readonly desk: FaultDesk;
  readonly wallMs: () => number;
  readonly ended: Promise<void>;
  endpoints: Record<string, Record<string, ProductEndpoints>> = {};
  private readonly model: MarketModel;
  private readonly pacer: Pacer;
  private readonly player: Player | null;
  private readonly protocols: readonly (BinanceProtocol | BybitProtocol)[];
  private readonly bybitMarkets: BybitMarkets | null;
  private readonly servers = new Map<SimulatedVenue, VenueServer>();
  private keepAlive: NodeJS.Timeout | null = null;
  private end: () => void = () => {};

  constructor(options: SimulatorOptions) {
    const { venues, seed, speed = 1, divergences = true, from } = options;
    const limits = { ...VENUE_LIMITS, ...options.limits };
    this.seed = seed;
    this.wallMs = options.wallMs ?? (() => performance.timeOrigin + performance.now());
    const specs = chosen(venues, options.instruments);
    this.model = new MarketModel({ seed, specs: from === undefined ? specs : [], divergences });
    this.desk = new FaultDesk({
      connections: () => this.allConnections(),
      streams: () => this.allStreams(),
      sendWhole: (fault, reset) => this.bybitMarkets?.sendWhole(({ place }) => hits(fault, place), reset) ?? 0,
      diverge: (divergence) => this.model.diverge(divergence),
      wallMs: this.wallMs,
    });
    const listened = () => this.player?.listened();
    const recordings = { binance: new BinanceRecording(this, listened), bybit: new BybitRecording(this, listened) };
    this.player = from === undefined ? null : new Player(from, speed, (frame) => recordings[frame.venue].play(frame));
    this.bybitMarkets = from === undefined && venues.includes("bybit") ? new BybitMarkets(this) : null;
    const binance = from === undefined ? new BinanceMarkets(this, limits) : recordings.binance;
    const served = {
      binance: new BinanceProtocol(binance, this, limits),
      bybit: new BybitProtocol(this.bybitMarkets ?? recordings.bybit, this, limits),
    };
    this.protocols = venues.map((venue) => served[venue]);
    for (const protocol of this.protocols) this.servers.set(protocol.venue, new VenueServer(protocol));
    this.pacer = new Pacer(speed, (nowMs) => {
      this.desk.step(nowMs);
      this.model.step(nowMs);
    });
    const stopped = new Promise<void>((resolve) => {
      this.end = resolve;
    });
    this.ended =
      this.player === null
        ? stopped
        : this.player.run().finally(() => {
            recordings.binance.ended();
            recordings.bybit.ended();
          });
    this.ended.catch(() => {}); // who awaits it is told
    for (const fault of options.faults ?? []) this.desk.add(fault);
  }

  async listen(port: number): Promise<void> {
    let next = port;
    try {
      for (const server of this.servers.values()) await server.listen(next === 0 ? 0 : next++);
    } catch (error) {
      await this.stop();
      throw error;
    }
    for (const [venue, { address }] of this.servers) this.endpoints[venue] = endpointsOf(venue, address);
    this.keepAlive = setInterval(() => {
      for (const server of this.servers.values()) server.tick(this.wallMs());
    }, KEEP_ALIVE_MS);
    this.pacer.start();
  }

  get nowMs(): number {
    return this.pacer.nowMs;
  }

  get markets(): readonly MarketSpec[] {
    return this.model.markets.map(({ spec }) => spec);
  }

  marketsOf(venue: SimulatedVenue): readonly Market[] {
    return this.model.markets.filter(({ spec }) => spec.venue === venue);
  }

  venueMs(venue: SimulatedVenue): number {
    const recordedMs = this.player?.nowMs ?? Number.NaN;
    return (Number.isNaN(recordedMs) ? this.wallMs() : recordedMs) + this.desk.clockOffsetMs(venue);
  }

  truth(venue: SimulatedVenue, product: ProductName, symbol: string, levels = Number.POSITIVE_INFINITY): Truth {
    const market = this.marketsOf(venue).find(({ spec }) => spec.product === product && spec.symbol === symbol);
    if (market === undefined) throw unknown(`${venue}.${product}:${symbol}`);
    const { bids, asks, sequence } = market.book;
    const books = venue === "bybit" ? (this.bybitMarkets?.books(product, symbol) ?? []) : [];
    const updates = Object.fromEntries(books.map(({ depth, update }) => [depth, update]));
    return { bids: numbers(market, bids, levels), asks: numbers(market, asks, levels), sequence, updates };
  }

  freeze(): Promise<void> {
    return this.pacer.pauseAt(COMMON_PACE_MS);
  }

  resume(): void {
    this.pacer.start();
  }

  fault(fault: FaultOrder): void {
    this.desk.add(fault);
  }

  injected(): Record<string, number> {
    return this.desk.injected();
  }

  connections(venue?: SimulatedVenue): number {
    let count = 0;
    for (const [name, server] of this.servers)
      if (venue === undefined || name === venue) count += server.connections.size;
    return count;
  }

  async stop(): Promise<void> {
    this.pacer.stop();
    this.player?.stop();
    this.desk.stop();
    this.end();
    if (this.keepAlive !== null) clearInterval(this.keepAlive);
    await Promise.all([...this.servers.values()].map((server) => server.stop()));
  }

  private *allConnections(): Iterable<Connection> {
    for (const server of this.servers.values()) yield* server.connections.keys();
  }

  private *allStreams(): Iterable<Stream> {
    for (const { content } of this.protocols) yield* content.streams();
  }
}

/** The markets of the catalogue that are wanted. */
function chosen(venues: readonly SimulatedVenue[], wanted: readonly string[] | undefined): MarketSpec[] {
  venues.forEach(simulatedVenue);
  const specs = CATALOGUE.filter(({ venue }) => venues.includes(venue));
  if (wanted === undefined) return specs;
  const known = specs.map(({ instrument }) => instrument);
  const found = new Set(wanted.map((query) => findInstrument(query, known)));
  return specs.filter(({ instrument }) => found.has(instrument));
}

function endpointsOf(venue: SimulatedVenue, address: string): Record<string, ProductEndpoints> {
  const products = venue === "binance" ? ["spot", "usdm", "coinm"] : ["spot", "linear", "inverse"];
  const suffix = (product: string) => (venue === "binance" ? `/${product}` : "");
  return Object.fromEntries(
    products.map((product) => [
      product,
      { ws: `ws://${address}${suffix(product)}`, rest: `http://${address}${suffix(product)}` },
    ]),
  );
}

function numbers({ text }: Market, side: BookSide, levels: number): [number, number][] {
  return Array.from({ length: Math.min(levels, side.length) }, (_, depth) => [
    Number(text.price(side.tickAt(depth))),
    Number(text.size(side.lotsAt(depth))),
  ]);
}

function unknown(market: string): CrosstickError {
  return new CrosstickError("SYMBOL_UNKNOWN", `${market} is not simulated`, { exitCode: EXIT.usage });
}
