import { basename, resolve } from "node:path";
import type { ProductName, VenueName, VenueProduct } from "../market/venues.js";
import type { ReplayInputSpec } from "./open-input.js";
import type { ReplayLaneSpec } from "./replay-worker.js";

/** An input of a replay as asked for: a file or directory, and what it holds where it does not say so itself. */
export interface ReplayInputOrder {
  path: string;
  market?: VenueProduct;
}

interface Found {
  path: string;
  format: ReplayInputSpec["format"];
  venue: VenueName;
  products: readonly ProductName[];
}

/**
 * Sorts the inputs into lanes. Inputs that may hold the same venue and product share a lane, because
 * a book's continuity is checked over all of them; everything else may run on another thread. The
 * order does not depend on that of the command line.
 * @throws INPUT_*, USAGE_*
 */
export async function planLanes(orders: readonly ReplayInputOrder[]): Promise<ReplayLaneSpec[]> {
  const found = (await Promise.all(orders.map(find))).flat();
  found.sort((a, b) => compare(keyOf(a), keyOf(b)));
  const lanes: { venue: VenueName; products: Set<ProductName>; inputs: ReplayInputSpec[] }[] = [];
  found.forEach(({ path, format, venue, products }, source) => {
    const product = products.length === 1 ? products[0] : null;
    const sharing = lanes.filter((lane) => lane.venue === venue && products.some((name) => lane.products.has(name)));
    const lane = sharing[0] ?? { venue, products: new Set<ProductName>(), inputs: [] };
    if (sharing.length === 0) lanes.push(lane);
    for (const other of sharing.slice(1)) {
      for (const name of other.products) lane.products.add(name);
      lane.inputs.push(...other.inputs);
      lanes.splice(lanes.indexOf(other), 1);
    }
    for (const name of products) lane.products.add(name);
    lane.inputs.push({ path, format, source, product });
  });
  return lanes.map(({ venue, inputs }, index) => ({ index, venue, inputs: inputs.sort((a, b) => a.source - b.source) }));
}

/** Venue and products first, then the file's name: the same wherever the files lie and however they are listed. */
function keyOf({ venue, products, path }: Found): string {
  return [venue, products.join("+"), basename(path), path].join("\u0000");
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

async function find({ path, market }: ReplayInputOrder): Promise<Found[]> {
  if (market === undefined) throw new Error("not yet");
  return [{ path: resolve(path), format: "lines", venue: market.venue, products: [market.product] }];
}
