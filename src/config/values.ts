import { z } from "zod";
import { nearest } from "../market/nearest.js";
import { isVenue, PRODUCTS_OF, type ProductName, VENUES } from "../market/venues.js";

/** A venue's name; the list is in src/market/venues.ts. */
export const venue = z.enum(VENUES);

/**
 * `venue:symbol`, with a unified or the venue's own symbol, or `venue.product:RAW`. Only the part before
 * the first colon can be checked here; the symbol is resolved when the instruments are known.
 */
export const instrument = z
  .string()
  .superRefine((text, context) => {
    const message = instrumentProblem(text);
    if (message !== null) context.addIssue({ code: "custom", message });
  })
  .meta({ pattern: `^(${VENUES.join("|")})(\\.[a-z]+)?:\\S{1,64}$` });

/** A symbol of a feed's venue. */
export const symbol = z.string().regex(/^\S{1,64}$/, "must be a symbol of 1 to 64 characters without blanks");

/** Name of a strategy: it becomes a channel and a metric label. */
export const strategyName = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 letters, digits, underscores or hyphens");

/** Currency of an amount: `USDT`. */
export const currency = z.string().regex(/^[A-Z0-9]{1,16}$/, "must be a currency code such as USDT, in capitals");

/** Basis points, 1 bp = 0.01 %. */
export const bps = z.number().min(-10_000).max(10_000);

/** A path; whether the file exists is seen when it is read. */
export const path = z.string().min(1).max(4096);

export const count = z.int().min(1);

/** Milliseconds, at most a day. */
export const milliseconds = z.number().min(0).max(86_400_000);

/** An address of the given schemes. Credentials inside it are refused by src/config/secrets.ts. */
export function address(...schemes: string[]): z.ZodURL {
  return z.url({
    protocol: new RegExp(`^(${schemes.join("|")})$`),
    error: `must be a ${schemes.join(" or ")} address`,
  });
}

function instrumentProblem(text: string): string | null {
  const colon = text.indexOf(":");
  if (colon < 1) return "must be venue:symbol, for example binance:BTC/USDT";
  const [venueText, product, ...rest] = text.slice(0, colon).split(".");
  if (!isVenue(venueText)) {
    const meant = nearest(venueText, VENUES);
    return `names an unknown venue '${venueText}'; ${meant === null ? `known: ${VENUES.join(", ")}` : `did you mean ${meant}?`}`;
  }
  const products: readonly string[] = PRODUCTS_OF[venueText];
  if (rest.length > 0 || (product !== undefined && !products.includes(product as ProductName)))
    return `names an unknown product of ${venueText}; known: ${products.join(", ")}`;
  if (!/^\S{1,64}$/.test(text.slice(colon + 1))) return "must have a symbol of 1 to 64 characters without blanks";
  return null;
}
