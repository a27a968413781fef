import { z } from "zod";
import { PRODUCTS_OF, type ProductName, VENUES, type VenueName } from "../market/venues.js";
import {
  address,
  bps,
  count,
  currency,
  instrument,
  milliseconds,
  path,
  strategyName,
  symbol,
  venue,
} from "./values.js";

/** Channels a feed can be asked for beyond those that strategies and the record need. */
export const CHANNELS = ["bbo", "trade", "book", "mark", "funding", "openInterest", "liquidation", "options"] as const;

export const feed = z
  .strictObject({
    venue: venue.describe("The venue"),
    symbols: z.array(symbol).min(1).max(4096).describe("Unified symbols or the venue's own"),
    channels: z.array(z.enum(CHANNELS)).min(1).optional().describe("Otherwise what strategies and record need"),
    endpoint: address("wss", "ws").optional().describe("WebSocket address instead of the venue's own"),
    rest: address("https", "http").optional().describe("HTTP address instead of the venue's own"),
    receive: z
      .enum(["ws", "direct"])
      .default("ws")
      .describe("WebSocket client: ws, or direct, the engine's own, which reads into the shared memory (least CPU)"),
    relay: z
      .enum(["tardis"])
      .optional()
      .describe("Who is listened to in the venue's place: a tardis-machine, whose WebSocket address is `endpoint`"),
  })
  .superRefine((value, context) => {
    if (value.relay !== undefined && value.endpoint === undefined)
      context.addIssue({ code: "custom", path: ["endpoint"], message: "is missing, but needed with relay" });
    value.symbols.forEach((name, index) => {
      const issue = (message: string) => context.addIssue({ code: "custom", path: ["symbols", index], message });
      if (value.symbols.indexOf(name) < index) issue(`repeats ${name}`);
      if (name.startsWith(`${value.venue}:`))
        issue(`must not repeat the venue: write ${name.slice(value.venue.length + 1)}`);
    });
  });

const fee = z.strictObject({
  maker: bps.describe("Maker fee, bps of notional; negative is a rebate"),
  taker: bps.describe("Taker fee, bps of notional"),
  date: z.iso.date("must be a date such as 2026-01-31").optional().describe("Day on which the fees were looked up"),
});

/** The type lets every product stand under every venue; the value holds only those that the venue has. */
type ProductFees = Record<ProductName, z.ZodOptional<typeof fee>>;
const feesOf = (name: VenueName) => {
  const products = Object.fromEntries(PRODUCTS_OF[name].map((product) => [product, fee.optional()]));
  return z.strictObject(products as ProductFees).optional();
};

const endpoint = z.strictObject({
  socket: address("wss", "ws").optional().describe("Base of the WebSocket address, without the venue's path"),
  rest: address("https", "http").optional().describe("Base of the HTTP address"),
  backups: z
    .array(
      z.strictObject({
        socket: address("wss", "ws").optional().describe("Base of another WebSocket address"),
        rest: address("https", "http").optional().describe("Base of another HTTP address"),
      }),
    )
    .max(8)
    .optional()
    .describe("Addresses that serve the same, in the order in which they are tried when the first one fails"),
});

/** Venue -> product -> addresses, instead of the venue's own: another region, a relay, a simulator. */
export const endpoints = z.strictObject(
  Object.fromEntries(
    VENUES.map((name) => {
      const products = Object.fromEntries(PRODUCTS_OF[name].map((product) => [product, endpoint.optional()]));
      return [
        name,
        z.strictObject(products as Partial<Record<ProductName, z.ZodOptional<typeof endpoint>>>).optional(),
      ];
    }),
  ),
);

/** Venue -> product -> fees. What is absent is unknown: a signal that needs it is refused `fees-unknown`. */
export const fees = z.strictObject(
  Object.fromEntries(VENUES.map((name) => [name, feesOf(name)])) as Record<VenueName, ReturnType<typeof feesOf>>,
);

