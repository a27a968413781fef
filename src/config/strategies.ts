import { z } from "zod";
import { VENUES } from "../market/venues.js";
import { gatesOverride } from "./gates.js";
import { bps, count, currency, instrument, milliseconds, strategyName } from "./values.js";

/** How the series behind a z-score are sampled: see DEFINITIONS, z-score. */
const statistics = z
  .strictObject({
    price: z.enum(["mid", "vwap"]).default("mid").describe("Price that is sampled on both legs"),
    vwapTrades: count.default(100).describe("Trades in the VWAP, where `price` is vwap; at most memory.vwapTrades"),
    sampleMs: milliseconds.default(1000).describe("Step of the time grid, ms; 0 samples at every update"),
    window: z.int().min(2).max(10_000).default(3600).describe("Samples in the rolling window"),
    minSamples: z
      .int()
      .min(2)
      .optional()
      .describe("Samples needed before a z-score counts; absent: 30, or the whole window where that is smaller"),
  })
  .superRefine((value, context) => {
    if (value.minSamples !== undefined && value.minSamples > value.window)
      addIssue(context, ["minSamples"], `is ${value.minSamples}, more than the window of ${value.window} samples`);
  })
  .transform((value) => ({ ...value, minSamples: value.minSamples ?? Math.min(30, value.window) }));

/** What every strategy has, a built-in one or a user's. `fills` and the fields of the kind come on top. */
const common = {
  name: strategyName.describe("Unique; the channel (signal.NAME) and the metric label"),
  notional: z
    .strictObject({
      amount: z.number().positive().describe("Amount traded per leg, in `currency`"),
      currency: currency.describe("Currency of the amount"),
    })
    .describe("Size of a signal"),
  liquidity: z.enum(["maker", "taker"]).default("taker").describe("Which fee each fill pays"),
  entryNetBps: bps.default(0).describe("Enter above this net edge: bps after fees, at the walked price"),
  exitNetBps: bps
    .optional()
    .describe("Exit at or below this net edge, bps; absent: 0, or entryNetBps where that is below 0"),
  holdHours: z.number().min(0).max(8760).default(0).describe("Hours held: funding payments inside count"),
  gates: gatesOverride,
  statistics: statistics.optional().describe("Sampling of the series that the strategy publishes with its signals"),
};

const fills = (otherwise: number) =>
  z.int().min(1).max(16).default(otherwise).describe("Fills whose fees are counted; 4 is opening and closing two legs");

const crossVenue = z
  .strictObject({
    kind: z.literal("cross-venue").describe("Which strategy"),
    ...common,
    fills: fills(2),
    instruments: z.array(instrument).min(2).max(64).describe("The same thing on several venues"),
    convertQuotes: z.boolean().default(false).describe("Convert USD, USDT and USDC at a rate that is a leg of its own"),
    rates: z
      .array(instrument)
      .max(16)
      .default([])
      .describe("With convertQuotes: spot instruments that convert, for example kraken:USDC/USD"),
  })
  .superRefine((value, context) => {
    value.instruments.forEach((name, index) => {
      if (value.instruments.indexOf(name) < index) addIssue(context, ["instruments", index], `repeats ${name}`);
    });
    if (value.convertQuotes && value.rates.length === 0)
      addIssue(context, ["rates"], "is empty, but needed with convertQuotes: the instruments that convert");
    if (!value.convertQuotes && value.rates.length > 0)
      addIssue(context, ["rates"], "has no use without convertQuotes");
    for (const rate of value.rates)
      if (value.instruments.includes(rate)) addIssue(context, ["rates"], `${rate} is one of instruments`);
  })
  .meta({ title: "cross-venue", description: "The same instrument bought on one venue and sold on another." });

const basis = z
  .strictObject({
    kind: z.literal("basis").describe("Which strategy"),
    ...common,
    fills: fills(4),
    spot: instrument.describe("The spot leg"),
    future: instrument.describe("The perpetual or dated future"),
  })
  .superRefine((value, context) => {
    if (value.spot === value.future) addIssue(context, ["future"], "is the same instrument as spot");
  })
  .meta({ title: "basis", description: "A future against its spot." });

