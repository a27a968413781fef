import type { Agent } from "node:http";

const agents = new Map<string, Promise<Agent>>();

/**
 * The agent that connects through an HTTP proxy by CONNECT (RFC 9110, 9.3.6), for plain and for TLS connections alike;
 * one an address of the proxy, which may hold credentials. Undefined without a proxy.
 */
export async function proxyAgent(proxy: string | undefined): Promise<Agent | undefined> {
  if (proxy === undefined) return undefined;
  const known = agents.get(proxy);
  if (known !== undefined) return known;
  const made = import("https-proxy-agent").then(
    ({ HttpsProxyAgent }) => new HttpsProxyAgent(proxy, { keepAlive: true }),
  );
  agents.set(proxy, made);
  return made;
}
