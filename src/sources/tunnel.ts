import { type RequestOptions, request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";
import type { Socket } from "node:net";
import { basic } from "./upgrade.js";

export interface TunnelHandlers {
  through(socket: Socket): void;
  /** The proxy does not connect, and what it says in Retry-After. */
  unexpected(status: number, retryAfter: string | undefined): void;
  failed(reason: string): void;
}

/** Has an HTTP proxy connect to host:port (CONNECT: RFC 9110, 9.3.6). What it returns gives it up. */
export function tunnel(proxy: string, target: string, handlers: TunnelHandlers): () => void {
  const url = new URL(proxy);
  const headers: Record<string, string> = { host: target };
  if (url.username !== "" || url.password !== "") headers["proxy-authorization"] = basic(url);
  const options: RequestOptions = {
    ...{ hostname: url.hostname.replace(/^\[|\]$/g, ""), port: url.port === "" ? undefined : url.port },
    ...{ method: "CONNECT", path: target, headers, agent: false },
  };
  const request = (url.protocol === "https:" ? requestSecure : requestPlain)(options);
  request.on("connect", ({ statusCode = 0, headers: answered }, socket: Socket, early: Buffer) => {
    if (statusCode === 200) {
      if (early.length > 0) socket.unshift(early);
      handlers.through(socket);
      return;
    }
    socket.destroy();
    handlers.unexpected(statusCode, answered["retry-after"]);
  });
  request.on("error", ({ message }) => handlers.failed(message));
  request.end();
  return () => request.destroy();
}