const pairZscore = z
  .strictObject({
    kind: z.literal("pair-zscore").describe("Which strategy"),
    ...common,
    fills: fills(4),
    a: instrument.describe("Sold when z is positive"),
    b: instrument.describe("Bought when z is positive"),
    spread: z
      .enum(["difference", "ratio", "log-ratio", "hedge-ratio"])
      .default("log-ratio")
      .describe("a - b, a / b, ln a - ln b, or ln a - beta ln b"),
    hedge: z
      .strictObject({
        method: z.enum(["ols", "kalman"]).default("ols").describe("How beta is estimated"),
        drift: z
          .number()
          .positive()
          .max(1)
          .optional()
          .describe("Kalman: how far beta may move from sample to sample, as a share of the residual's variance; 1e-4"),
      })
      .optional()
      .describe("Only with `spread: hedge-ratio`, where ols is the default"),
    statistics: statistics.describe("Sampling of both legs; required, `{}` takes the defaults"),
    between: z
      .boolean()
      .optional()
      .describe(
        "Also decide at a change between samples, by what the next sample would be, and tell it live; mids, no hedge ratio. After stopZ a pair rests until a sample is within entryZ; reloaded thresholds hold between samples from the next one on",
      ),
    entryZ: z.number().positive().max(100).default(2).describe("Enter beyond this |z|"),
    exitZ: z.number().min(0).max(100).default(0.5).describe("Exit within this |z|"),
    stopZ: z.number().positive().max(1000).optional().describe("Give up beyond this |z|; off when absent"),
  })
  .superRefine((value, context) => {
    if (value.a === value.b) addIssue(context, ["b"], "is the same instrument as a");
    if (value.exitZ >= value.entryZ)
      addIssue(context, ["exitZ"], `is ${value.exitZ}, not below entryZ (${value.entryZ})`);
    if (value.stopZ !== undefined && value.stopZ <= value.entryZ)
      addIssue(context, ["stopZ"], `is ${value.stopZ}, not above entryZ (${value.entryZ})`);
    if (value.between && (value.spread === "hedge-ratio" || value.statistics.price === "vwap"))
      addIssue(context, ["between"], "needs mids and no hedge ratio");
    if (value.between && value.statistics.sampleMs === 0)
      addIssue(context, ["between"], "has no use with sampleMs: 0, which samples at each change");
    if (value.hedge !== undefined && value.spread !== "hedge-ratio")
      addIssue(context, ["hedge"], `has no use with spread: ${value.spread}; only hedge-ratio has a hedge`);
  })
  .transform((value) => ({
    ...value,
    hedge: value.spread === "hedge-ratio" ? (value.hedge ?? { method: "ols" as const, drift: undefined }) : undefined,
  }))
  .meta({ title: "pair-zscore", description: "Two instruments whose spread reverts to its mean." });

const triangular = z
  .strictObject({
    kind: z.literal("triangular").describe("Which strategy"),
    ...common,
    fills: fills(3),
    instruments: z
      .array(instrument)
      .min(3)
      .max(256)
      .describe(
        "Spot instruments, of one venue or several; every loop of three from the notional's currency back to it",
      ),
    lots: z
      .record(instrument, z.number().positive())
      .default({})
      .describe("Instrument -> smallest step of its size, base coin; sizes are not floored where it is absent"),
  })
  .superRefine((value, context) => {
    value.instruments.forEach((name, index) => {
      if (value.instruments.indexOf(name) < index) addIssue(context, ["instruments", index], `repeats ${name}`);
    });
    for (const name of Object.keys(value.lots))
      if (!value.instruments.includes(name)) addIssue(context, ["lots", name], "is none of instruments");
  })
  .meta({ title: "triangular", description: "Three trades in a row that begin and end in the same asset." });

