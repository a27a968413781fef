import { createHash } from "node:crypto";

/** RFC 6455, 1.3. */
const SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const END = "\r\n\r\n";
/** Longest head of an answer that is read. */
const HEAD_BYTES = 16_384;

/** Asks a server to go over to WebSocket, without extensions and subprotocols; `key` is 16 bytes by chance, in base64. */
export function upgradeRequest(url: URL, key: string): string {
  const lines = [
    `GET ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Key: ${key}`,
    "Sec-WebSocket-Version: 13",
  ];
  if (url.username !== "" || url.password !== "") lines.push(`Authorization: ${basic(url)}`);
  return lines.join("\r\n") + END;
}

/** Credentials of an address, for a header. */
export function basic({ username, password }: URL): string {
  const plain = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(plain).toString("base64")}`;
}

/** What the server answered. */
export type UpgradeAnswer =
  | { kind: "upgraded"; headBytes: number }
  | { kind: "unexpected"; status: number; retryAfter: string | undefined }
  | { kind: "fault"; reason: string };

/** The answer to upgradeRequest; null while its head is not complete. What follows `headBytes` are frames. */
export function readUpgrade(received: Buffer, key: string): UpgradeAnswer | null {
  const end = received.indexOf(END);
  if (end < 0 ? received.length > HEAD_BYTES : end > HEAD_BYTES)
    return { kind: "fault", reason: `the head of the answer is longer than ${HEAD_BYTES} bytes` };
  if (end < 0) return null;
  const [first, ...rest] = received.toString("latin1", 0, end).split("\r\n");
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1]);
  if (Number.isNaN(status)) return { kind: "fault", reason: "the answer is no HTTP" };
  const headers = headersOf(rest);
  if (status !== 101) return { kind: "unexpected", status, retryAfter: headers.get("retry-after") };
  const reason = faultOf(headers, key);
  return reason === null ? { kind: "upgraded", headBytes: end + END.length } : { kind: "fault", reason };
}

function headersOf(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = headers.get(name);
    if (colon > 0) headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}

/** RFC 6455, 4.1: when the client must fail the connection although the server says that it goes over. */
function faultOf(headers: ReadonlyMap<string, string>, key: string): string | null {
  if (headers.get("upgrade")?.toLowerCase() !== "websocket") return "the answer upgrades to no WebSocket";
  const connection = (headers.get("connection") ?? "").toLowerCase().split(/\s*,\s*/);
  if (!connection.includes("upgrade")) return "the answer's header Connection does not upgrade";
  const accept = createHash("sha1")
    .update(key + SUFFIX)
    .digest("base64");
  if (headers.get("sec-websocket-accept") !== accept) return "the answer's Sec-WebSocket-Accept is not that of our key";
  if (headers.has("sec-websocket-extensions")) return "the server uses an extension that was not offered";
  return headers.has("sec-websocket-protocol") ? "the server uses a subprotocol that was not asked for" : null;
}
