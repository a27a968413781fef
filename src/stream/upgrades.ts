import type { BackendHandlers, StreamConnection, StreamSocket, WebRequest, WebResponse } from "./backend.js";
import type { Encoding } from "./channels.js";
import type { StreamClock } from "./clock.js";
import { encode } from "./encoder.js";
import { errorBody, json } from "./http-error.js";
import type { Hub } from "./hub.js";
import type { StreamLimits } from "./limits.js";
import { hostIsLoopback, isLoopback, originAllowed } from "./origin.js";
import { CLOSE, type ServerMessage } from "./protocol.js";
import { FULL_SCOPE } from "./scope.js";
import { bearer, type Tokens } from "./tokens.js";

export interface UpgradeOptions {
  hubs: Readonly<Record<Encoding, Hub>>;
  tokens: Tokens;
  origins: readonly string[];
  loopbackOnly: boolean;
  clock: StreamClock;
  limits: StreamLimits;
}

/** Decides who becomes a WebSocket connection. */
export class Upgrades {
  readonly #options: UpgradeOptions;
  /** Connections of each address. */
  readonly #perAddress = new Map<string, number>();

  constructor(options: UpgradeOptions) {
    this.#options = options;
  }

  /** What a page of another site must not reach is refused by HTTP; the rest is told by a close code. */
  answer(request: WebRequest): ReturnType<BackendHandlers["upgrade"]> {
    const { origins, loopbackOnly, tokens, clock } = this.#options;
    if (!originAllowed(request, origins))
      return refuse(403, "HTTP_ORIGIN", "pages of this origin are not admitted: see server.origins");
    if (loopbackOnly && !hostIsLoopback(request))
      return refuse(403, "HTTP_HOST", "without a token only localhost and 127.0.0.1 are answered to");
    const query = new URLSearchParams(request.query);
    if (query.has("token")) return refuse(400, "HTTP_TOKEN_IN_URL", "a token never goes into the URL");
    const waitMs = tokens.required ? tokens.waitMs(request.address, clock.monotonicMs()) : 0;
    if (waitMs > 0) {
      const headers = { "retry-after": String(Math.ceil(waitMs / 1000)) };
      return json(429, errorBody("HTTP_WRONG_TOKENS", "too many wrong tokens"), headers);
    }
    const token = bearer(request.header("authorization"));
    const channels = query.getAll("channels").flatMap((text) => text.split(","));
    return (socket) =>
      this.#take(
        socket,
        token,
        query.get("enc"),
        channels.filter((text) => text !== ""),
      );
  }

  #take(socket: StreamSocket, token: string | null, encoding: string | null, channels: string[]): StreamConnection {
    const { hubs, tokens, limits } = this.#options;
    const hub = hubs[encoding === "bin" ? "bin" : "json"];
    const connections = hubs.json.connections.size + hubs.bin.connections.size;
    const address = socket.address;
    const open = this.#perAddress.get(address) ?? 0;
    if (connections >= limits.connections) return turnAway(socket, CLOSE.full, "full");
    if (open >= limits.connectionsPerAddress && !isLoopback(address))
      return turnAway(socket, CLOSE.full, "too many connections of one address");
    if (encoding !== null && encoding !== hub.encoding)
      return turnAway(socket, CLOSE.unsupported, "enc is json or bin", "STREAM_ENCODING");
    if (channels.length > limits.channelsPerMessage)
      return turnAway(socket, CLOSE.policy, "too many channels", "STREAM_MESSAGE");
    const scope = token !== null ? hub.admits(token, address) : tokens.required ? null : FULL_SCOPE;
    if (token !== null && scope === null) return turnAway(socket, CLOSE.badToken, "wrong token");
    this.#perAddress.set(address, open + 1);
    return hub.open(socket, scope, channels, this.#ended);
  }

  readonly #ended = ({ address }: StreamSocket): void => {
    const left = (this.#perAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(address, left);
    else this.#perAddress.delete(address);
  };
}

function refuse(status: number, code: string, message: string): WebResponse {
  return json(status, errorBody(code, message));
}

/** Closes a connection at once, with an error message before where a code says more. */
function turnAway(socket: StreamSocket, close: number, reason: string, code?: string): StreamConnection {
  if (code !== undefined) socket.send(encode({ type: "error", code, message: reason } satisfies ServerMessage));
  socket.close(close, reason);
  return { message: () => {}, drained: () => {}, closed: () => {} };
}
