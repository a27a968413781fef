import { CrosstickError, EXIT } from "../errors.js";
import { findInstrument } from "../market/find-instrument.js";
import type { ProductName } from "../market/venues.js";
import { BinanceProtocol } from "./binance/protocol.js";
import { BybitProtocol } from "./bybit/protocol.js";
import { FaultDesk } from "./faults/desk.js";
import { type Fault, type FaultOrder, hits } from "./faults/schema.js";
import type { BookSide } from "./model/book-side.js";
import { CATALOGUE, type MarketSpec, SIMULATED_VENUES, type SimulatedVenue } from "./model/catalogue.js";
import type { Market } from "./model/market.js";
import { MarketModel } from "./model/market-model.js";
import { Pacer } from "./pacer.js";
import type { Connection } from "./server/connection.js";
import type { Stream } from "./server/stream.js";
import { VenueServer } from "./server/venue-server.js";
import { type Limits, VENUE_LIMITS, type World } from "./world.js";

/** All paces of the venues' messages divide it, so that nothing is left unsent there; ms. */
const COMMON_PACE_MS = 1000;
/** Between two looks at pings and silence; ms of the machine. */
const KEEP_ALIVE_MS = 50;

export interface SimulatorOptions {
  venues: readonly SimulatedVenue[];
  /** Same seed, same markets. */
  seed: number;
  /** Port of the first venue; the others follow. 0, the default, takes free ones. */
  port?: number;
  /** Model seconds in a second of the machine; 1 by default. */
  speed?: number;
  /** `binance:BTC/USDT`, `bybit.linear:BTCUSDT`; without, all that the catalogue has. */
  instruments?: readonly string[];
  /** Script of faults, given at the start. */
  faults?: readonly FaultOrder[];
  /** Whether markets leave their common price now and then; true by default. */
  divergences?: boolean;
  limits?: Partial<Limits>;
  /** The machine's time, ms with fractions. */
  wallMs?: () => number;
}

/** Where a product is served; what an engine's `endpoint` and `rest` are set to. */
export interface ProductEndpoints {
  ws: string;
  rest: string;
}

/** The true book at a moment. Levels are [price, size], best first, as plain numbers of the venue's text. */
export interface Truth {
  bids: [number, number][];
  asks: [number, number][];
  /** Binance: id of the last change. Bybit: `seq`. */
  sequence: number;
  /** Bybit: `u` of the last message by depth. */
  updates: Readonly<Record<number, number>>;
}

export interface Simulator {
  readonly seed: number;
  readonly endpoints: Readonly<Record<string, Readonly<Record<string, ProductEndpoints>>>>;
  /** What is served. */
  readonly markets: readonly MarketSpec[];
  /** Time of the model's clock, ms. */
  readonly nowMs: number;
  /** The best `levels` a side, all by default. @throws SYMBOL_UNKNOWN */
  truth(venue: SimulatedVenue, product: ProductName, symbol: string, levels?: number): Truth;
  /** Stops the model where every message has been sent, so that truth() is what clients must have. */
  freeze(): Promise<void>;
  resume(): void;
  /** Injects a fault at once, or when its time has come. @throws ZodError */
  fault(fault: FaultOrder): void;
  /** Times each kind of fault was injected. */
  injected(): Record<string, number>;
  /** Number of open connections. */
  connections(venue?: SimulatedVenue): number;
  stop(): Promise<void>;
}

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
  endpoints: Record<string, Record<string, ProductEndpoints>> = {};
  private readonly model: MarketModel;
  private readonly pacer: Pacer;
  private readonly binance: BinanceProtocol | null;
  private readonly bybit: BybitProtocol | null;
  private readonly servers = new Map<SimulatedVenue, VenueServer>();
  private keepAlive: NodeJS.Timeout | null = null;

  constructor(options: SimulatorOptions) {
    const { venues, seed, speed = 1, divergences = true } = options;
    const limits = { ...VENUE_LIMITS, ...options.limits };
    this.seed = seed;
    this.wallMs = options.wallMs ?? (() => performance.timeOrigin + performance.now());
    this.model = new MarketModel({ seed, specs: chosen(venues, options.instruments), divergences });
    this.desk = new FaultDesk({
      connections: () => this.allConnections(),
      streams: () => this.allStreams(),
      sendWhole: (fault, reset) => this.sendWhole(fault, reset),
      diverge: (divergence) => this.model.diverge(divergence),
      wallMs: this.wallMs,
    });
    this.binance = venues.includes("binance") ? new BinanceProtocol(this, limits) : null;
    this.bybit = venues.includes("bybit") ? new BybitProtocol(this, limits) : null;
    for (const protocol of [this.binance, this.bybit])
      if (protocol !== null) this.servers.set(protocol.venue, new VenueServer(protocol));
    this.pacer = new Pacer(speed, (nowMs) => {
      this.desk.step(nowMs);
      this.model.step(nowMs);
    });
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
    return this.wallMs() + this.desk.clockOffsetMs(venue);
  }

  truth(venue: SimulatedVenue, product: ProductName, symbol: string, levels = Number.POSITIVE_INFINITY): Truth {
    const market = this.marketsOf(venue).find(({ spec }) => spec.product === product && spec.symbol === symbol);
    if (market === undefined) throw unknown(`${venue}.${product}:${symbol}`);
    const { bids, asks, sequence } = market.book;
    const books = this.bybit?.publishers.get(`${product}:${symbol}`)?.books ?? [];
    const updates = venue === "bybit" ? Object.fromEntries(books.map(({ depth, update }) => [depth, update])) : {};
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
    this.desk.stop();
    if (this.keepAlive !== null) clearInterval(this.keepAlive);
    await Promise.all([...this.servers.values()].map((server) => server.stop()));
  }

  private *allConnections(): Iterable<Connection> {
    for (const server of this.servers.values()) yield* server.connections.keys();
  }

  private *allStreams(): Iterable<Stream> {
    for (const protocol of [this.binance, this.bybit]) if (protocol !== null) yield* protocol.streams();
  }

  private sendWhole(fault: Fault, reset: boolean): number {
    let sent = 0;
    for (const publisher of this.bybit?.publishers.values() ?? [])
      for (const book of publisher.books)
        if (book.stream.active && hits(fault, book.stream.place)) {
          publisher.sendWhole(book, reset);
          sent++;
        }
    return sent;
  }
}

/** The markets of the catalogue that are wanted. */
function chosen(venues: readonly SimulatedVenue[], wanted: readonly string[] | undefined): MarketSpec[] {
  for (const venue of venues)
    if (!SIMULATED_VENUES.includes(venue)) {
      const message = `Cannot simulate ${venue}: known are ${SIMULATED_VENUES.join(", ")}`;
      throw new CrosstickError("VENUE_NOT_SUPPORTED", message, { exitCode: EXIT.usage });
    }
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
