/** Kinds of channels, and whether the name goes on after a dot: `bbo.binance:BTC/USDT`, `status`. */
const NAMED = {
  bbo: true,
  trade: true,
  book: true,
  metrics: true,
  mark: true,
  funding: true,
  liquidation: true,
  options: true,
  pair: true,
  signal: true,
  refusal: true,
  verdict: true,
  outcome: true,
  status: false,
  clock: true,
  latency: false,
  alert: false,
} as const;

export type ChannelKind = keyof typeof NAMED;

export const CHANNEL_KINDS = Object.keys(NAMED) as ChannelKind[];

/** Kinds whose messages are events; of the others each update says what now is. */
export const EVENT_KINDS: ReadonlySet<ChannelKind> = new Set<ChannelKind>([
  "trade",
  "liquidation",
  "signal",
  "refusal",
  "verdict",
  "outcome",
  "alert",
]);

/** Kinds named by an instrument, `venue:symbol`. */
export const INSTRUMENT_KINDS: ReadonlySet<ChannelKind> = new Set<ChannelKind>([
  "bbo",
  "trade",
  "book",
  "metrics",
  "mark",
  "funding",
  "liquidation",
]);

/** Kinds whose updates are records of the engine, which `?enc=bin` sends as they are. */
export const RECORD_KINDS: ReadonlySet<ChannelKind> = new Set<ChannelKind>([
  "bbo",
  "trade",
  "book",
  "mark",
  "funding",
  "liquidation",
]);

/** How the updates of RECORD_KINDS are written; all else is JSON text. */
export type Encoding = "json" | "bin";

/** Longest channel name or pattern, characters. */
export const CHANNEL_LENGTH = 128;
/** Asterisks a pattern may have. */
const ASTERISKS = 4;

/** A channel's name or a pattern, split at the first dot. `rest` is "" for kinds without a name. */
export interface ChannelName {
  text: string;
  kind: ChannelKind;
  rest: string;
  /** `rest` holds an asterisk: all channels of that kind whose rest matches. */
  pattern: boolean;
}

export type ChannelProblem = {
  code: "STREAM_CHANNEL_SYNTAX" | "STREAM_CHANNEL_KIND";
  message: string;
};

/** Reads a channel's name or a pattern; says what is wrong with a text that is neither. */
export function parseChannel(text: string): ChannelName | ChannelProblem {
  const syntax = (message: string): ChannelProblem => ({ code: "STREAM_CHANNEL_SYNTAX", message });
  if (text.length === 0 || text.length > CHANNEL_LENGTH)
    return syntax(`a channel name has 1 to ${CHANNEL_LENGTH} characters`);
  if (!/^[\x21-\x7e\u00a1-\uffff]+$/.test(text)) return syntax("a channel name holds no blanks or control characters");
  const dot = text.indexOf(".");
  const kind = dot < 0 ? text : text.slice(0, dot);
  const rest = dot < 0 ? "" : text.slice(dot + 1);
  if (!isKind(kind))
    return { code: "STREAM_CHANNEL_KIND", message: `no such kind of channel; known: ${CHANNEL_KINDS.join(", ")}` };
  if (!NAMED[kind])
    return dot < 0 ? { text, kind, rest, pattern: false } : syntax(`${kind} is a channel of its own, without a dot`);
  if (rest === "") return syntax(`${kind} needs a name after a dot, for example ${kind}.*`);
  if (rest.split("*").length - 1 > ASTERISKS) return syntax(`a pattern holds at most ${ASTERISKS} asterisks`);
  return { text, kind, rest, pattern: rest.includes("*") };
}

/** Whether a channel's rest fits a pattern's rest; an asterisk stands for any characters, none included. */
export function matchesRest(pattern: string, rest: string): boolean {
  const parts = pattern.split("*");
  if (parts.length === 1) return pattern === rest;
  const first = parts[0];
  const last = parts[parts.length - 1];
  if (rest.length < first.length + last.length || !rest.startsWith(first) || !rest.endsWith(last)) return false;
  let from = first.length;
  const end = rest.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = rest.indexOf(part, from);
    if (found < 0 || found + part.length > end) return false;
    from = found + part.length;
  }
  return true;
}

/** Whether some channel could fit both of two rests; either may be a pattern. */
export function overlaps(a: string, b: string): boolean {
  // reach[j]: what was read of `a` so far and the first j characters of `b` can stand for the same text.
  let reach = [true];
  for (let j = 1; j <= b.length; j++) reach[j] = reach[j - 1] && b[j - 1] === "*";
  for (let i = 1; i <= a.length; i++) {
    const next = [reach[0] && a[i - 1] === "*"];
    for (let j = 1; j <= b.length; j++)
      next[j] = a[i - 1] === "*" || b[j - 1] === "*" ? reach[j] || next[j - 1] : reach[j - 1] && a[i - 1] === b[j - 1];
    reach = next;
  }
  return reach[b.length];
}

function isKind(text: string): text is ChannelKind {
  return Object.hasOwn(NAMED, text);
}
