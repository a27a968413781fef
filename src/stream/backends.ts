import { CrosstickError } from "../errors.js";
import type { BackendOptions, HandlerSlot, StreamBackend } from "./backend.js";
import { WsBackend } from "./ws.js";

export type BackendChoice = "auto" | "uws" | "ws";

export interface ChosenBackend {
  backend: StreamBackend;
  /** Why this one, for everyone to see. */
  reason: string;
  /** What the loader said, for the log: it may hold paths. */
  detail?: string;
}

/**
 * uWebSockets.js where its binary loads, else ws. With TLS auto takes ws: only it can change the certificate
 * without dropping connections.
 * @throws SERVER_BACKEND when uws is asked for by name and does not load
 */
export async function createBackend(
  choice: BackendChoice,
  handlers: HandlerSlot,
  options: BackendOptions,
): Promise<ChosenBackend> {
  if (choice === "ws") return { backend: new WsBackend(handlers, options), reason: "asked for" };
  if (choice === "auto" && options.tls !== undefined)
    return { backend: new WsBackend(handlers, options), reason: "TLS files can be reloaded" };
  const loaded = await import("./uws.js").catch((error: unknown) => (error instanceof Error ? error : String(error)));
  if (typeof loaded !== "string" && "UwsBackend" in loaded)
    return {
      backend: new loaded.UwsBackend(handlers, options),
      reason: choice === "uws" ? "asked for" : "its binary loads",
    };
  const [line] = String(loaded).split("\n");
  if (choice === "uws")
    throw new CrosstickError("SERVER_BACKEND", `Cannot load uWebSockets.js: ${line}`, { cause: loaded });
  return { backend: new WsBackend(handlers, options), reason: "uWebSockets.js does not load", detail: line };
}