const liquidationOptions = z
  .strictObject({
    kind: z.literal("liquidation-options").describe("Which strategy"),
    ...common,
    fills: fills(1),
    liquidations: z.array(instrument).min(1).max(64).describe("Whose liquidations are looked at"),
    minValue: z
      .number()
      .min(0)
      .default(10_000)
      .describe("Smallest liquidation, quote currency; what one message tells"),
    venues: z
      .array(z.enum(VENUES))
      .min(1)
      .describe("Venues of the options; the feeds bring them, and only those counted in the notional's currency"),
    base: currency.describe("Coin that the options are on"),
    preset: z
      .enum(["net", "system-a"])
      .default("net")
      .describe("system-a: any mark volatility above 15 % is sold, for comparison"),
    strikeTolerance: z
      .number()
      .positive()
      .max(1)
      .default(0.05)
      .describe("Distance of a strike from the price liquidated at, share"),
    expiryDays: z
      .tuple([z.number().min(0), z.number().positive()])
      .default([1, 60])
      .describe("Days that an option has left: least and most"),
    volatility: z
      .discriminatedUnion("from", [
        z.strictObject({ from: z.literal("mark").describe("The venue's own mark volatility") }),
        z.strictObject({
          from: z.literal("realised").describe("What the mids of an instrument have had"),
          instrument: instrument.describe("Whose mids; its book must be among the feeds"),
          sampleMs: z.number().positive().default(60_000).describe("Step of the time grid, ms"),
          window: z
            .int()
            .min(2)
            .max(10_000)
            .default(1440)
            .describe("Samples; with sampleMs as long as the options have left"),
          minSamples: z.int().min(2).default(60).describe("Samples needed before it counts"),
        }),
      ])
      .default({ from: "mark" })
      .describe("The fair volatility"),
    minVolatilityEdge: z
      .number()
      .min(0)
      .max(10)
      .default(0.02)
      .describe("Least distance of the quoted volatility from the fair one, of a year, as a fraction"),
    volumeShare: z
      .number()
      .positive()
      .max(1)
      .default(0.1)
      .describe("Share of an option's volume of 24 h that is traded at most"),
    feeCap: z.number().positive().max(1).default(0.125).describe("A fee is at most this share of the premium"),
    lots: z
      .partialRecord(z.enum(VENUES), z.number().positive())
      .default({})
      .describe(
        "Venue -> smallest size and step of its options, base coin; absent: as known for BTC and ETH, else refused `lot-unknown`",
      ),
    holdMinutes: z.number().positive().max(525_600).default(60).describe("An option is given back after this, minutes"),
  })
  .superRefine((value, context) => {
    if (value.expiryDays[0] >= value.expiryDays[1])
      addIssue(context, ["expiryDays"], `from ${value.expiryDays[0]} to ${value.expiryDays[1]} is no span`);
  })
  .meta({ title: "liquidation-options", description: "Forced closings against the options chain." });

const MODULE_ADDRESS = "must be the path or file URL of a module";

/** Address of a user's module: path or file URL. A `URL` object becomes its text. */
export const moduleAddress = z
  .custom<string | URL>(
    (value) =>
      value instanceof URL
        ? value.protocol === "file:"
        : typeof value === "string" &&
          value !== "" &&
          (value.startsWith("file:") || !/^[a-z][a-z0-9+.-]+:/i.test(value)),
    { error: MODULE_ADDRESS },
  )
  .transform((value) => (value instanceof URL ? value.href : value));

const userModule = z
  .strictObject({
    kind: z.undefined().optional(),
    ...common,
    fills: fills(2),
    use: moduleAddress.describe("Path (from the configuration file's folder) or file URL of the module"),
    options: z.record(z.string(), z.unknown()).default({}).describe("Passed to the module, which validates it"),
  })
  .meta({ title: "module", description: "Your own strategy: a module that the engine's worker imports; no `kind`." });

/** One line a kind. A new kind is a schema with a literal `kind`, added here. */
export const strategy = z
  .discriminatedUnion("kind", [crossVenue, basis, pairZscore, triangular, liquidationOptions, userModule])
  .transform((value) => ({ ...value, exitNetBps: value.exitNetBps ?? Math.min(0, value.entryNetBps) }));

export type StrategyConfig = z.input<typeof strategy>;
export type ResolvedStrategy = z.output<typeof strategy>;
/** A resolved strategy of one built-in kind: `StrategyOf<"basis">`. */
export type StrategyOf<K extends string> = Extract<ResolvedStrategy, { kind: K }>;
export type ModuleStrategy = z.output<typeof userModule>;
export type Statistics = z.output<typeof statistics>;

type Context = z.core.$RefinementCtx;

function addIssue(context: Context, path: (string | number)[], message: string): void {
  context.addIssue({ code: "custom", path, message, params: { betweenKeys: true } });
}
