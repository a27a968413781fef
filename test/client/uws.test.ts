import { describe, test } from "vitest";
import { conformance } from "./conformance.js";

const loads = await import("uWebSockets.js").then(
  () => null,
  (error: Error) => error.message.split("\n")[0],
);

if (loads === null) conformance("uws");
else describe("uws", () => test.skip(`uWebSockets.js does not load here, ws serves: ${loads}`));
