import type { Agent } from "node:http";
import { WebSocket } from "ws";
import type { Wire, WireHandlers, WireOptions } from "./wire.js";

/** A connection by `ws`; `agent` connects through a proxy. */
export function dialWs(
  { url, maxPayload, handshakeMs }: WireOptions,
  agent: Agent | undefined,
  handlers: WireHandlers,
): Wire {
  const limits = { maxPayload, perMessageDeflate: false, handshakeTimeout: handshakeMs };
  const socket = new WebSocket(url, { ...limits, agent });
  socket.on("open", () => handlers.opened());
  socket.on("message", (data) => {
    handlers.heard(false);
    handlers.frame(data as Buffer);
  });
  socket.on("ping", () => handlers.heard(false));
  socket.on("pong", () => handlers.heard(true));
  socket.on("unexpected-response", (request, { statusCode = 0, headers }) => {
    request.destroy();
    handlers.unexpected(statusCode, headers["retry-after"]);
  });
  socket.on("error", ({ message }) => handlers.failed(message));
  socket.on("close", (code, reason) => handlers.closed(code, reason.toString()));
  return {
    send: (text) => socket.send(text),
    ping: () => socket.ping(),
    terminate() {
      socket.removeAllListeners();
      socket.on("error", () => {});
      socket.terminate();
    },
  };
}
