import { z } from "zod";
import { CHANNEL_KINDS, RECORD_KINDS } from "./channels.js";
import { bookSnapshot, bookUpdate, CLIENT_MESSAGES, CLOSE, SERVER_MESSAGES, STREAM_PATH } from "./protocol.js";

type Json = Record<string, unknown>;

/** The stream's description, AsyncAPI 3.0, made from the validators. */
export function buildAsyncApi(): Json {
  const messages = {
    ...describe("client", CLIENT_MESSAGES, "input"),
    ...describe("server", SERVER_MESSAGES, "output"),
  };
  const references = (side: string) =>
    Object.keys(messages)
      .filter((name) => name.startsWith(side))
      .map((name) => ({ $ref: `#/channels/stream/messages/${name}` }));
  return {
    asyncapi: "3.0.0",
    info: {
      title: "crosstick stream",
      version: "1.0.0",
      description:
        `Subscribe to channels of these kinds: ${CHANNEL_KINDS.join(", ")}. A snapshot comes first, then updates whose ` +
        "seq follows by 1; `dropped` says how many were left out. With `?enc=bin` the updates of " +
        `${[...RECORD_KINDS].join(", ")} are binary messages of 64-byte records, and the snapshot before them tells the ` +
        "number (`bin`) by which they name their channel: see docs/stream.md. Close codes: " +
        `${Object.entries(CLOSE)
          .map(([name, code]) => `${code} ${name}`)
          .join(", ")}.`,
    },
    defaultContentType: "application/json",
    channels: {
      stream: {
        address: STREAM_PATH,
        bindings: {
          ws: {
            query: toJson(
              z.object({ channels: z.string().optional(), enc: z.enum(["json", "bin"]).optional() }),
              "input",
            ),
          },
        },
        messages: Object.fromEntries(
          Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
      },
    },
    operations: {
      receive: { action: "send", channel: { $ref: "#/channels/stream" }, messages: references("server") },
      command: { action: "receive", channel: { $ref: "#/channels/stream" }, messages: references("client") },
    },
    components: {
      messages,
      schemas: { bookSnapshot: toJson(bookSnapshot, "output"), bookUpdate: toJson(bookUpdate, "output") },
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
    },
  };
}

function describe(side: string, validators: Record<string, z.ZodType>, io: "input" | "output"): Json {
  return Object.fromEntries(
    Object.entries(validators).map(([name, validator]) => [
      `${side}${name[0].toUpperCase()}${name.slice(1)}`,
      { name, payload: toJson(validator, io) },
    ]),
  );
}

function toJson(validator: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...schema } = z.toJSONSchema(validator, { io, target: "draft-7" }) as Json;
  return schema;
}
