import { type Command, InvalidArgumentError } from "commander";
import { crosses } from "../queries/unified.js";
import type { UnifiedBook } from "../venues/queries.js";
import { createOutput, type Output } from "./output.js";
import {
  askAll,
  CONCURRENCY,
  concurrencyOf,
  marketsOf,
  openQueries,
  type QuestionOptions,
  tellFailures,
} from "./venue-questions.js";

/** Levels that a table shows; --json has all. */
const SHOWN = 10;
const DEPTH = 100;
const DEEPEST = 5000;

/** `crosstick book VENUE[,VENUE…] SYMBOL` */
export function register(program: Command): void {
  program
    .command("book")
    .description("Order book of instruments, by HTTP; several venues are compared")
    .argument("<venues>", "binance, or binance,bybit.linear")
    .argument("<symbol...>", "unified symbols or the venue's own")
    .option("--depth <n>", "levels a side; a venue gives what it has", depthOf, DEPTH)
    .option("-c, --config <file>", "configuration whose addresses count")
    .option("--concurrency <n>", "requests under way at a venue at a time", concurrencyOf, CONCURRENCY)
    .option("--json", "one JSON object a book and line; one that failed has an error")
    .action(run);
}

type Options = QuestionOptions & { depth: number; json?: boolean };

async function run(venues: string, symbols: string[], options: Options): Promise<void> {
  const queries = openQueries(options);
  const output = createOutput(options);
  const outcomes = await askAll(marketsOf(venues), [...new Set(symbols)], async ({ venue, product }, symbol) =>
    queries.book(await queries.find(venue, symbol, product), options.depth),
  );
  const books = outcomes.flatMap((one) => ("value" in one ? [one.value] : []));
  const compared = crosses(books);
  if (output.json) output.rows(books.map((book, index) => ({ ...book, ...compared[index] })));
  else {
    const several = compared.some(({ crossWith }) => crossWith !== null);
    for (const book of books) print(book, output);
    if (several) {
      output.rows(
        books.map(({ instrument, bestBid, bestAsk, mid, spread }, index) => ({
          ...{ instrument, bid: bestBid, ask: bestAsk, mid: digits(mid), spread: digits(spread) },
          cross_bps: bps(compared[index].crossBps),
          with: compared[index].crossWith,
        })),
      );
    }
  }
  tellFailures(outcomes, output);
}

function print(book: UnifiedBook, output: Output): void {
  const { instrument, bids, asks, mid, spread } = book;
  output.line(output.colour("bold", `${instrument}: mid ${digits(mid) ?? "-"}, spread ${digits(spread) ?? "-"}`));
  const length = Math.min(SHOWN, Math.max(bids.length, asks.length));
  output.rows(
    Array.from({ length }, (_, level) => ({
      ...{ bid_qty: bids[level]?.[1] ?? null, bid: bids[level]?.[0] ?? null },
      ...{ ask: asks[level]?.[0] ?? null, ask_qty: asks[level]?.[1] ?? null },
    })),
  );
  output.line(`${bids.length} bids and ${asks.length} asks; --json has them all\n`);
}

/** For people: what the last bits of a difference of two doubles say is noise. */
function digits(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(12));
}

function bps(value: number | null): number | null {
  return value === null ? null : Math.round(value * 100) / 100;
}

function depthOf(text: string): number {
  const depth = Number(text);
  if (!Number.isInteger(depth) || depth < 1 || depth > DEEPEST)
    throw new InvalidArgumentError(`give a whole number from 1 to ${DEEPEST}`);
  return depth;
}
