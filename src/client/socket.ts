import type { STREAM_PATH } from "../stream/protocol.js";
import { ClientError } from "./client-error.js";

/** What is used of a WebSocket: a browser's, Node's own, and that of the package `ws` have it all. */
export interface SocketLike {
  binaryType: string;
  readonly readyState: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  /** Ends at once; only `ws` has it. */
  terminate?(): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: { code: number; reason: string }) => void): void;
  addEventListener(type: "error", listener: (event: object) => void): void;
}

export type SocketClass = new (url: string) => SocketLike;

const PATH = "/v1/stream" satisfies typeof STREAM_PATH;

/** @throws CLIENT_NO_WEBSOCKET */
export function socketClass(given: SocketClass | undefined): SocketClass {
  const found = given ?? (globalThis as { WebSocket?: SocketClass }).WebSocket;
  if (found === undefined)
    throw new ClientError(
      "CLIENT_NO_WEBSOCKET",
      'Cannot connect: this runtime has no WebSocket. Pass one: import { WebSocket } from "ws"; createClient(url, { WebSocket })',
    );
  return found;
}

/**
 * Address of the stream: that of the server is enough, and `http` will do.
 * @throws CLIENT_URL
 */
export function streamAddress(server: string | URL, encoding: "json" | "bin"): string {
  let url: URL;
  try {
    url = new URL(server);
  } catch (cause) {
    throw new ClientError("CLIENT_URL", `Cannot connect: ${String(server).slice(0, 200)} is no address`, { cause });
  }
  if (url.protocol === "http:" || url.protocol === "https:") url = new URL(url.href.replace("http", "ws"));
  if (url.protocol !== "ws:" && url.protocol !== "wss:")
    throw new ClientError("CLIENT_URL", `Cannot connect: expected ws:, wss:, http: or https:, got ${url.protocol}`);
  if (url.pathname === "/") url.pathname = PATH;
  url.hash = "";
  if (encoding === "bin") url.searchParams.set("enc", encoding);
  return url.href;
}
