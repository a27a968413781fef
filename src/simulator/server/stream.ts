import type { Place } from "../faults/schema.js";
import type { Market } from "../model/market.js";
import type { Connection } from "./connection.js";

/** Decides what becomes of a message between its publisher and its subscribers. */
export interface MessageGate {
  pass(stream: Stream, text: string): void;
}

/** One stream or topic of a venue, with those who listen to it. */
export class Stream {
  /** What a fault's place is compared with. */
  readonly place: Place;
  /** The venue's name of it, which stands in the envelope. */
  readonly name: string;
  /** null when a recording is served. */
  readonly market: Market | null;
  readonly subscribers = new Set<Connection>();
  /** Each connection numbers what it sends: no message can be overtaken by one with a higher number. */
  numberedWhenSent = false;
  /** Called when somebody listens after nobody did. */
  opened: () => void = () => {};
  private readonly gate: MessageGate;

  constructor(place: Place & { stream: string }, market: Market | null, gate: MessageGate) {
    this.place = place;
    this.name = place.stream;
    this.market = market;
    this.gate = gate;
  }

  get active(): boolean {
    return this.subscribers.size > 0;
  }

  add(connection: Connection): void {
    const first = !this.active;
    this.subscribers.add(connection);
    if (first) this.opened();
  }

  /** A message for all subscribers, past the faults. */
  publish(text: string): void {
    if (this.active) this.gate.pass(this, text);
  }

  /** What a fault kept back. */
  lose(): void {
    for (const connection of this.subscribers) connection.lose();
  }

  /** What was let through. */
  send(text: string): void {
    for (const connection of this.subscribers) connection.deliver(this, text);
  }
}
