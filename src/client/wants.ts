import type { Policy } from "../stream/protocol.js";
import type { Delivery } from "./delivery.js";
import { kindOf } from "./messages.js";

/** Somebody's subscription. */
export interface Reader {
  readonly delivery: Delivery;
  readonly policy: Policy;
  readonly channels: readonly string[];
}

/** A channel or pattern as it was asked for. */
interface Wanted {
  readers: Set<Reader>;
  /** Its unified name, as the server answered; until then as asked. */
  name: string;
  matches: (ch: string) => boolean;
}

/** What is followed, by whom, and what the server must still be told of it. */
export class Wants {
  readonly #wanted = new Map<string, Wanted>();
  /** Readers of each channel that has spoken; found again when subscriptions change. */
  readonly #routes = new Map<string, readonly Reader[]>();
  /** To be subscribed, and whether from its last position on. */
  readonly #toSubscribe = new Map<string, { resume: boolean }>();
  readonly #toUnsubscribe = new Set<string>();

  add(reader: Reader): void {
    for (const text of new Set(reader.channels)) {
      const wanted = this.#wanted.get(text) ?? { readers: new Set(), name: text, matches: matcher(text) };
      wanted.readers.add(reader);
      this.#wanted.set(text, wanted);
      this.#toSubscribe.set(text, { resume: false });
      this.#toUnsubscribe.delete(text);
      if (reader.policy === "latest") this.#repeatAll(text);
    }
    this.#routes.clear();
  }

  remove(reader: Reader): void {
    for (const text of new Set(reader.channels)) {
      const wanted = this.#wanted.get(text);
      if (wanted === undefined || !wanted.readers.delete(reader) || wanted.readers.size > 0) continue;
      this.#wanted.delete(text);
      this.#toSubscribe.delete(text);
      const { name } = wanted;
      // The same channel may be followed by another spelling.
      if (![...this.#wanted.values()].some((other) => other.name === name)) this.#toUnsubscribe.add(name);
    }
    this.#routes.clear();
  }

  /** On a new connection the server knows of nothing. */
  renew(): void {
    this.#toUnsubscribe.clear();
    this.#toSubscribe.clear();
    for (const text of this.#wanted.keys()) this.#toSubscribe.set(text, { resume: true });
  }

  /** The server did not take it now: it is told again. */
  again(op: "subscribe" | "unsubscribe", texts: readonly string[]): void {
    for (const text of texts)
      if (op === "unsubscribe" && !this.isNamed(text)) this.#toUnsubscribe.add(text);
      else if (op === "subscribe" && this.#wanted.has(text)) this.#toSubscribe.set(text, { resume: true });
  }

  /** What the server must be told to follow, policy `latest` first: the last word on a channel counts. */
  takeSubscribe(): { text: string; policy: Policy; resume: boolean }[] {
    const todo = [...this.#toSubscribe].map(([text, { resume }]) => ({ text, resume, policy: this.#policyOf(text) }));
    this.#toSubscribe.clear();
    return todo.sort((a, b) => Number(a.policy === "all") - Number(b.policy === "all"));
  }

  takeUnsubscribe(): string[] {
    const names = [...this.#toUnsubscribe];
    this.#toUnsubscribe.clear();
    return names;
  }

  /** The server's names of what was asked for. */
  named(text: string, name: string): void {
    const wanted = this.#wanted.get(text);
    if (wanted === undefined || wanted.name === name) return;
    Object.assign(wanted, { name, matches: matcher(name) });
    this.#routes.clear();
  }

  /** Who asked for exactly this text. */
  readersOf(text: string): readonly Reader[] {
    return [...(this.#wanted.get(text)?.readers ?? [])];
  }

  /** Who follows a channel. */
  route(ch: string): readonly Reader[] {
    const known = this.#routes.get(ch);
    if (known !== undefined) return known;
    const found = new Set<Reader>();
    for (const { matches, readers } of this.#wanted.values())
      if (matches(ch)) for (const reader of readers) found.add(reader);
    const readers = [...found];
    this.#routes.set(ch, readers);
    return readers;
  }

  /** Whether some text covers the channel. */
  covers(text: string, ch: string): boolean {
    return this.#wanted.get(text)?.matches(ch) ?? false;
  }

  /** Whether the channel was asked for by its own name. */
  isNamed(ch: string): boolean {
    return [...this.#wanted.values()].some(({ name }) => name === ch);
  }

  /** `all` where one reader wants it. */
  #policyOf(text: string): Policy {
    return this.readersOf(text).some(({ policy }) => policy === "all") ? "all" : "latest";
  }

  /** The server gives a channel the policy of the last subscription that covers it: those of `all` say it again. */
  #repeatAll(text: string): void {
    for (const [other, { name }] of this.#wanted)
      if (other !== text && kindOf(name) === kindOf(text) && this.#policyOf(other) === "all")
        if (!this.#toSubscribe.has(other)) this.#toSubscribe.set(other, { resume: true });
  }
}

/** An asterisk stands for any characters within what follows the first dot. */
function matcher(text: string): (ch: string) => boolean {
  if (!text.includes("*")) return (ch) => ch === text;
  const literal = text.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  const pattern = new RegExp(`^${literal.join(".*")}$`, "s");
  return (ch) => pattern.test(ch);
}
