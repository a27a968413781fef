import type { Gap, GapReason } from "./messages.js";

interface Position {
  /** Number of the last message. */
  seq: number;
  /** Messages that the server said it leaves out before the next one. */
  told: number;
  /** Nothing came since the connection was made anew. */
  resuming: boolean;
}

/** Where each channel stands: finds what is missing by the numbers of the messages. */
export class Positions {
  readonly #known = new Map<string, Position>();
  /** Last numbers of channels in a session that is over. */
  readonly #over = new Map<string, number>();
  #session: string | null = null;

  /** Session to which the numbers belong. */
  get session(): string | null {
    return this.#session;
  }

  /** A connection has greeted. @returns whether it goes on in the same session. */
  greet(session: string): boolean {
    const same = session === this.#session;
    if (!same) {
      for (const [ch, { seq }] of this.#known) if (!this.#over.has(ch)) this.#over.set(ch, seq);
      this.#known.clear();
    }
    for (const position of this.#known.values()) Object.assign(position, { told: 0, resuming: true });
    this.#session = session;
    return same;
  }

  /** Channels and the numbers of their last messages. */
  *entries(): Iterable<[ch: string, seq: number]> {
    for (const [ch, { seq }] of this.#known) yield [ch, seq];
  }

  /** The server leaves messages out before the next one. */
  dropped(ch: string, count: number): void {
    const position = this.#known.get(ch);
    if (position !== undefined) position.told += count;
  }

  /** A message that goes on from the last one. @returns what is missing before it; null: it came before. */
  update(ch: string, seq: number): Gap[] | null {
    const position = this.#known.get(ch);
    if (position === undefined) return this.#first(ch, seq);
    if (seq <= position.seq) return null;
    return this.#advance(ch, position, seq, seq - position.seq - 1);
  }

  /** A message that replaces what was known. @returns what is missing before it. */
  snapshot(ch: string, seq: number): Gap[] {
    const position = this.#known.get(ch);
    if (position === undefined) return this.#first(ch, seq);
    const beyond = Math.max(0, seq - position.seq);
    if (position.resuming) {
      const { seq: from } = position;
      Object.assign(position, { seq, told: 0, resuming: false });
      return beyond === 0 ? [] : [{ type: "gap", reason: "resume", ch, from, to: seq, count: beyond }];
    }
    // A reset of the channel, which brings a snapshot, takes a number of its own.
    const own = beyond > position.told ? 1 : 0;
    return this.#advance(ch, position, seq, beyond - own);
  }

  /** Forgets channels that are not followed any more. */
  keep(isFollowed: (ch: string) => boolean): void {
    for (const map of [this.#known, this.#over]) for (const ch of map.keys()) if (!isFollowed(ch)) map.delete(ch);
  }

  #first(ch: string, seq: number): Gap[] {
    this.#known.set(ch, { seq, told: 0, resuming: false });
    const from = this.#over.get(ch);
    if (from === undefined) return [];
    this.#over.delete(ch);
    return [{ type: "gap", reason: "session", ch, from, to: seq, count: null }];
  }

  #advance(ch: string, position: Position, seq: number, missing: number): Gap[] {
    const gaps: Gap[] = [];
    let from = position.seq;
    const add = (reason: GapReason, count: number): void => {
      if (count <= 0) return;
      gaps.push({ type: "gap", reason, ch, from, to: from + count, count });
      from += count;
    };
    const told = Math.min(position.told, missing);
    add("dropped", told);
    add("jump", missing - told);
    Object.assign(position, { seq, told: 0, resuming: false });
    return gaps;
  }
}
