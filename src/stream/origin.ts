import { isIP } from "node:net";
import type { WebRequest } from "./backend.js";

/** Whether an address to listen on, or of a client, is the machine's own. */
export function isLoopback(address: string): boolean {
  const text = address.replace(/^\[|\]$/g, "").replace(/^::ffff:/i, "");
  return text === "localhost" || /^(0000:){7}0001$|^::1$/.test(text) || (isIP(text) === 4 && text.startsWith("127."));
}

/**
 * Whether a browser page may talk to the server: pages of the server itself and of the listed origins. A request
 * without an Origin header comes from no browser page of another site.
 */
export function originAllowed(request: WebRequest, origins: readonly string[]): boolean {
  const origin = request.header("origin");
  if (origin === undefined) return true;
  if (origins.some((listed) => originOf(listed) === origin.toLowerCase())) return true;
  const own = `${request.secure ? "https" : "http"}://${request.header("host") ?? ""}`;
  return originOf(own) !== null && originOf(own) === originOf(origin);
}

/**
 * Whether the Host header names this machine: a page whose name was made to point to 127.0.0.1 would otherwise
 * count as the server's own. Asked where no token protects the server.
 */
export function hostIsLoopback(request: WebRequest): boolean {
  const host = request.header("host") ?? "";
  return isLoopback(host.replace(/:\d*$/, ""));
}

function originOf(text: string): string | null {
  try {
    const { origin } = new URL(text);
    return origin === "null" ? null : origin;
  } catch {
    return null;
  }
}
