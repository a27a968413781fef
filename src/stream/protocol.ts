import { z } from "zod";
import { CHANNEL_LENGTH } from "./channels.js";
import { DEFAULT_LIMITS, TOLD_LIMITS } from "./limits.js";

/** Version of the protocol, told in `hello`. A client ignores fields that it does not know. */
export const PROTOCOL_VERSION = 1;
/** Path of the stream. */
export const STREAM_PATH = "/v1/stream";

/** Close codes of the stream. */
export const CLOSE = {
  shutdown: 1001,
  unsupported: 1003,
  /** A reader that is too slow, or a client that makes too many mistakes. */
  policy: 1008,
  tooLarge: 1009,
  full: 1013,
  badToken: 4401,
  /** A channel that the token does not cover. */
  scope: 4403,
} as const;

const id = z
  .union([z.int(), z.string().max(64)])
  .optional()
  .describe("Repeated in the answer");
const channel = z.string().min(1).max(CHANNEL_LENGTH).meta({ example: "bbo.binance:BTC/USDT" });
const channels = z
  .array(channel)
  .min(1)
  .max(DEFAULT_LIMITS.channelsPerMessage)
  .describe("Channels or patterns: a name is split at its first dot, an asterisk matches within the rest");
const seq = z
  .int()
  .min(0)
  .describe("Number of the message in its channel and session; an update follows the last by 1");
const ts = z.string().regex(/^\d+$/).describe("Nanoseconds since 1970, UTC");
const code = z.string().describe("Stable code, listed in docs/errors.md");
const text = z.string();

/** What a client may say. */
export const CLIENT_MESSAGES = {
  auth: z.strictObject({ op: z.literal("auth"), id, token: z.string().min(1).max(4096) }),
  subscribe: z.strictObject({
    op: z.literal("subscribe"),
    id,
    channels,
    policy: z
      .enum(["latest", "all"])
      .default("latest")
      .describe("latest: a slow reader gets merged messages; all: every message, or the connection is closed"),
    after: z.record(channel, seq).optional().describe("Last seq received of each channel, to go on from there"),
    session: z.string().max(64).optional().describe("Session to which `after` belongs"),
  }),
  unsubscribe: z.strictObject({ op: z.literal("unsubscribe"), id, channels }),
  list: z.strictObject({
    op: z.literal("list"),
    id,
    pattern: channel.optional().describe("Channels asked for; all when absent"),
  }),
  ping: z.strictObject({ op: z.literal("ping"), id }),
} as const;

export const clientMessage = z.discriminatedUnion("op", [
  CLIENT_MESSAGES.auth,
  CLIENT_MESSAGES.subscribe,
  CLIENT_MESSAGES.unsubscribe,
  CLIENT_MESSAGES.list,
  CLIENT_MESSAGES.ping,
]);
export type ClientMessage = z.infer<typeof clientMessage>;
export type Policy = z.infer<typeof CLIENT_MESSAGES.subscribe>["policy"];

const failure = z.object({ channel: z.string(), code, message: text });
const answered = z.union([z.int(), z.string(), z.null()]).describe("The id of the message answered");

/** What the server may say. */
export const SERVER_MESSAGES = {
  hello: z.object({
    type: z.literal("hello"),
    protocol: z.literal(PROTOCOL_VERSION),
    session: z.string().describe("Numbers of messages are of one session; each encoding has its own"),
    encoding: z.enum(["json", "bin"]).describe("bin: updates of records come as binary messages, all else as text"),
    authenticated: z.boolean().describe("false: the first message must be auth"),
    limits: z.object(Object.fromEntries(TOLD_LIMITS.map((name) => [name, z.int()]))),
  }),
  ack: z.object({
    type: z.literal("ack"),
    id: answered,
    ok: z.array(z.string()).describe("Channels and patterns, by their unified names"),
    failed: z.array(failure),
  }),
  snapshot: z.object({
    type: z.literal("snapshot"),
    ch: z.string(),
    seq,
    ts,
    bin: z.int().min(1).optional().describe("Number of the channel in the binary messages that follow, with ?enc=bin"),
    data: z.unknown().describe("What now is, or the last events; null when there is nothing yet"),
  }),
  update: z.object({ type: z.literal("update"), ch: z.string(), seq, ts, data: z.unknown() }),
  dropped: z.object({
    type: z.literal("dropped"),
    ch: z.string(),
    count: z.int().min(1).describe("Messages of the channel left out before the next one"),
  }),
  list: z.object({
    type: z.literal("list"),
    id: answered,
    channels: z.array(z.string()).describe("Channels that there are"),
    subscribed: z.array(z.string()).describe("Channels and patterns that this connection follows"),
  }),
  pong: z.object({ type: z.literal("pong"), id: answered, ts }),
  error: z.object({ type: z.literal("error"), id: answered.optional(), code, message: text }),
  heartbeat: z.object({ type: z.literal("heartbeat"), ts }),
  shutdown: z.object({ type: z.literal("shutdown"), reconnectAfterMs: z.int().min(0) }),
} as const;

export const serverMessage = z.discriminatedUnion("type", [
  SERVER_MESSAGES.hello,
  SERVER_MESSAGES.ack,
  SERVER_MESSAGES.snapshot,
  SERVER_MESSAGES.update,
  SERVER_MESSAGES.dropped,
  SERVER_MESSAGES.list,
  SERVER_MESSAGES.pong,
  SERVER_MESSAGES.error,
  SERVER_MESSAGES.heartbeat,
  SERVER_MESSAGES.shutdown,
]);
export type ServerMessage = z.infer<typeof serverMessage>;

const price = z.number().describe("Quote currency");
const size = z.number().describe("Base coin; 0 in an update: the level is gone");
const levels = z.array(z.tuple([price, size]));

/** Sequence of the venue; text where the number is beyond 2^53. */
const sequence = z.union([z.number(), z.string()]);

/** Data of `book.I`: the snapshot is best first; sizes in an update are absolute. */
export const bookSnapshot = z.object({ bids: levels, asks: levels, sequence, state: z.string() });
export const bookUpdate = z.object({ bids: levels, asks: levels, sequence });
export type BookSnapshotData = z.infer<typeof bookSnapshot>;
export type BookUpdateData = z.infer<typeof bookUpdate>;

/** Reads what a client sent. Text for a person on what is wrong with it otherwise. */
export function parseClientMessage(
  json: string,
): { message: ClientMessage } | { code: string; problem: string; id: number | string | null } {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { code: "STREAM_JSON", problem: "the message is no JSON", id: null };
  }
  const op = field(value, "op");
  const given = field(value, "id");
  const id = typeof given === "number" || (typeof given === "string" && given.length <= 64) ? given : null;
  if (typeof op !== "string" || !Object.hasOwn(CLIENT_MESSAGES, op)) {
    const known = Object.keys(CLIENT_MESSAGES).join(", ");
    return { code: "STREAM_OP", problem: `op must be one of ${known}`, id };
  }
  const parsed = clientMessage.safeParse(value);
  if (parsed.success) return { message: parsed.data };
  const [issue] = parsed.error.issues;
  const path = issue.path.length === 0 ? op : issue.path.map(String).join(".");
  return { code: "STREAM_MESSAGE", problem: `${path.slice(0, CHANNEL_LENGTH)}: ${issue.message.slice(0, 200)}`, id };
}

function field(value: unknown, name: "op" | "id"): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
