import type { Command } from "commander";
import { parseVenue, parseVenueProduct } from "../market/venues.js";
import { venueNamed } from "../venues/index.js";
import { createOutput } from "./output.js";
import { askAll, CONCURRENCY, openQueries, tellFailures } from "./venue-questions.js";

/** `crosstick instruments VENUE` */
export function register(program: Command): void {
  program
    .command("instruments")
    .description("What a venue lists: symbols, steps, contract sizes; by HTTP")
    .argument("<venue>", "a venue")
    .option("--product <p>", "one of its products; all without")
    .option("--all", "with those that are not traded now")
    .option("-c, --config <file>", "configuration whose addresses count")
    .option("--json", "one JSON object an instrument and line")
    .action(run);
}

interface Options {
  product?: string;
  all?: boolean;
  config?: string;
  json?: boolean;
}

async function run(name: string, options: Options): Promise<void> {
  const venue = parseVenue(name);
  const products =
    options.product === undefined
      ? venueNamed(venue).products
      : [parseVenueProduct(`${venue}.${options.product}`).product];
  const queries = openQueries({ config: options.config, concurrency: CONCURRENCY });
  const output = createOutput(options);
  const outcomes = await askAll(
    products.map((product) => ({ venue, product })),
    ["instruments"],
    ({ product }) => queries.instruments(venue, product ?? products[0]),
  );
  const all = outcomes.flatMap((one) => ("value" in one ? one.value : []));
  const shown = options.all === true ? all : all.filter(({ active }) => active);
  output.rows(
    output.json
      ? shown.map((one) => ({ ...one }))
      : shown.map(({ instrument, product, rawSymbol, unit, contractSize, priceStep, sizeStep }) => ({
          ...{ instrument, product, raw: rawSymbol, unit, contract: contractSize },
          ...{ price_step: priceStep, size_step: sizeStep },
        })),
  );
  if (!output.json)
    output.line(
      `${shown.length} instruments${all.length > shown.length ? `, ${all.length - shown.length} not traded now left out (--all)` : ""}`,
    );
  tellFailures(outcomes, output);
}
