import { z } from "zod";
import { gates } from "./gates.js";
import { alerts, connections, endpoints, feed, fees, memory, metrics, record, server, validation } from "./sections.js";
import { moduleAddress, strategy } from "./strategies.js";
import { address } from "./values.js";

/**
 * The configuration file, once: type, defaults, checks, JSON Schema and docs/configuration.md come from
 * here. Every key has a default or may be absent, so an empty file is valid; an unknown key is an error.
 */
export const configSchema = z
  .strictObject({
    version: z.literal(1).default(1).describe("Version of this format"),
    feeds: z.array(feed).max(256).default([]).describe("What to listen to"),
    endpoints: endpoints.prefault({}).describe("Addresses of venues, where they are not the venues' own"),
    connections: connections.prefault({}).describe("How patient the engine is with its venues"),
    fees: fees.prefault({}).describe("Fees by venue and product, bps of notional; absent means unknown"),
    gates: gates.prefault({}).describe("What every leg of a signal must pass"),
    strategies: z.array(strategy).max(1024).default([]).describe("What to look for"),
    validation: validation.optional().describe("A second opinion on signals, off the hot path; off when absent"),
    record: record.optional().describe("The journal; off when absent"),
    server: server.optional().describe("WebSocket stream, HTTP and dashboard"),
    alerts: alerts.optional().describe("Alerts by webhook; off when absent"),
    memory: memory.prefault({}).describe("Sizes of the shared memory: fixed at the start, nothing grows"),
    idle: z
      .enum(["spin", "backoff", "park"])
      .default("backoff")
      .describe("Engine without work: spin (a whole core, lowest latency), backoff (spin, then sleep) or park (sleep)"),
    metrics: metrics.prefault({}).describe("Published metrics"),
    proxy: address("http", "https")
      .optional()
      .describe("HTTP proxy for all venues; with credentials only in CROSSTICK_PROXY"),
  })
  .superRefine((config, context) => {
    const issue = (path: (string | number)[], message: string) => context.addIssue({ code: "custom", path, message });
    const vwapLimit = (trades: number, path: (string | number)[]) => {
      if (trades > config.memory.vwapTrades)
        issue(path, `is ${trades}, more than memory.vwapTrades (${config.memory.vwapTrades})`);
    };
    const names = config.strategies.map(({ name }) => name);
    names.forEach((name, index) => {
      const first = names.indexOf(name);
      if (first < index) issue(["strategies", index, "name"], `repeats the name of strategies[${first}], ${name}`);
    });
    config.strategies.forEach((one, index) => {
      if (one.statistics?.price === "vwap")
        vwapLimit(one.statistics.vwapTrades, ["strategies", index, "statistics", "vwapTrades"]);
    });
    vwapLimit(config.metrics.vwapTrades, ["metrics", "vwapTrades"]);
    config.validation?.strategies?.forEach((name, index) => {
      if (!names.includes(name)) issue(["validation", "strategies", index], `names no strategy: '${name}'`);
    });
  });

/** What the file holds and createEngine takes. */
export type EngineConfig = z.input<typeof configSchema>;
/** The same with every default filled in. */
export type ResolvedConfig = z.output<typeof configSchema>;

/** The part of JSON Schema that this schema uses. */
export interface SchemaNode {
  type?: string;
  const?: unknown;
  default?: unknown;
  description?: string;
  title?: string;
  enum?: unknown[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  properties?: Record<string, SchemaNode>;
  required?: string[];
  items?: SchemaNode;
  oneOf?: SchemaNode[];
  anyOf?: SchemaNode[];
  additionalProperties?: boolean | SchemaNode;
}

let jsonSchema: SchemaNode | undefined;

/** JSON Schema (draft 2020-12) of the configuration file. Built once; do not change it. */
export function configJsonSchema(): SchemaNode {
  jsonSchema ??= {
    ...z.toJSONSchema(configSchema, {
      io: "input",
      unrepresentable: "any",
      override: ({ zodSchema, jsonSchema: node }) => {
        // Custom checks have no JSON Schema: say here what a file may hold.
        if (zodSchema === moduleAddress.in) Object.assign(node, { type: "string", minLength: 1 });
        // A user's module has no kind: an absent key, which JSON Schema says by not listing it.
        if (node.properties?.use !== undefined) delete node.properties.kind;
        // Sections filled by their own defaults.
        if (JSON.stringify(node.default) === "{}" && node.properties !== undefined) delete node.default;
      },
    }),
    title: "crosstick configuration",
  } as SchemaNode;
  return jsonSchema;
}
