import { readdirSync, readFileSync } from "node:fs";

const types: Record<string, string> = {
  "index.html": "text/html; charset=utf-8",
  "dashboard.css": "text/css; charset=utf-8",
  "dashboard.js": "text/javascript; charset=utf-8",
  "icon.svg": "image/svg+xml",
};

/** The dashboard's files, read once; requests are answered out of this map, never from disk. */
export function loadPages(): (path: string) => { type: string; body: Uint8Array } | null {
  const pages = new Map<string, { type: string; body: Uint8Array }>();
  for (const [name, type] of Object.entries(types)) {
    const body = readFileSync(new URL(`../../../src/dashboard/${name}`, import.meta.url));
    pages.set(name === "index.html" ? "/" : `/${name}`, { type, body });
  }
  // The page follows the stream by the client that everyone can have.
  const client = new URL("../client/", import.meta.url);
  for (const name of readdirSync(client).filter((one) => one.endsWith(".js")))
    pages.set(`/client/${name}`, { type: types["dashboard.js"], body: readFileSync(new URL(name, client)) });
  return (path) => pages.get(path) ?? null;
}