export const validation = z
  .strictObject({
    strategies: z.array(strategyName).optional().describe("Strategies whose signals are judged; all when absent"),
    baseUrl: address("https", "http").optional().describe("OpenAI-compatible endpoint; without one the rule judges"),
    model: z.string().min(1).max(256).optional().describe("Model, as the endpoint names it"),
    apiKeyFile: path.optional().describe("File that holds the key"),
    pricePerMillionTokens: z
      .strictObject({
        input: z.number().min(0).describe("Price of a million input tokens, in `currency`"),
        output: z.number().min(0).describe("Price of a million output tokens, in `currency`"),
        currency: currency.default("USD").describe("Currency of prices and budget"),
      })
      .optional()
      .describe("What the endpoint charges"),
    maxOutputTokens: z.int().min(1).max(100_000).default(150).describe("Tokens an answer may have"),
    temperature: z.number().min(0).max(2).default(0.3).describe("Sampling temperature"),
    deadlineMs: milliseconds.min(1).default(5000).describe("An answer later than this is a timeout, ms"),
    queueLimit: z
      .int()
      .min(1)
      .max(65_536)
      .default(64)
      .describe("Signals waiting at most; further ones go to the fallback"),
    dailyBudget: z.number().min(0).default(1).describe("Hard stop of a UTC day, in the price's currency"),
    fallback: z.enum(["rule", "none"]).default("rule").describe("Who judges when the endpoint does not"),
  })
  .superRefine((value, context) => {
    if (value.baseUrl === undefined) return;
    for (const key of ["model", "pricePerMillionTokens"] as const)
      if (value[key] === undefined)
        context.addIssue({ code: "custom", path: [key], message: "is missing, but needed with baseUrl" });
  });

export const record = z.strictObject({
  dir: path.describe("Folder of the journal"),
  raw: z.boolean().default(false).describe("Keep the frames too, not only the records"),
  fsyncMs: milliseconds.default(1000).describe("Longest time between two writes to disk, ms"),
  segmentMiB: z.int().min(1).max(4096).default(256).describe("A new segment begins beyond this size, MiB"),
  segmentMinutes: z.number().positive().max(10_080).default(60).describe("A new segment begins after this, minutes"),
  retain: z
    .strictObject({
      days: z.number().positive().optional().describe("Older segments are deleted, days"),
      gigabytes: z
        .number()
        .positive()
        .optional()
        .describe("The oldest segments beyond this are deleted, GB (10^9 bytes)"),
    })
    .prefault({})
    .describe("What is kept; everything when empty"),
});

/** A token whose bearer may do no more than this says. */
const limitedToken = z.strictObject({
  name: z
    .string()
    .regex(/^[\w-]{1,64}$/, "is 1 to 64 letters, digits, - and _")
    .describe("Names it in answers and logs"),
  tokenFile: path.describe("File that holds the token"),
  channels: z
    .array(z.string().regex(/^[a-z]+(\.\S{1,120})?$/, "is no channel or pattern of the stream, such as bbo.*"))
    .default([])
    .describe("Channels and patterns it may subscribe to; others close the connection with 4403"),
  paths: z
    .array(z.string().regex(/^\/\S*$/, "is a path, such as /v1/ticker or /v1/*"))
    .default([])
    .describe("HTTP paths it may ask, * for any characters; others answer 403"),
});

export const server = z.strictObject({
  host: z
    .string()
    .min(1)
    .max(253)
    .default("127.0.0.1")
    .describe("Address to listen on; others than loopback need a token"),
  port: z.int().min(0).max(65_535).default(8080).describe("TCP port; 0 takes a free one"),
  tokenFile: path.optional().describe("File that holds the bearer token"),
  tokens: z
    .array(limitedToken)
    .max(64)
    .default([])
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, "two tokens have the same name")
    .describe("Tokens whose bearers may follow and ask some things only"),
  tls: z
    .strictObject({ certFile: path.describe("Certificate chain, PEM"), keyFile: path.describe("Private key, PEM") })
    .optional()
    .describe("Serve over TLS"),
  origins: z.array(address("https", "http")).default([]).describe("Browser origins admitted besides the server's own"),
  ready: z
    .strictObject({ minVenues: z.int().min(1).max(VENUES.length).default(1).describe("Venues needed for /ready") })
    .prefault({})
    .describe("When /ready answers 200"),
});

