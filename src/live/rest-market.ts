import type { ResolvedConfig } from "../config.js";
import { CrosstickError } from "../errors.js";
import { parseVenue, parseVenueProduct } from "../market/venues.js";
import { QueryDesk } from "../queries/desk.js";
import { MarketQueries } from "../queries/market-queries.js";
import { restAddresses } from "./rest-addresses.js";

/** How long an answer is given again, ms: many who ask at once cost one request. */
const FRESH_MS = 1000;
const ANSWERS = 1000;

/** Tickers and books of instruments that are not followed, asked of their venues by HTTP. */
export class RestMarket {
  private readonly queries: MarketQueries;
  private readonly answers = new Map<string, { atMs: number; answer: Promise<unknown> }>();

  constructor(config: ResolvedConfig) {
    this.queries = new MarketQueries(
      new QueryDesk({
        basesOf: restAddresses(config),
        settings: { ...config.connections, proxy: config.proxy },
        patienceMs: 0,
      }),
    );
  }

  /** @throws SYMBOL_*, USAGE_*, VENUE_* */
  ticker(name: string): Promise<unknown> {
    return this.fresh(`ticker ${name}`, async () => this.queries.ticker(await this.find(name)));
  }

  /** @throws as ticker() */
  book(name: string, depth: number): Promise<unknown> {
    return this.fresh(`book ${depth} ${name}`, async () => this.queries.book(await this.find(name), depth));
  }

  private find(name: string) {
    const colon = name.indexOf(":");
    const market = name.slice(0, Math.max(0, colon));
    const { venue, product } = market.includes(".")
      ? parseVenueProduct(market)
      : { venue: parseVenue(market), product: null };
    return this.queries.find(venue, name.slice(colon + 1), product);
  }

  private fresh(key: string, ask: () => Promise<object>): Promise<unknown> {
    const nowMs = performance.now();
    const known = this.answers.get(key);
    if (known !== undefined && nowMs - known.atMs < FRESH_MS) return known.answer;
    const answer = ask().then((value) => ({ source: "rest", state: null, ...value }));
    answer.catch(() => this.answers.delete(key));
    this.answers.delete(key);
    this.answers.set(key, { atMs: nowMs, answer });
    for (const oldest of this.answers.keys()) {
      if (this.answers.size <= ANSWERS) break;
      this.answers.delete(oldest);
    }
    return answer;
  }
}

/** Whether an error says that nothing of that name is followed, rather than that the name is wrong. */
export function isUnknown(error: unknown): boolean {
  return error instanceof CrosstickError && error.code === "SYMBOL_UNKNOWN";
}
