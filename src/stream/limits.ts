/** Bounds of the stream server; the first group is told to each client in `hello.limits`. */
export interface StreamLimits {
  /** Longest message a client may send, bytes. */
  messageBytes: number;
  /** Subscriptions of one connection; a pattern counts once. */
  subscriptions: number;
  /** Channels that one message may name. */
  channelsPerMessage: number;
  /** Commands a second in the long run; each channel named in a message counts as a tenth. */
  commandsPerSecond: number;
  /** Commands at once. */
  commandBurst: number;
  /** Time until the first message must have authenticated, ms. */
  authenticateMs: number;
  /** Buffered bytes above which channels of policy `latest` are conflated. */
  softBufferBytes: number;
  /** Buffered bytes above which a connection is closed, besides its longest message. */
  hardBufferBytes: number;
  /** A connection that stays above the soft limit for so long is closed, ms. */
  stallMs: number;
  /** Silence after which a heartbeat is sent, ms. */
  heartbeatMs: number;
  /** How long after its last subscriber a channel is still followed, so that a client can resume, ms. */
  lingerMs: number;

  /** WebSocket connections in all, and of one address other than loopback. */
  connections: number;
  connectionsPerAddress: number;
  /** Messages and bytes that one channel keeps for resuming, and bytes that all keep together. */
  backlogMessages: number;
  backlogBytes: number;
  backlogTotalBytes: number;
  /** Faults of a client (malformed or too many messages) after which it is closed. */
  faults: number;
  /** HTTP requests of one address in `requestWindowSeconds`. */
  requests: number;
  requestWindowSeconds: number;
  /** Wrong tokens of one address in a minute before it has to wait, longer each time. */
  wrongTokens: number;
}

export const DEFAULT_LIMITS: StreamLimits = {
  messageBytes: 65_536,
  subscriptions: 1024,
  channelsPerMessage: 1024,
  commandsPerSecond: 20,
  commandBurst: 200,
  authenticateMs: 5000,
  softBufferBytes: 65_536,
  hardBufferBytes: 1_048_576,
  stallMs: 30_000,
  heartbeatMs: 1000,
  lingerMs: 30_000,
  connections: 10_240,
  connectionsPerAddress: 1024,
  backlogMessages: 256,
  backlogBytes: 262_144,
  backlogTotalBytes: 33_554_432,
  faults: 50,
  requests: 600,
  requestWindowSeconds: 10,
  wrongTokens: 10,
};

/** Those that a client needs to know. */
export const TOLD_LIMITS = [
  "messageBytes",
  "subscriptions",
  "channelsPerMessage",
  "commandsPerSecond",
  "commandBurst",
  "authenticateMs",
  "softBufferBytes",
  "hardBufferBytes",
  "stallMs",
  "heartbeatMs",
] as const satisfies readonly (keyof StreamLimits)[];
