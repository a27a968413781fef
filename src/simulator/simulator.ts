import { CrosstickError, EXIT } from "../errors.js";
import { findInstrument } from "../market/find-instrument.js";
import type { ProductName, VenueName } from "../market/venues.js";
import type { Simulator, SimulatorOptions, Truth } from "./contract.js";
import { FaultDesk } from "./faults/desk.js";
import type { FaultOrder, Place } from "./faults/schema.js";
import type { BookSide } from "./model/book-side.js";
import type { Market } from "./model/market.js";
import { MarketModel } from "./model/market-model.js";
import type { MarketSpec } from "./model/market-spec.js";
import { Pacer } from "./pacer.js";
import { Player } from "./recorded/player.js";
import type { Connection } from "./server/connection.js";
import type { Stream } from "./server/stream.js";
import { VenueServer } from "./server/venue-server.js";
import type { Limits, ProductEndpoints, RecordedVenue, SimulatedVenue } from "./venue.js";
import { CATALOGUE, simulatedVenue } from "./venues.js";
import type { World } from "./world.js";

export type { Simulator, SimulatorOptions, Truth } from "./contract.js";
export type { ProductEndpoints } from "./venue.js";

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
  private readonly venues: readonly SimulatedVenue[];
  private readonly servers = new Map<VenueName, VenueServer>();
  private keepAlive: NodeJS.Timeout | null = null;
  private end: () => void = () => {};

  constructor(options: SimulatorOptions) {
    const { seed, speed = 1, divergences = true, from } = options;
    this.seed = seed;
    this.wallMs = options.wallMs ?? (() => performance.timeOrigin + performance.now());
    this.venues = options.venues.map(simulatedVenue);
    // Whole minutes, so that runs of the same minute have the same option prices.
    const startMs = Math.floor(this.wallMs() / 60_000) * 60_000;
    const specs = chosen(options.venues, options.instruments);
    this.model = new MarketModel({ seed, specs: from === undefined ? specs : [], divergences, startMs });
    this.desk = new FaultDesk({
      venues: options.venues,
      connections: () => this.allConnections(),
      streams: () => this.allStreams(),
      bidsOf: (venue, text) => simulatedVenue(venue).openBids(text),
      sendWhole: (fits, reset) => this.sendWhole(fits, reset),
      announceShutdown: (connection) => this.servers.get(connection.venue)?.announceShutdown(connection),
      diverge: (divergence) => this.model.diverge(divergence),
      wallMs: this.wallMs,
    });
    const recorded = new Map<string, RecordedVenue>();
    for (const venue of this.venues) {
      const limits = limitsOf(venue, options.limits?.[venue.name]);
      if (from === undefined) {
        this.servers.set(venue.name, new VenueServer(venue.name, venue.serve(this, limits)));
        continue;
      }
      if (venue.replay === undefined) throw notRecorded(venue.name);
      const recording = venue.replay(this, limits, () => this.player?.listened());
      recorded.set(venue.name, recording);
      this.servers.set(venue.name, new VenueServer(venue.name, recording.protocol));
    }
    this.player =
      from === undefined ? null : new Player(from, speed, (frame) => recorded.get(frame.venue)?.play(frame));
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
            for (const recording of recorded.values()) recording.ended();
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
    for (const { name, endpoints } of this.venues) {
      const server = this.servers.get(name);
      if (server !== undefined) this.endpoints[name] = { ...endpoints(server.address) };
    }
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

  marketsOf(venue: VenueName): readonly Market[] {
    return this.model.markets.filter(({ spec }) => spec.venue === venue);
  }

  venueMs(venue: VenueName): number {
    const recordedMs = this.player?.nowMs ?? Number.NaN;
    return (Number.isNaN(recordedMs) ? this.wallMs() : recordedMs) + this.desk.clockOffsetMs(venue);
  }

  truth(venue: VenueName, product: ProductName, symbol: string, levels = Number.POSITIVE_INFINITY): Truth {
    const market = this.marketsOf(venue).find(({ spec }) => spec.product === product && spec.symbol === symbol);
    if (market === undefined) throw unknown(`${venue}.${product}:${symbol}`);
    const { bids, asks, sequence } = market.book;
    const updates = this.servers.get(venue)?.protocol.updates?.(product, symbol) ?? {};
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

  connections(venue?: VenueName): number {
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
    for (const { protocol } of this.servers.values()) yield* protocol.streams();
  }

  private sendWhole(fits: (place: Place) => boolean, reset: boolean): number {
    let sent = 0;
    for (const { protocol } of this.servers.values()) sent += protocol.sendWhole?.(fits, reset) ?? 0;
    return sent;
  }
}

/** The markets of the catalogue that are wanted. */
function chosen(venues: readonly VenueName[], wanted: readonly string[] | undefined): MarketSpec[] {
  const specs = CATALOGUE.filter(({ venue }) => venues.includes(venue));
  if (wanted === undefined) return specs;
  const known = specs.map(({ instrument }) => instrument);
  const found = new Set(wanted.map((query) => findInstrument(query, known)));
  return specs.filter(({ instrument }) => found.has(instrument));
}

/** The venue's own, and what shall be otherwise. */
function limitsOf({ name, limits }: SimulatedVenue, given: Limits = {}): Limits {
  const wrong = Object.keys(given).find((key) => !(key in limits));
  if (wrong !== undefined) throw new RangeError(`${name} has no limit ${wrong}: ${Object.keys(limits).join(", ")}`);
  return { ...limits, ...given };
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

function notRecorded(venue: string): CrosstickError {
  return new CrosstickError("VENUE_NOT_SUPPORTED", `Recordings of ${venue} cannot be served`, { exitCode: EXIT.usage });
}
