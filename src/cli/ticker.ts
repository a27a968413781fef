import type { Command } from "commander";
import { parseTime, usToIso } from "../market/times.js";
import { crosses } from "../queries/unified.js";
import type { UnifiedTicker } from "../venues/queries.js";
import { createOutput } from "./output.js";
import {
  askAll,
  CONCURRENCY,
  concurrencyOf,
  marketsOf,
  openQueries,
  type QuestionOptions,
  tellFailures,
} from "./venue-questions.js";

/** `crosstick ticker VENUE[,VENUE…] SYMBOL…` */
export function register(program: Command): void {
  program
    .command("ticker")
    .description("Last price, day and best bid and offer of instruments, by HTTP; several venues are compared")
    .argument("<venues>", "binance, or binance,bybit.linear")
    .argument("<symbol...>", "unified symbols or the venue's own")
    .option("-c, --config <file>", "configuration whose addresses count")
    .option("--concurrency <n>", "requests under way at a venue at a time", concurrencyOf, CONCURRENCY)
    .option("--json", "one JSON object an instrument and line; one that failed has an error")
    .action(run);
}

async function run(venues: string, symbols: string[], options: QuestionOptions & { json?: boolean }): Promise<void> {
  const queries = openQueries(options);
  const output = createOutput(options);
  const outcomes = await askAll(marketsOf(venues), [...new Set(symbols)], async ({ venue, product }, symbol) =>
    queries.ticker(await queries.find(venue, symbol, product)),
  );
  const tickers = outcomes.flatMap((one) => ("value" in one ? [one.value] : []));
  const compared = crosses(
    tickers.map(({ instrument, symbol, bid, ask }) => ({
      ...{ instrument, symbol, bestBid: bid?.price ?? null, bestAsk: ask?.price ?? null },
    })),
  );
  const several = compared.some(({ crossWith }) => crossWith !== null);
  const rows = tickers.map((ticker, index) => ({ ...ticker, ...compared[index] }));
  output.rows(
    output.json
      ? rows
      : rows.map(({ crossBps, crossWith, ...ticker }) => ({
          ...tableRow(ticker),
          ...(several ? { cross_bps: crossBps === null ? null : rounded(crossBps), with: crossWith } : {}),
        })),
  );
  tellFailures(outcomes, output);
}

function tableRow({ instrument, price, changePercent, bid, ask, baseVolume, timestamp }: UnifiedTicker) {
  const spread = bid === null || ask === null ? null : ((ask.price - bid.price) / ((ask.price + bid.price) / 2)) * 1e4;
  const time = timestamp === null ? null : parseTime(timestamp, "ns");
  return {
    ...{ instrument, price, "24h_%": changePercent === null ? null : rounded(changePercent) },
    ...{ bid: bid?.price ?? null, bid_qty: bid?.qty ?? null, ask: ask?.price ?? null, ask_qty: ask?.qty ?? null },
    ...{ spread_bps: spread === null ? null : rounded(spread), volume: baseVolume },
    time: time === null ? null : usToIso(time.us).slice(11, 23),
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
