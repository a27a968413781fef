import { bulkhead, DelegateBackoff, handleWhen, type IPolicy, retry, wrap } from "cockatiel";
import { type Refusal, RestGate } from "../feed/rest-gate.js";
import type { ProductName, VenueName } from "../market/venues.js";
import type { HttpReply } from "../sources/http.js";
import type { VenueQuery } from "../venues/queries.js";
import { QueryError } from "./query-error.js";

export interface DeskOptions {
  /** Base of the HTTP address of a venue's product. */
  addressOf: (venue: VenueName, product: ProductName) => string;
  /** Requests under way at one host at a time; 5 unless said. */
  concurrency?: number;
  /** How long a venue's wish to wait is waited out, ms; beyond it the question fails. 5 s unless said. */
  patienceMs?: number;
}

const CONCURRENCY = 5;
const PATIENCE_MS = 5000;
const RETRIES = 2;
const RETRY_MS = 250;
/** Of a reply that is no answer, characters that are told. */
const EXCERPT = 200;

interface Host {
  gate: RestGate;
  policy: IPolicy;
  /** The last refusal of the host, and when it ends, on the clock of performance.now(). */
  refusal: { kind: Refusal; status: number; untilMs: number };
}

/** Asks venues by HTTP: a few requests at a time a host, waits obeyed, what failed for a moment tried again. */
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
    const host = this.hostOf(this.options.addressOf(venue, product));
    return query.read(await Promise.all(query.paths.map((path) => host.policy.execute(() => this.get(host, path)))));
  }

  /** Milliseconds of a round trip for a request whose reply is of no interest, and the reply's JSON. */
  async time(venue: VenueName, product: ProductName, path: string, headers: Record<string, string>) {
    const host = this.hostOf(this.options.addressOf(venue, product));
    const { reply, body } = await this.fetch(host, path, headers);
    return { sentMs: reply.sentMs, answeredMs: reply.answeredMs, body };
  }

  private hostOf(base: string): Host {
    const known = this.hosts.get(base);
    if (known !== undefined) return known;
    const { concurrency = CONCURRENCY } = this.options;
    const again = retry(
      handleWhen((error) => error instanceof QueryError && error.retryMs !== null),
      {
        maxAttempts: RETRIES,
        backoff: new DelegateBackoff(({ result }) =>
          "error" in result && result.error instanceof QueryError ? (result.error.retryMs ?? RETRY_MS) : RETRY_MS,
        ),
      },
    );
    // What waits for its next try holds no place.
    const policy = wrap(again, bulkhead(concurrency, Number.POSITIVE_INFINITY));
    const refusal: Host["refusal"] = { kind: "rate-limit", status: 0, untilMs: 0 };
    const gate = new RestGate(base, (kind, status, waitMs) => {
      Object.assign(refusal, { kind, status, untilMs: performance.now() + waitMs });
    });
    const host = { gate, policy, refusal };
    this.hosts.set(base, host);
    return host;
  }

  private async get(host: Host, path: string): Promise<unknown> {
    return (await this.fetch(host, path, {})).body;
  }

  private async fetch(
    host: Host,
    path: string,
    headers: Record<string, string>,
  ): Promise<{ reply: HttpReply; body: unknown }> {
    const url = `${host.gate.base}${path}`;
    const reply = await host.gate.get(path, headers).catch((cause: unknown) => {
      throw new QueryError("VENUE_UNREACHABLE", `${url}: ${reasonOf(cause)}`, RETRY_MS, cause);
    });
    if (reply === null) throw this.refused(host, url);
    const text = Buffer.from(reply.body).toString("utf8");
    if (reply.status !== 200)
      throw new QueryError(
        "VENUE_HTTP",
        `${url}: HTTP ${reply.status}: ${excerpt(text)}`,
        reply.status >= 500 ? RETRY_MS : null,
      );
    try {
      return { reply, body: JSON.parse(text) };
    } catch (cause) {
      throw new QueryError("VENUE_REPLY", `${url} answers no JSON: ${excerpt(text)}`, null, cause);
    }
  }

  private refused({ refusal: { kind, status, untilMs } }: Host, url: string): QueryError {
    const waitMs = Math.max(0, untilMs - performance.now());
    const seconds = Math.ceil(waitMs / 1000);
    if (kind === "refused")
      return new QueryError("VENUE_BLOCKED", `${url}: HTTP ${status}, refused by law or ban`, null);
    const { patienceMs = PATIENCE_MS } = this.options;
    const message = `${url}: HTTP ${status}, too many requests: to be asked again in ${seconds} s`;
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
