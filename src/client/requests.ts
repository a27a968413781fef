import type { ClientMessage, Policy } from "../stream/protocol.js";

type Subscribe = Extract<ClientMessage, { op: "subscribe" }>;

/** Bounds of one message, as the server tells them. */
export interface MessageLimits {
  messageBytes: number;
  channelsPerMessage: number;
}

/** Room for what stands around channels and positions. */
const FRAME_BYTES = 512;
const utf8 = new TextEncoder();

/**
 * Messages that subscribe to all of it within the server's bounds. Positions of a pattern's channels that do not fit
 * into one message are left out: those channels begin with a snapshot, and the gap is counted.
 * @param positions of the channels that a text covers.
 */
export function subscribeMessages(
  todo: readonly { text: string; policy: Policy; resume: boolean }[],
  positions: (text: string) => Iterable<[ch: string, seq: number]>,
  session: string | null,
  limits: MessageLimits,
): Omit<Subscribe, "id">[] {
  const messages: Omit<Subscribe, "id">[] = [];
  const room = limits.messageBytes - FRAME_BYTES;
  let current: { message: Omit<Subscribe, "id">; after: Map<string, number>; bytes: number } | null = null;
  const close = (): void => {
    if (current === null) return;
    const { message, after } = current;
    if (after.size > 0 && session !== null) Object.assign(message, { session, after: Object.fromEntries(after) });
    messages.push(message);
    current = null;
  };
  for (const { text, policy, resume } of todo) {
    const known = resume && session !== null ? [...positions(text)] : [];
    const bytes = sizeOf(text) + known.reduce((sum, [ch]) => sum + positionSize(ch), 0);
    if (
      current !== null &&
      (current.message.policy !== policy ||
        current.message.channels.length >= limits.channelsPerMessage ||
        current.bytes + bytes > room)
    )
      close();
    current ??= { message: { op: "subscribe", channels: [], policy }, after: new Map(), bytes: 0 };
    current.message.channels.push(text);
    current.bytes += sizeOf(text);
    for (const [ch, seq] of known) {
      if (current.bytes + positionSize(ch) > room) break;
      current.after.set(ch, seq);
      current.bytes += positionSize(ch);
    }
  }
  close();
  return messages;
}

/** Bytes of a text in JSON, with what divides it from the next. */
function sizeOf(text: string): number {
  return utf8.encode(JSON.stringify(text)).length + 1;
}

function positionSize(ch: string): number {
  return sizeOf(ch) + 17;
}
