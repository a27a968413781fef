import { randomUUID } from "node:crypto";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { WebRequest, WebResponse } from "./backend.js";
import type { StreamClock } from "./clock.js";
import { HttpProblem, json, problemResponse } from "./http-error.js";
import type { HttpSource } from "./http-source.js";
import type { StreamLimits } from "./limits.js";
import type { StreamLog } from "./log.js";
import { hostIsLoopback, originAllowed } from "./origin.js";
import { STREAM_PATH } from "./protocol.js";
import { answerQuery, QUERY_NAMES } from "./queries.js";
import { scopeHasPath } from "./scope.js";
import { bearer, type Tokens } from "./tokens.js";

export interface HttpOptions {
  source: HttpSource;
  tokens: Tokens;
  limits: StreamLimits;
  clock: StreamClock;
  log: StreamLog;
  origins: readonly string[];
  /** Only the machine's own names are answered to. */
  loopbackOnly: boolean;
  /** Documents by path, each made when it is first asked for: that takes longer than all else at the start. */
  documents: Record<string, () => unknown>;
  /** Shown in /health. */
  facts: object;
}

/** Probes that are never turned away. */
const UNLIMITED = new Set(["/health", "/ready"]);
const METHODS = "GET, HEAD, OPTIONS";

const PAGE_HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-frame-options": "DENY",
};

/** Answers HTTP requests; knows neither sockets nor which server library reads them. */
export class HttpRoutes {
  readonly #options: HttpOptions;
  readonly #made = new Map<string, unknown>();
  readonly #limiter: RateLimiterMemory;

  constructor(options: HttpOptions) {
    this.#options = options;
    const { requests: points, requestWindowSeconds: duration } = options.limits;
    this.#limiter = new RateLimiterMemory({ points, duration });
  }

  /** Never throws. */
  async answer(request: WebRequest): Promise<WebResponse> {
    const receivedUs = this.#options.clock.nowUs();
    const id = requestId(request.header("x-request-id"));
    let response: WebResponse;
    try {
      response = await this.#route(request, receivedUs);
    } catch (error) {
      response = problemResponse(error);
      if (response.status === 500) this.#options.log.error({ err: error, request: id }, "HTTP request failed");
    }
    response.headers = {
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
      ...this.#sharing(request),
      ...response.headers,
      "x-request-id": id,
    };
    return response;
  }

  #document(path: string): unknown {
    const { documents } = this.#options;
    if (!this.#made.has(path) && Object.hasOwn(documents, path)) this.#made.set(path, documents[path]());
    return this.#made.get(path);
  }

  async #route(request: WebRequest, receivedUs: number): Promise<WebResponse> {
    const { source, facts } = this.#options;
    const path = request.path;
    this.#admitHost(request);
    if (!UNLIMITED.has(path)) await this.#limit(request.address);
    this.#admitMethod(request);
    if (request.method === "OPTIONS") return { status: 204, headers: { allow: METHODS }, body: "" };
    if (path === "/health") return json(200, { ...source.health(), ...facts });
    if (path === "/ready") {
      const { status, body } = source.ready();
      return json(status, body);
    }
    const document = this.#document(path);
    if (document !== undefined) return json(200, document);
    if (path === STREAM_PATH)
      throw new HttpProblem(426, "HTTP_UPGRADE", "this is a WebSocket", {
        upgrade: "websocket",
        connection: "Upgrade",
      });
    if (path === "/metrics") {
      this.#authenticate(request);
      const headers = { "content-type": "text/plain; version=0.0.4; charset=utf-8" };
      return { status: 200, headers, body: await source.metrics() };
    }
    if (path.startsWith("/v1/")) return await this.#query(request, path.slice(4), receivedUs);
    return this.#page(path);
  }

  async #query(request: WebRequest, name: string, receivedUs: number): Promise<WebResponse> {
    this.#authenticate(request);
    const { source, clock } = this.#options;
    const query = new URLSearchParams(request.query);
    if (query.has("token")) throw new HttpProblem(400, "HTTP_TOKEN_IN_URL", "a token never goes into the URL");
    if (Object.hasOwn(source.queries ?? {}, name)) {
      const answer = await source.queries?.[name].answer(query);
      if (answer === null || answer === undefined)
        throw new HttpProblem(404, "HTTP_NOT_FOUND", "there is no such thing");
      return json(200, answer);
    }
    if (!QUERY_NAMES.has(name)) throw new HttpProblem(404, "HTTP_NOT_FOUND", `there is no /v1/${name.slice(0, 100)}`);
    return json(200, await answerQuery(source, name, query, receivedUs, clock));
  }

  #page(path: string): WebResponse {
    const page = this.#options.source.page(path);
    if (page === null) throw new HttpProblem(404, "HTTP_NOT_FOUND", "there is no such page");
    return { status: 200, headers: { "content-type": page.type, ...PAGE_HEADERS }, body: page.body };
  }

  #admitHost(request: WebRequest): void {
    if (this.#options.loopbackOnly && !hostIsLoopback(request))
      throw new HttpProblem(403, "HTTP_HOST", "without a token only localhost and 127.0.0.1 are answered to");
  }

  #admitMethod({ method }: WebRequest): void {
    if (method === "GET" || method === "HEAD" || method === "OPTIONS") return;
    throw new HttpProblem(405, "HTTP_METHOD", `only ${METHODS}`, { allow: METHODS });
  }

  #authenticate(request: WebRequest): void {
    const { tokens, clock } = this.#options;
    if (!tokens.required) return;
    const nowMs = clock.monotonicMs();
    const waitMs = tokens.waitMs(request.address, nowMs);
    if (waitMs > 0) throw tooMany("HTTP_WRONG_TOKENS", "too many wrong tokens", waitMs);
    const token = bearer(request.header("authorization"));
    const scope = token === null ? null : tokens.check(token, request.address, nowMs);
    if (scope !== null && scopeHasPath(scope, request.path)) return;
    if (scope !== null)
      throw new HttpProblem(
        403,
        "HTTP_SCOPE",
        `the token "${scope.name}" does not cover ${request.path.slice(0, 100)}`,
      );
    const message = token === null ? "send Authorization: Bearer TOKEN" : "wrong token";
    throw new HttpProblem(401, "HTTP_UNAUTHORIZED", message, { "www-authenticate": "Bearer" });
  }

  async #limit(address: string): Promise<void> {
    try {
      await this.#limiter.consume(address);
    } catch (error) {
      if (error instanceof RateLimiterRes) throw tooMany("HTTP_RATE", "too many requests", error.msBeforeNext);
      throw error;
    }
  }

  /** CORS, for the listed origins. */
  #sharing(request: WebRequest): Record<string, string> {
    const origin = request.header("origin");
    if (origin === undefined) return {};
    if (!originAllowed(request, this.#options.origins)) return { vary: "Origin" };
    return {
      vary: "Origin",
      "access-control-allow-origin": origin,
      "access-control-allow-methods": METHODS,
      "access-control-allow-headers": "Authorization, X-Request-ID",
      "access-control-expose-headers": "X-Request-ID, Retry-After",
    };
  }
}

function tooMany(code: string, message: string, waitMs: number): HttpProblem {
  return new HttpProblem(429, code, message, { "retry-after": String(Math.max(1, Math.ceil(waitMs / 1000))) });
}

/** The client's own id where it is harmless. */
function requestId(given: string | undefined): string {
  return given !== undefined && /^[\w.:/+=-]{1,128}$/.test(given) ? given : randomUUID();
}
