import type { ResolvedConfig } from "../config.js";
import { basesOf } from "../feed/live-spec.js";
import { resolveUnified } from "../market/symbols.js";
import type { ProductName, VenueName } from "../market/venues.js";
import { venueNamed } from "../venues/index.js";

type Addresses = Partial<Record<string, Partial<Record<string, { rest?: string }>>>>;

/**
 * Where a configuration says that a product is asked by HTTP: at the address of a feed that follows it, else at
 * that of `endpoints`, else at the venue's own and those that serve the same.
 */
export function restAddresses({ feeds, endpoints }: Pick<ResolvedConfig, "feeds" | "endpoints">) {
  return (venue: VenueName, product: ProductName): readonly string[] => {
    const feed = feeds.find(
      (one) =>
        one.venue === venue &&
        one.rest !== undefined &&
        one.symbols.some((symbol) => (resolveUnified(venue, symbol)?.product ?? product) === product),
    );
    const told = feed?.rest ?? (endpoints as Addresses)[venue]?.[product]?.rest;
    const bases = told === undefined ? basesOf(venueNamed(venue).live.endpoints(product), "rest") : [told];
    return bases.map((base) => base.replace(/\/$/, ""));
  };
}
