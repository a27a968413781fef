import { CrosstickError, EXIT } from "../errors.js";
import { buildAsyncApi } from "./asyncapi.js";
import type { BackendHandlers } from "./backend.js";
import { type BackendChoice, createBackend } from "./backends.js";
import { type StreamClock, systemClock } from "./clock.js";
import { HttpRoutes } from "./http.js";
import type { HttpSource } from "./http-source.js";
import { Hub } from "./hub.js";
import type { InterestListener } from "./interest.js";
import { DEFAULT_LIMITS, type StreamLimits } from "./limits.js";
import { type StreamLog, silentLog } from "./log.js";
import { buildOpenApi } from "./openapi.js";
import { isLoopback } from "./origin.js";
import { FULL_SCOPE, type Scope } from "./scope.js";
import type { StreamSource } from "./source.js";
import type { TlsFiles } from "./tls-files.js";
import { type Grant, Tokens } from "./tokens.js";
import { Upgrades } from "./upgrades.js";

export interface StreamServerOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  source: StreamSource;
  http: HttpSource;
  /** Its bearer may do everything. Everyone may where there is no token at all, and the server stays on loopback. */
  token?: string;
  /** Tokens whose bearers may follow and ask some things only. */
  grants?: readonly Grant[];
  tls?: TlsFiles;
  /** Browser origins admitted besides the server's own. */
  origins?: readonly string[];
  /** Listen on other addresses than loopback without a token. */
  insecure?: boolean;
  /** auto: uWebSockets.js where its binary loads and no TLS is asked for, else ws. */
  backend?: BackendChoice;
  limits?: Partial<StreamLimits>;
  onInterest?: InterestListener;
  clock?: StreamClock;
  log?: StreamLog;
  /** Names the numbering of messages; random when absent. */
  session?: string;
}

export interface StreamServer {
  readonly hub: Hub;
  /** For those who take records as they are. */
  readonly binary: Hub;
  readonly backend: "uws" | "ws";
  readonly port: number;
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /**
   * Other tokens, or certificate and key read again, without dropping a connection.
   * @throws SERVER_TLS
   */
  reload(change: { token?: string; grants?: readonly Grant[]; tls?: TlsFiles }): void;
  /** Says goodbye to the clients, closes with 1001 and stops; at most `closeMs`, 2000 unless given. */
  close(options?: { reconnectAfterMs?: number; closeMs?: number }): Promise<void>;
}

/** Heartbeats and deadlines are looked at so often. */
const TICK_MS = 250;
const CLOSE_MS = 2000;
const RECONNECT_AFTER_MS = 1000;

/**
 * Starts the HTTP and WebSocket server.
 * @throws SERVER_INSECURE, SERVER_PORT_IN_USE, SERVER_LISTEN, SERVER_TLS, SERVER_BACKEND
 */
export async function createStreamServer(options: StreamServerOptions): Promise<StreamServer> {
  const { host, source, http, tls, origins = [], insecure = false, clock = systemClock, log = silentLog } = options;
  const grants = grantsOf(options);
  if (grants.length === 0 && !insecure && !isLoopback(host))
    throw new CrosstickError(
      "SERVER_INSECURE",
      `Cannot listen on ${host} without a token: set server.tokenFile, or listen on 127.0.0.1`,
      { exitCode: EXIT.configuration },
    );
  const limits: StreamLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const tokens = new Tokens(grants, limits.wrongTokens);
  const loopbackOnly = grants.length === 0 && isLoopback(host);
  const handlers: { current: BackendHandlers | null } = { current: null };
  const { backend, reason, detail } = await createBackend(options.backend ?? "auto", handlers, {
    messageBytes: limits.messageBytes,
    connections: limits.connections,
    tls,
  });
  const admits = (token: string, address: string): Scope | null => {
    const scope = tokens.check(token, address, clock.monotonicMs());
    if (scope === null) log.warn({ address }, "wrong token");
    return scope;
  };
  const { onInterest, session } = options;
  const hub = new Hub(backend, { source, limits, clock, admits, onInterest, session });
  const binary = new Hub(backend, {
    ...{ source, limits, clock, admits, onInterest, encoding: "bin" },
    session: session === undefined ? undefined : `${session}-bin`,
  });
  const documents = { "/asyncapi.json": buildAsyncApi, "/openapi.json": () => buildOpenApi(http.queries ?? {}) };
  const facts = { backend: { name: backend.name, reason } };
  const routes = new HttpRoutes({ source: http, tokens, limits, clock, log, origins, loopbackOnly, documents, facts });
  const upgrades = new Upgrades({ hubs: { json: hub, bin: binary }, tokens, origins, loopbackOnly, clock, limits });
  handlers.current = {
    request: (request) => routes.answer(request),
    upgrade: (request) => upgrades.answer(request),
  };
  const port = await backend.listen(host, options.port);
  const ticking = setInterval(() => {
    hub.tick();
    binary.tick();
  }, TICK_MS);
  ticking.unref();
  const url = `${tls === undefined ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
  log.info({ url, backend: backend.name, reason, detail }, "stream server listens");
  return {
    ...{ hub, binary },
    backend: backend.name,
    port,
    url,
    reload(change) {
      if (change.tls !== undefined) backend.reloadTls(change.tls);
      const fresh = grantsOf(change);
      if (fresh.length > 0) tokens.replace(fresh);
    },
    async close({ reconnectAfterMs = RECONNECT_AFTER_MS, closeMs = CLOSE_MS } = {}) {
      clearInterval(ticking);
      hub.shutdown(reconnectAfterMs);
      binary.shutdown(reconnectAfterMs);
      await backend.close(closeMs);
    },
  };
}

function grantsOf({ token, grants = [] }: Pick<StreamServerOptions, "token" | "grants">): Grant[] {
  return token === undefined ? [...grants] : [{ token, scope: FULL_SCOPE }, ...grants];
}
