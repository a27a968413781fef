import { InvalidArgumentError } from "commander";
import { loadConfig } from "../config.js";
import { CrosstickError, EXIT } from "../errors.js";
import { restAddresses } from "../live/rest-addresses.js";
import { nearest } from "../market/nearest.js";
import { type ProductName, parseVenue, parseVenueProduct, type VenueName } from "../market/venues.js";
import { QueryDesk } from "../queries/desk.js";
import { MarketQueries } from "../queries/market-queries.js";
import { BARS, type BarName } from "../venues/queries.js";
import type { Output } from "./output.js";

/** A venue, or one product of it, as a person names it. */
export interface Market {
  venue: VenueName;
  product: ProductName | null;
}

export interface QuestionOptions {
  config?: string;
  concurrency: number;
}

/** One question that a venue was asked, and what came of it. */
export type Outcome<T> = { market: Market; symbol: string } & ({ value: T } | { error: CrosstickError });

export const CONCURRENCY = 5;

/** A desk that asks where the configuration and the environment say. */
export function openQueries({ config: file, concurrency }: QuestionOptions): MarketQueries {
  const { config } = loadConfig({ file, env: process.env });
  return new MarketQueries(
    new QueryDesk({
      basesOf: restAddresses(config),
      settings: { ...config.connections, proxy: config.proxy },
      concurrency,
    }),
  );
}

/** `binance,bybit.linear` */
export function marketsOf(text: string): Market[] {
  const names = text.split(",").filter((name) => name !== "");
  return names.map((name) =>
    name.includes(".") ? parseVenueProduct(name) : { venue: parseVenue(name), product: null },
  );
}

/** Asks every venue for every symbol, all at once within the desk's limits; one that fails does not stop the rest. */
export async function askAll<T>(
  markets: readonly Market[],
  symbols: readonly string[],
  ask: (market: Market, symbol: string) => Promise<T>,
): Promise<Outcome<T>[]> {
  return Promise.all(
    markets.flatMap((market) =>
      symbols.map(async (symbol): Promise<Outcome<T>> => {
        try {
          return { market, symbol, value: await ask(market, symbol) };
        } catch (error) {
          if (error instanceof CrosstickError) return { market, symbol, error };
          throw error;
        }
      }),
    ),
  );
}

/**
 * Tells what failed: on stderr, and with --json as lines among the others. Where nothing came at all, the exit
 * code is that of the failures.
 */
export function tellFailures<T>(outcomes: readonly Outcome<T>[], output: Output): void {
  const failed = outcomes.filter((one) => "error" in one);
  for (const { market, symbol, error } of failed) {
    process.stderr.write(`crosstick: ${nameOf(market)} ${symbol}: ${error.message} [${error.code}]\n`);
    if (output.json)
      output.record({ exchange: market.venue, symbol, error: { code: error.code, message: error.message } });
  }
  if (failed.length === 0 || failed.length < outcomes.length) return;
  const [{ error: first }] = failed;
  process.exitCode = failed.every(({ error }) => error.exitCode === first.exitCode) ? first.exitCode : EXIT.runtime;
}

function nameOf({ venue, product }: Market): string {
  return product === null ? venue : `${venue}.${product}`;
}

export function concurrencyOf(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 64)
    throw new InvalidArgumentError("give a whole number from 1 to 64");
  return count;
}

export function barOf(text: string): BarName {
  if (Object.hasOwn(BARS, text)) return text as BarName;
  const names = Object.keys(BARS);
  const meant = nearest(text, names);
  throw new InvalidArgumentError(`there are ${names.join(", ")}${meant === null ? "" : `; did you mean ${meant}?`}`);
}