/** Two prices that should belong together. */
const watchedPair = z
  .strictObject({
    a: instrument.describe("One of the two"),
    b: instrument.describe("The other"),
    barMs: z
      .int()
      .min(1000)
      .max(86_400_000)
      .default(60_000)
      .describe("Step of the time grid on which mids are taken, ms"),
    bars: z.int().min(50).max(10_000).default(240).describe("Bars in the window"),
    minBars: z.int().min(50).max(10_000).default(120).describe("Bars before anything is said"),
    correlationBelow: z.number().min(-1).max(1).optional().describe("Alert correlation-breakdown below this"),
    cointegrationAbove: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe("Alert cointegration-loss when the p-value of no cointegration is above this"),
  })
  .superRefine((value, context) => {
    const problem = (path: string, message: string): void =>
      context.addIssue({ code: "custom", path: [path], message, params: { betweenKeys: true } });
    if (value.a === value.b) problem("b", "is the same instrument as a");
    if (value.minBars > value.bars)
      problem("minBars", `is ${value.minBars}, more than the window of ${value.bars} bars`);
    if (value.correlationBelow === undefined && value.cointegrationAbove === undefined)
      problem("correlationBelow", "is needed, or cointegrationAbove: there is nothing to watch for");
  });

export const alerts = z.strictObject({
  pairs: z.array(watchedPair).max(64).default([]).describe("Pairs that are watched for falling apart"),
  webhookFile: path.optional().describe("File that holds the webhook's address"),
  repeatMinutes: z
    .number()
    .min(0)
    .max(10_080)
    .default(30)
    .describe("An alert that lasts is repeated after this, minutes"),
});

/** How patient the engine is with its venues. */
export const connections = z.strictObject({
  breakerFailures: z
    .int()
    .min(1)
    .max(100)
    .default(5)
    .describe("HTTP requests that fail in a row before a host is left alone"),
  breakerOpenMs: milliseconds
    .min(100)
    .default(60_000)
    .describe("How long it is left alone; then one request is the trial, ms"),
  retries: z.int().min(0).max(10).default(2).describe("Times an HTTP request that timed out or met a 5xx is repeated"),
  switchAfterTimeouts: z
    .int()
    .min(1)
    .max(100)
    .default(5)
    .describe("Connections that fail or fall silent in a row before the next address is used"),
  returnAfterMs: milliseconds.min(100).default(600_000).describe("When the first address is tried again, ms"),
  canary: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("Share of symbols compared field by field with the venue's next address, 0.1 is a tenth; 0 is off"),
});

export const memory = z.strictObject({
  instruments: z.int().min(1).max(65_535).default(1024).describe("Instruments at most"),
  bookLevels: z.int().min(16).max(65_536).default(8192).describe("Levels a book keeps on each side"),
  ringRecords: z
    .int()
    .min(1024)
    .max(1 << 22)
    .default(131_072)
    .refine((records) => Number.isInteger(Math.log2(records)), "must be a power of two")
    .describe("Records of 64 bytes a feed's ring holds, a power of two"),
  vwapTrades: z.int().min(1).max(65_536).default(1024).describe("Trades an instrument's VWAP window holds at most"),
  windowMiB: z.int().min(1).max(1024).default(64).describe("Rolling and VWAP windows of all strategies together, MiB"),
  scratchMiB: z.int().min(1).max(256).default(16).describe("Longest frame a feed takes, MiB"),
});

export const metrics = z.strictObject({
  vwapTrades: count.default(100).describe("Trades in the published VWAP; at most memory.vwapTrades"),
});
