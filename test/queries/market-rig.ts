import { parseConfig } from "crosstick/internal/config";
import { QueryDesk } from "crosstick/internal/queries/desk";
import { MarketQueries } from "crosstick/internal/queries/market-queries";
import { createSimulator, type Simulator, type SimulatorOptions } from "crosstick/internal/simulator/simulator";

/** As a configuration that says nothing of them. */
export const settings = parseConfig({}).connections;

export interface MarketRig {
  simulator: Simulator;
  queries: MarketQueries;
}

/** A simulator of all venues that are asked for, and a desk that asks it over real sockets. */
export async function marketRig(
  options: Partial<SimulatorOptions> & Pick<SimulatorOptions, "venues">,
): Promise<MarketRig> {
  const simulator = await createSimulator({ seed: 7, ...options });
  const desk = new QueryDesk({ settings, basesOf: (venue, product) => [simulator.endpoints[venue][product].rest] });
  return { simulator, queries: new MarketQueries(desk) };
}
