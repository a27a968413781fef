import { describe } from "vitest";
import type { Backend } from "../stream/started.js";
import { binaryCases } from "./binary-cases.js";
import { endCases } from "./end-cases.js";
import { listCases } from "./list-cases.js";
import { readerCases } from "./reader-cases.js";
import { resumeCases } from "./resume-cases.js";
import { silenceCases } from "./silence-cases.js";

/** The client against one backend of the server, over real sockets. */
export function conformance(backend: Backend): void {
  describe.concurrent("connections that end", () => resumeCases(backend));
  describe.concurrent("close codes", () => endCases(backend));
  describe.concurrent("records", () => binaryCases(backend));
  describe.concurrent("channels that there are", () => listCases(backend));
  describe.concurrent("readers", () => readerCases(backend));
  // Alone, for it holds up the process.
  describe("silence", () => silenceCases(backend));
}
