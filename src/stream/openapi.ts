import { z } from "zod";
import type { HttpQuery } from "./http-source.js";

type Json = Record<string, unknown>;

const error = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const time = z.object({
  receive: z.string().describe("Nanoseconds since 1970 at which the request was seen"),
  send: z.string().describe("Nanoseconds since 1970 at which the answer was made"),
});
const backend = z.object({ backend: z.object({ name: z.enum(["uws", "ws"]), reason: z.string() }) });

/** Of the parameters, `instrument` is required. */
const ROUTES: Record<
  string,
  { summary: string; open?: boolean; parameters?: Record<string, string>; schema?: z.ZodType }
> = {
  "/health": { summary: "Whether the process is alive", open: true, schema: backend },
  "/ready": { summary: "200 ready or degraded with reasons; 503 while too few venues are there", open: true },
  "/metrics": { summary: "Prometheus metrics, as text" },
  "/asyncapi.json": { summary: "Description of the stream", open: true },
  "/openapi.json": { summary: "This description", open: true },
  "/v1/venues": { summary: "Venues and their states" },
  "/v1/instruments": { summary: "Instruments and what is known of them" },
  "/v1/ticker": {
    summary:
      "Ticker of an instrument: of one that is followed out of memory, of any other by the venue's HTTP; of several a list, in which one that fails has an error",
    parameters: { instrument: "venue:symbol; repeatable, or a comma between several" },
  },
  "/v1/orderbook": {
    summary: "Order book, best first: of an instrument that is not followed by the venue's HTTP",
    parameters: { instrument: "venue:symbol", depth: "Levels a side, 20 unless given" },
  },
  "/v1/time": { summary: "The server's clock, for synchronising", schema: time },
};

/** Description of the HTTP routes, OpenAPI 3.1. */
export function buildOpenApi(queries: Record<string, HttpQuery>): Json {
  const paths: Json = {};
  for (const [path, { summary, open, parameters = {}, schema }] of Object.entries(ROUTES))
    paths[path] = operation(summary, parameters, open === true, schema);
  for (const [name, { summary, parameters, input, output }] of Object.entries(queries))
    paths[`/v1/${name}`] = operation(summary, parameters, false, output, input);
  return {
    openapi: "3.1.0",
    info: { title: "crosstick", version: "1.0.0" },
    paths,
    components: {
      schemas: { Error: toJson(error) },
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
    },
  };
}

function operation(
  summary: string,
  parameters: Record<string, string>,
  open: boolean,
  schema?: z.ZodType,
  input?: z.ZodObject,
): Json {
  const type = summary.includes("as text") ? "text/plain" : "application/json";
  const failed = (description: string): Json => ({
    description,
    content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
  });
  return {
    get: {
      summary,
      ...(open ? {} : { security: [{ bearer: [] }] }),
      parameters: Object.entries(parameters).map(([name, description]) => ({
        name,
        in: "query",
        description,
        required: input === undefined ? name === "instrument" : isRequired(input, name),
        schema: input === undefined ? { type: "string" } : toJson(input.shape[name] as z.ZodType),
      })),
      responses: {
        200: { description: "OK", content: { [type]: schema === undefined ? {} : { schema: toJson(schema) } } },
        400: failed("A parameter is missing or wrong"),
        401: failed("No token, or a wrong one"),
        404: failed("There is no such thing"),
        429: failed("Too many requests: see Retry-After"),
        502: failed("A venue that was asked on the way did not answer as it should"),
      },
    },
  };
}

function isRequired(input: z.ZodObject, name: string): boolean {
  return !(input.shape[name] as z.ZodType).safeParse(undefined).success;
}

function toJson(validator: z.ZodType): Json {
  const { $schema: _, ...schema } = z.toJSONSchema(validator) as Json;
  return schema;
}
