import { describe } from "vitest";
import { binaryCases } from "./binary-cases.js";
import { channelCases } from "./channel-cases.js";
import { commandCases } from "./command-cases.js";
import { doorCases } from "./door-cases.js";
import { frameCases } from "./frame-cases.js";
import { httpCases, slowRequestCases } from "./http-cases.js";
import { listenCases } from "./listen-cases.js";
import { pythonCases } from "./python-cases.js";
import { scopeCases } from "./scope-cases.js";
import { slowReaderCases } from "./slow-reader-cases.js";
import type { Backend } from "./started.js";

/** Everything that the contract says of the stream and of HTTP, over real sockets, for one backend. */
export function conformance(backend: Backend): void {
  // The slow requests wait for ten seconds, beside all others.
  describe.concurrent("in order", () => {
    describe.sequential(backend, () => {
      describe("channels", () => channelCases(backend));
      describe("records as they are", () => binaryCases(backend));
      describe("commands", () => commandCases(backend));
      describe("who is let in", () => doorCases(backend));
      describe("tokens of limited scope", () => scopeCases(backend));
      describe("frames", () => frameCases(backend));
      describe("readers", () => slowReaderCases(backend));
      describe("HTTP", () => httpCases(backend));
      describe("listening", () => listenCases(backend));
      describe("a client of another make", () => pythonCases(backend));
    });
  });
  describe.concurrent("slow requests", () => slowRequestCases(backend));
}
