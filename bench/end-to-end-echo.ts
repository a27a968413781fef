/** A thread that sends back what a TCP connection brings: what two hops over loopback cost at least. */
import { createServer } from "node:net";
import { parentPort } from "node:worker_threads";

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on("error", () => {});
  socket.on("data", (data) => socket.write(data));
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  parentPort?.postMessage(typeof address === "object" && address !== null ? address.port : 0);
});
