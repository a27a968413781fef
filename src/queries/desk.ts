import { bulkhead, DelegateBackoff, handleWhen, type IPolicy, isBrokenCircuitError, retry, wrap } from "cockatiel";
import type { ConnectionSettings } from "../feed/connection-settings.js";
import { type Refusal, RestGate } from "../feed/rest-gate.js";
import type { ProductName, VenueName } from "../market/venues.js";
import type { HttpReply } from "../sources/http.js";
import { venueNamed } from "../venues/index.js";
import type { VenueQuery } from "../venues/queries.js";
import type { VenueLimits } from "../venues/venue.js";
import { QueryError } from "./query-error.js";

export interface DeskOptions {
  /** HTTP addresses of a venue's product: the first one, then those that serve the same. */
  basesOf: (venue: VenueName, product: ProductName) => readonly string[];
  settings: ConnectionSettings;
  /** Requests under way at one host at a time; 5 unless said. */
  concurrency?: number;
  /** How long a venue's wish to wait is waited out, ms; beyond it the question fails. 5 s unless said. */
  patienceMs?: number;
}

const CONCURRENCY = 5;
const PATIENCE_MS = 5000;
const RETRIES = 2;
/** A timer may ring a little early, when the venue still counts what was asked before. */
const TIMER_MS = 5;
/** Of a reply that is no answer, characters that are told. */
const EXCERPT = 200;
/** Where a venue says nothing of its limits. */
const MODEST: VenueLimits = { requests: [{ points: 5, everyMs: 1000 }], connects: [] };

interface Host {
  gate: RestGate;
  policy: IPolicy;
  /** The last refusal, and when it ends, on the clock of performance.now(). */
  refused: { refusal: Refusal; untilMs: number } | null;
}

/** Asks venues by HTTP: a few requests at a time, within their limits, short waits waited out. */
export class QueryDesk {
  private readonly hosts = new Map<string, Host>();
  private readonly options: DeskOptions;

  constructor(options: DeskOptions) {
    this.options = options;
  }

  /**
   * The answer to a question.
   * @throws VENUE_UNREACHABLE, VENUE_BLOCKED, VENUE_LIMIT, VENUE_HTTP, VENUE_REPLY, and what the reader throws
   */
  async ask<T>(venue: VenueName, product: ProductName, query: VenueQuery<T>): Promise<T> {
    const host = this.hostOf(venue, product);
    return query.read(await Promise.all(query.paths.map((path) => host.policy.execute(() => this.get(host, path)))));
  }

  private hostOf(venue: VenueName, product: ProductName): Host {
    const { basesOf, settings, concurrency = CONCURRENCY } = this.options;
    const bases = basesOf(venue, product);
    const known = this.hosts.get(bases[0]);
    if (known !== undefined) return known;
    const limits = venueNamed(venue).live.limits?.(product) ?? MODEST;
    const waited = retry(
      handleWhen((error) => error instanceof QueryError && error.retryMs !== null),
      {
        maxAttempts: RETRIES,
        backoff: new DelegateBackoff(({ result }) =>
          "error" in result && result.error instanceof QueryError ? Math.ceil(result.error.retryMs ?? 0) + TIMER_MS : 0,
        ),
      },
    );
    const refused = (refusal: Refusal): void => {
      host.refused = { refusal, untilMs: performance.now() + refusal.waitMs };
    };
    const host: Host = {
      gate: new RestGate({ venue, bases, limits, settings, refused, say: () => {} }),
      // What waits for its next try holds no place.
      policy: wrap(waited, bulkhead(concurrency, Number.POSITIVE_INFINITY)),
      refused: null,
    };
    this.hosts.set(bases[0], host);
    return host;
  }

  private async get(host: Host, path: string): Promise<unknown> {
    const url = `${host.gate.base}${path}`;
    let reply: HttpReply | null;
    try {
      reply = await host.gate.get(path);
    } catch (cause) {
      const reason = isBrokenCircuitError(cause)
        ? `failed ${this.options.settings.breakerFailures} times in a row and is left alone for now`
        : reasonOf(cause);
      throw new QueryError("VENUE_UNREACHABLE", `${url}: ${reason}`, null, cause);
    }
    if (reply === null) throw this.refusedBy(host, url);
    const text = Buffer.from(reply.body).toString("utf8");
    if (reply.status !== 200)
      throw new QueryError("VENUE_HTTP", `${url}: HTTP ${reply.status}: ${excerpt(text)}`, null);
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new QueryError("VENUE_REPLY", `${url} answers no JSON: ${excerpt(text)}`, null, cause);
    }
  }

  private refusedBy({ refused }: Host, url: string): QueryError {
    if (refused === null) return new QueryError("VENUE_LIMIT", `${url} is not asked now`, null);
    const { kind, status, hint } = refused.refusal;
    if (kind === "refused") return new QueryError("VENUE_BLOCKED", `${url}: HTTP ${status}: ${hint}`, null);
    const waitMs = Math.max(0, refused.untilMs - performance.now());
    const { patienceMs = PATIENCE_MS } = this.options;
    const message = `${url}: HTTP ${status}: ${hint}; to be asked again in ${Math.ceil(waitMs / 1000)} s`;
    return new QueryError("VENUE_LIMIT", message, waitMs <= patienceMs ? waitMs : null);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return error.message || code || error.name;
}

function excerpt(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > EXCERPT ? `${line.slice(0, EXCERPT)}…` : line;
}
