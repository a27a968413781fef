import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import type { WebRequest, WebResponse } from "./backend.js";

/** A request of Node's server. */
export function nodeRequest(request: IncomingMessage): WebRequest {
  const [path, ...query] = (request.url ?? "/").split("?");
  const { headers, socket } = request;
  return {
    method: request.method ?? "GET",
    path,
    query: query.join("?"),
    header: (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    address: socket.remoteAddress ?? "",
    secure: socket instanceof TLSSocket,
  };
}

export function sendResponse(request: IncomingMessage, response: ServerResponse, answer: WebResponse): void {
  const body = Buffer.from(answer.body);
  const bodiless = answer.status === 204;
  response.writeHead(answer.status, bodiless ? answer.headers : { ...answer.headers, "content-length": body.length });
  response.end(bodiless || request.method === "HEAD" ? undefined : body);
}

/** Writes an answer to a connection that is no longer Node's to answer, and ends it. */
export function writeRaw(socket: Duplex, { status, headers, body }: WebResponse): void {
  const bytes = Buffer.from(body);
  const lines = Object.entries({ ...headers, connection: "close", "content-length": bytes.length });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${head}\r\n`);
  socket.end(bytes);
  // Whoever does not close is cut: an upgraded or broken connection has no timeout of its own.
  setTimeout(() => socket.destroy(), 1000).unref();
}
