/** The stream's client, for browsers and for Node: it loads nothing of the engine. */

export { createClient } from "./client.js";
export type { ClientErrorCode } from "./client-error.js";
export { ClientError } from "./client-error.js";
export type { Token } from "./link.js";
export type { Gap, GapReason, Item, Refused, Snapshot, SnapshotData, Update, UpdateData } from "./messages.js";
export type { SocketClass, SocketLike } from "./socket.js";
export type {
  ClientCounters,
  ClientEvents,
  ClientOptions,
  ClientState,
  StreamClient,
  SubscribeOptions,
  Subscription,
} from "./stream-client.js";
