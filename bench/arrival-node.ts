// The least that a program in Node does with a socket: what the arrival bench shows beside the client in C++.
import { connect } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { upgradeRequest } from "../src/sources/upgrade.js";
import { monotonicOffsetUs } from "./monotonic.js";

const { port, count } = workerData as { port: number; count: number };

const HEAD_END = "\r\n\r\n";
/** Bytes of a frame's head whose length takes two of them (RFC 6455, 5.2). */
const HEAD_BYTES = 4;
const buffer = Buffer.alloc(1 << 16);
const offsetUs = monotonicOffsetUs();
const arrived = new Float64Array(count).fill(Number.NaN);
/** All frames are as long as the first; 0 before it. */
let frameBytes = 0;
let isOpen = false;
let bytes = 0;
let frames = 0;

/** Hot. */
function note(got: number): boolean {
  const nowUs = performance.now() * 1000 + offsetUs;
  if (!isOpen) {
    isOpen = buffer.toString("latin1", 0, got).includes(HEAD_END); // frames follow only after a while
    return true;
  }
  if (frameBytes === 0) frameBytes = HEAD_BYTES + buffer.readUInt16BE(2);
  bytes += got;
  while (bytes >= (frames + 1) * frameBytes) arrived[frames++] = nowUs;
  return true;
}

const socket = connect({ port, host: "127.0.0.1", noDelay: true, onread: { buffer, callback: note } });
socket.once("close", () => parentPort?.postMessage(arrived));
socket.write(upgradeRequest(new URL(`ws://127.0.0.1:${port}`), Buffer.alloc(16).toString("base64")));
