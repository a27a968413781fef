import type { Stream } from "../server/stream.js";
import { type BidsOf, crossed, type FalseBid, uncrossed } from "./crossed.js";
import { DelayLine } from "./delay-line.js";
import type { Armed } from "./desk.js";
import { type Fault, type FaultKind, hits } from "./schema.js";

/** What happens to the messages of streams on their way out. */
export class MessageFaults {
  private readonly bidsOf: BidsOf;
  private readonly count: (kind: FaultKind) => void;
  /** By stream: the message that the next one overtakes. */
  private readonly held = new Map<Stream, string>();
  private readonly falseBids = new Map<Stream, FalseBid>();
  private readonly late = new Map<Stream, DelayLine<string>>();

  constructor(bidsOf: BidsOf, count: (kind: FaultKind) => void) {
    this.bidsOf = bidsOf;
    this.count = count;
  }

  /** Sends a message as the armed faults leave it. */
  pass(stream: Stream, message: string, armed: readonly Armed[]): void {
    let text = message;
    let delayMs = 0;
    let copies = 1;
    let hold = false;
    const bid = this.falseBids.get(stream);
    if (bid !== undefined) {
      this.falseBids.delete(stream);
      text = uncrossed(stream, text, bid, this.bidsOf);
    }
    for (const entry of armed) {
      if (!hits(entry.fault, stream.place) || !strikes(entry)) continue;
      const { kind } = entry.fault;
      if (kind === "mute") copies = 0;
      else if (kind === "drop") {
        copies = 0;
        stream.lose();
      } else if (kind === "duplicate") copies = 2;
      else if (kind === "reorder") {
        if (stream.numberedWhenSent) continue;
        hold = true;
      } else if (kind === "corrupt") text = corrupted(text);
      else if (entry.fault.kind === "slow") delayMs += entry.fault.delayMs;
      else if (kind === "crossed") {
        const made = crossed(stream, text, this.bidsOf);
        if (made === null) continue;
        text = made.text;
        this.falseBids.set(stream, made.bid);
      } else continue;
      entry.left--;
      this.count(kind);
    }
    if (hold && copies > 0 && !this.held.has(stream)) {
      this.held.set(stream, text);
      return;
    }
    for (; copies > 0; copies--) this.send(stream, text, delayMs);
    const overtaken = this.held.get(stream);
    if (overtaken === undefined) return;
    this.held.delete(stream);
    this.send(stream, overtaken, delayMs);
  }

  stop(): void {
    for (const line of this.late.values()) line.stop();
  }

  private send(stream: Stream, text: string, delayMs: number): void {
    const known = this.late.get(stream);
    if (delayMs === 0 && (known === undefined || known.empty)) stream.send(text);
    else {
      const line = known ?? new DelayLine<string>((late) => stream.send(late));
      this.late.set(stream, line);
      line.add(text, delayMs);
    }
  }
}

const kinds: ReadonlySet<Fault["kind"]> = new Set<FaultKind>([
  ...(["drop", "duplicate", "reorder", "corrupt", "crossed", "mute", "slow"] as const),
]);

/** Whether a fault is of messages, and this message is one of its n-th. */
function strikes(entry: Armed): boolean {
  if (!kinds.has(entry.fault.kind) || entry.left <= 0) return false;
  entry.seen++;
  return !("every" in entry.fault) || entry.seen % entry.fault.every === 0;
}

/** One digit or letter in the middle becomes a character that JSON does not allow there. */
function corrupted(text: string): string {
  const middle = text.indexOf(":", text.length >> 1);
  const at = middle < 0 ? text.length >> 1 : middle;
  return `${text.slice(0, at)}\u0001${text.slice(at + 1)}`;
}
