import type { Views } from "../kernel/memory.js";
import type { ProductName, VenueName } from "../market/venues.js";
import { inflate } from "../sources/inflate.js";
import type { Endpoints, LiveVenue, Subscription } from "../venues/venue.js";
import { Comparison, type ComparisonResult } from "./comparison.js";
import type { FrameIntake } from "./frame-intake.js";
import type { Lane } from "./lane.js";
import type { LiveLaneSpec, Say } from "./live-spec.js";
import { VenueLink } from "./venue-link.js";

/** What the canary of a lane has found, for people. */
export interface CanaryStatus extends ComparisonResult {
  venue: VenueName;
  product: ProductName;
  /** The endpoint that is compared with the one in use. */
  endpoint: string;
  symbols: number;
}

/** Listens to a share of a lane's symbols at a second endpoint too, and compares what both say. Its frames reach no book. */
export class Canary {
  private readonly spec: LiveLaneSpec;
  private readonly lane: Lane;
  private readonly endpoint: string;
  private readonly symbols: readonly string[];
  private readonly comparison: Comparison;
  private readonly links: VenueLink[];
  private wasWhole = false;

  constructor(options: {
    views: Views;
    lane: Lane;
    spec: LiveLaneSpec;
    live: LiveVenue;
    intake: FrameIntake;
    say: Say;
    permit: () => Promise<void>;
    endpoints: Endpoints;
    /** Base of the second endpoint's address. */
    endpoint: string;
    wanted: readonly Subscription[];
    indexes: ReadonlyMap<string, number>;
  }) {
    const { views, lane, spec, live, intake, say, permit, endpoints, endpoint, wanted, indexes } = options;
    this.spec = spec;
    this.lane = lane;
    this.endpoint = endpoint;
    this.symbols = wanted.map(({ symbol }) => symbol);
    const instruments = new Set(
      this.symbols.map((symbol) => indexes.get(symbol)).filter((index) => index !== undefined),
    );
    const told = new Set<string>();
    this.comparison = new Comparison(views, instruments, (field, first, second) => {
      // What goes on is counted; it is said once.
      if (told.has(field)) return;
      told.add(field);
      say("warn", `${endpoint} differs in ${field}: ${second} for ${first}`);
    });
    this.links = live.connections(spec.product, wanted, { ...endpoints, socket: endpoint }).map(
      (plan) =>
        new VenueLink({
          ...{ id: lane.nextLink(), url: plan.url, plan, live, permit, proxy: spec.settings.proxy },
          // What goes wrong there harms no book.
          say: (level, text) => say(level === "error" ? "warn" : level, `canary: ${text}`),
          handlers: {
            frame: (link, received) => {
              const data = plan.inflate === true ? inflate(received) : received;
              if (data !== null && intake.peek(data, this.see) === 0) link.heed(data);
            },
            // Without a landing nothing comes in these ways.
            burst: (_link, at) => at,
            placed: () => {},
            quiet: () => {},
            lost: () => this.comparison.forget(),
            refused: () => this.comparison.forget(),
          },
        }),
    );
  }

  private readonly see = (at: number): void => {
    if (!this.lane.isOverlapping) this.comparison.take(1, at, performance.now());
  };

  start(): void {
    this.lane.compare(this.comparison);
    for (const { socket } of this.links) socket.start();
  }

  stop(): void {
    this.lane.compare(null);
    for (const { socket } of this.links) socket.stop();
  }

  /** Only what both could bring is compared: while the lane's own connections stand, each by itself, and the canary's too. */
  tick(isReady: boolean, nowMs: number): void {
    for (const link of this.links) link.tick();
    const both = isReady && !this.lane.isOverlapping && this.links.every(({ ready }) => ready);
    if (!both || !this.wasWhole) this.comparison.forget();
    else this.comparison.settle(nowMs);
    this.wasWhole = both;
  }

  status(): CanaryStatus {
    const { venue, product } = this.spec;
    const { differences, ...counts } = this.comparison.result;
    return {
      ...{ venue, product, endpoint: this.endpoint, symbols: this.symbols.length },
      ...counts,
      differences: { ...differences },
    };
  }
}

/** A share of the symbols, spread evenly over the list; at least one where the share is not 0. */
export function canarySymbols(wanted: readonly Subscription[], share: number): Subscription[] {
  const count = share === 0 ? 0 : Math.min(wanted.length, Math.max(1, Math.round(wanted.length * share)));
  return Array.from({ length: count }, (_, i) => wanted[Math.floor((i * wanted.length) / count)]);
}
