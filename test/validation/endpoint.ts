import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Answerer = (reply: ServerResponse, request: IncomingMessage, body: string) => void;

/** An OpenAI-compatible endpoint that answers as it is told. */
export async function startEndpoint(answer: Answerer) {
  const calls: { url: string; authorization: string | undefined; body: string }[] = [];
  const server = createServer((request, reply) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      calls.push({ url: request.url ?? "", authorization: request.headers.authorization, body });
      answer(reply, request, body);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** A reply of chat completions with this text of the model. */
export function completion(
  content: string | null,
  usage: object | null = { prompt_tokens: 200, completion_tokens: 20 },
) {
  return JSON.stringify({ choices: [{ message: { role: "assistant", content } }], ...(usage && { usage }) });
}

export const verdictOf = (verdict: string, confidence = 0.8, reason = "the edge is thin but there") =>
  JSON.stringify({ verdict, confidence, reason });
