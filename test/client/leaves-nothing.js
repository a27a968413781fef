// Run by ending.test.ts: follows a server, closes, and must end by itself. Prints what was still there at the end.
import { createClient } from "crosstick/client";
import { WebSocket } from "ws";

const [, , url, when] = process.argv;
const client = createClient(url, { WebSocket, token: when === "refused" ? "wrong" : undefined });
client.subscribe(["status"], () => {});
client.on("error", () => {});
await new Promise((resolve) => {
  client.on("state", ({ state }) => {
    if (state === when || (when === "refused" && state === "closed")) resolve();
  });
});
await client.close();
// A socket that was closed in this turn is let go of in the next.
for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
console.log(
  JSON.stringify({
    state: client.state.state,
    left: process.getActiveResourcesInfo().filter((name) => name === "Timeout" || name === "TCPSocketWrap"),
  }),
);
