import { venueNamed } from "../venues/index.js";
import type { VenueLimits } from "../venues/venue.js";
import { basesOf, endpointsOf, type FeedNote, type LiveLaneSpec } from "./live-spec.js";
import { RateBudgets } from "./rate-budgets.js";
import { type HostStatus, type Refusal, RestGate } from "./rest-gate.js";

/** Where a venue says nothing of its limits. */
const MODEST: VenueLimits = {
  requests: [{ points: 5, everyMs: 1000 }],
  connects: [{ points: 1, everyMs: 500 }],
};

/** The hosts of one venue: one gate an HTTP host and one budget of connections a WebSocket host, shared by all lanes. */
export class VenueHosts {
  private readonly gates = new Map<string, RestGate>();
  private readonly connects = new Map<string, RateBudgets>();
  private readonly note: (note: FeedNote) => void;
  private readonly refused: (gate: RestGate, refusal: Refusal) => void;

  constructor(note: (note: FeedNote) => void, refused: (gate: RestGate, refusal: Refusal) => void) {
    this.note = note;
    this.refused = refused;
  }

  gateOf(spec: LiveLaneSpec): RestGate {
    const { venue, product, settings } = spec;
    const { live } = venueNamed(venue);
    const bases = basesOf(endpointsOf(spec, live.endpoints(product)), "rest");
    const known = this.gates.get(bases[0]);
    if (known !== undefined) return known;
    const limits = live.limits?.(product) ?? MODEST;
    const gate: RestGate = new RestGate({
      ...{ venue, bases, limits, settings },
      refused: (refusal) => this.refused(gate, refusal),
      say: (level, text) => this.note({ level, venue, product, text }),
    });
    this.gates.set(bases[0], gate);
    if (limits.published !== undefined) void this.learn(gate, limits.published);
    return gate;
  }

  /** What a lane awaits before each connection. */
  permitOf(spec: LiveLaneSpec): () => Promise<void> {
    const { live } = venueNamed(spec.venue);
    const { socket } = endpointsOf(spec, live.endpoints(spec.product));
    const budgets = this.connects.get(socket) ?? new RateBudgets((live.limits?.(spec.product) ?? MODEST).connects);
    this.connects.set(socket, budgets);
    return () => budgets.take();
  }

  status(): HostStatus[] {
    return [...this.gates.values()].map((gate) => gate.status());
  }

  /** The budgets that the venue tells now hold in place of those known when this version was made. */
  private async learn(gate: RestGate, { path, read }: NonNullable<VenueLimits["published"]>): Promise<void> {
    try {
      const reply = await gate.get(path);
      const budgets = reply?.status === 200 ? read(JSON.parse(Buffer.from(reply.body).toString("utf8"))) : null;
      if (budgets !== null) gate.budget(budgets);
    } catch {
      // The known ones hold.
    }
  }
}
