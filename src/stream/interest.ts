import { matchesRest, overlaps, parseChannel } from "./channels.js";

/** Called when the first client asks for a channel or pattern, and when the last one has been gone for a while. */
export type InterestListener = (channelOrPattern: string, wanted: boolean) => void;

interface Wanted {
  kind: string;
  rest: string;
  pattern: boolean;
  readers: number;
  /** Monotonic ms at which it is given up; NaN while there are readers. */
  endsMs: number;
}

/** Answers are kept for the names asked most; the map starts anew beyond this. */
const ANSWERS_KEPT = 65_536;

/** What clients want, so that nothing is computed that nobody does. */
export class Interest {
  readonly #wanted = new Map<string, Wanted>();
  readonly #answers = new Map<string, boolean>();
  readonly #lingerMs: number;
  readonly #listener: InterestListener;

  constructor(lingerMs: number, listener: InterestListener) {
    this.#lingerMs = lingerMs;
    this.#listener = listener;
  }

  /** Nobody wants anything. */
  get empty(): boolean {
    return this.#wanted.size === 0;
  }

  /** One more reader of a channel or pattern. */
  add(text: string): void {
    const known = this.#wanted.get(text);
    if (known !== undefined) {
      known.readers++;
      known.endsMs = Number.NaN;
      return;
    }
    const name = parseChannel(text);
    if ("code" in name) return;
    const { kind, rest, pattern } = name;
    this.#wanted.set(text, { kind, rest, pattern, readers: 1, endsMs: Number.NaN });
    this.#answers.clear();
    this.#listener(text, true);
  }

  /** One reader less; the interest lasts a while longer, so that a client can reconnect and resume. */
  remove(text: string, nowMs: number): void {
    const known = this.#wanted.get(text);
    if (known === undefined || --known.readers > 0) return;
    known.endsMs = nowMs + this.#lingerMs;
  }

  /** Ends the interests whose time is over; returns them. */
  expire(nowMs: number): string[] {
    const over: string[] = [];
    for (const [text, { endsMs }] of this.#wanted) if (endsMs <= nowMs) over.push(text);
    for (const text of over) this.#wanted.delete(text);
    if (over.length > 0) this.#answers.clear();
    for (const text of over) this.#listener(text, false);
    return over;
  }

  /** Whether a reader wants the channel, or something that fits the pattern. */
  has(channelOrPattern: string): boolean {
    const known = this.#answers.get(channelOrPattern);
    if (known !== undefined) return known;
    if (this.#answers.size >= ANSWERS_KEPT) this.#answers.clear();
    const answer = this.#find(channelOrPattern);
    this.#answers.set(channelOrPattern, answer);
    return answer;
  }

  #find(text: string): boolean {
    if (this.#wanted.has(text)) return true;
    const name = parseChannel(text);
    if ("code" in name) return false;
    for (const { kind, rest, pattern } of this.#wanted.values()) {
      if (kind !== name.kind) continue;
      if (name.pattern ? overlaps(name.rest, rest) : pattern && matchesRest(rest, name.rest)) return true;
    }
    return false;
  }
}
