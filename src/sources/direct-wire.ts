import { randomBytes } from "node:crypto";
import { isIP, connect as netConnect, type OnReadOpts, type Socket } from "node:net";
import { type ConnectionOptions, connect as tlsConnect } from "node:tls";
import { clientFrame, closeFrame, PING_FRAME, PONG_FRAME, TEXT_FRAME } from "./client-frame.js";
import { FrameReader } from "./frame-reader.js";
import { tunnel } from "./tunnel.js";
import { readUpgrade, upgradeRequest } from "./upgrade.js";
import type { Landing, Wire, WireHandlers, WireOptions } from "./wire.js";

/** Whoever does not take our close frame within this time is left without it, ms. */
const FAREWELL_MS = 1000;
const NOTHING = new Uint8Array(0);

/**
 * A connection by a client of our own (RFC 6455), without extensions: the socket reads straight into the landing, and
 * messages are given by their place there. Through a proxy what was read is copied there once.
 */
export function dialDirect(options: WireOptions, landing: Landing, handlers: WireHandlers): Wire {
  return new DirectWire(options, landing, handlers);
}

class DirectWire implements Wire {
  private readonly url: URL;
  private readonly isSecure: boolean;
  private readonly landing: Landing;
  private readonly handlers: WireHandlers;
  private readonly reader: FrameReader;
  private readonly key = randomBytes(16).toString("base64");
  private readonly deadline: NodeJS.Timeout;
  private abandon: (() => void) | null = null;
  private socket: Socket | null = null;
  /** Answer to the upgrade as far as it has come; null once the connection stands. */
  private answer: Buffer | null = Buffer.alloc(0);
  private isOver = false;
  private isReading = false;
  private isCorked = false;

  constructor({ url, maxPayload, handshakeMs, proxy }: WireOptions, landing: Landing, handlers: WireHandlers) {
    this.url = new URL(url);
    this.isSecure = this.url.protocol === "wss:";
    this.landing = landing;
    this.handlers = handlers;
    const { bytes, whole } = landing;
    this.reader = new FrameReader({
      ...{ bytes, whole, maxPayload },
      sink: {
        burst: (at, end, longest) => handlers.burst(at, end, longest),
        placed: (at, end) => handlers.placed(at, end),
        message: (data) => handlers.frame(data),
        ping: (payload) => this.write(clientFrame(PONG_FRAME, payload)),
        pong: () => handlers.heard(true),
        close: (code, reason) => this.over(closeFrame(code), () => handlers.closed(code, reason)),
        fault: (code, reason) => this.fail(reason, closeFrame(code)),
      },
    });
    this.deadline = setTimeout(() => this.fail(`no WebSocket within ${handshakeMs} ms`), handshakeMs);
    if (proxy === undefined) this.connect();
    else this.connectThrough(proxy);
  }

  send(text: string): void {
    this.write(clientFrame(TEXT_FRAME, Buffer.from(text)));
  }

  ping(): void {
    this.write(clientFrame(PING_FRAME, NOTHING));
  }

  terminate(): void {
    this.over(null, () => {});
  }

  private get address(): { host: string; port: number } {
    const { hostname, port } = this.url;
    const usual = this.isSecure ? 443 : 80;
    return { host: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? usual : Number(port) };
  }

  private connect(): void {
    const { bytes, at, size } = this.landing;
    const onread: OnReadOpts = {
      buffer: bytes.subarray(at, at + size),
      callback: (count) => {
        this.received(at, at + count);
        return true;
      },
    };
    if (!this.isSecure) this.adopt(netConnect({ ...this.address, onread }), "connect");
    else {
      // Node takes it (tls.connect goes on to net's), its types do not know it.
      const options: ConnectionOptions & { onread: OnReadOpts } = { ...this.tlsOptions, ...this.address, onread };
      this.adopt(tlsConnect(options), "secureConnect");
    }
  }

  /** A socket that exists already has no `onread`: its chunks are copied. */
  private connectThrough(proxy: string): void {
    const { host, port } = this.address;
    this.abandon = tunnel(proxy, `${isIP(host) === 6 ? `[${host}]` : host}:${port}`, {
      through: (raw) => {
        if (this.isOver) {
          raw.destroy();
          return;
        }
        const socket = this.isSecure ? tlsConnect({ ...this.tlsOptions, socket: raw }) : raw;
        socket.on("data", (chunk: Buffer) => this.land(chunk));
        this.adopt(socket, this.isSecure ? "secureConnect" : null);
      },
      unexpected: (status, retryAfter) => this.over(null, () => this.handlers.unexpected(status, retryAfter)),
      failed: (reason) => this.fail(reason),
    });
  }

  private get tlsOptions(): ConnectionOptions {
    const { host } = this.address;
    return { ALPNProtocols: ["http/1.1"], servername: isIP(host) === 0 ? host : "", host };
  }

  private adopt(socket: Socket, ready: "connect" | "secureConnect" | null): void {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on("error", ({ message }) => this.fail(message));
    socket.on("close", () =>
      this.answer === null
        ? this.over(null, () => this.handlers.closed(1006, ""))
        : this.fail("the connection ended before it was one of WebSocket"),
    );
    const ask = () => socket.write(upgradeRequest(this.url, this.key));
    if (ready === null) ask();
    else socket.once(ready, ask);
  }

  private land(chunk: Buffer): void {
    const { bytes, at, size } = this.landing;
    for (let from = 0; from < chunk.length; from += size) {
      const piece = chunk.subarray(from, from + size);
      bytes.set(piece, at);
      this.received(at, at + piece.length);
    }
  }

  /** What is written while a read is taken goes out behind it: no other read comes between. */
  private write(frame: Uint8Array): void {
    if (this.isReading && !this.isCorked) {
      this.isCorked = true;
      this.socket?.cork();
    }
    this.socket?.write(frame);
  }

  /** Hot: what one read brought lies in [at, end). */
  private received(at: number, end: number): void {
    if (this.isOver) return;
    if (this.answer !== null) {
      at = this.readAnswer(this.answer, at, end);
      if (at === end) return;
    }
    this.handlers.heard(false);
    this.isReading = true;
    this.reader.take(at, end);
    this.isReading = false;
    if (this.isCorked) {
      this.isCorked = false;
      this.socket?.uncork();
    }
  }

  /** Where the frames begin; `end` while there are none. */
  private readAnswer(before: Buffer, at: number, end: number): number {
    const all = Buffer.concat([before, this.landing.bytes.subarray(at, end)]);
    const answer = readUpgrade(all, this.key);
    if (answer === null) this.answer = all;
    else if (answer.kind === "fault") this.fail(answer.reason);
    else if (answer.kind === "unexpected")
      this.over(null, () => this.handlers.unexpected(answer.status, answer.retryAfter));
    else {
      clearTimeout(this.deadline);
      this.answer = null;
      // Frames may have come with the answer: whoever opens must not lose their place to another read.
      this.socket?.cork();
      this.handlers.opened();
      this.socket?.uncork();
      return this.isOver ? end : at + answer.headBytes - before.length;
    }
    return end;
  }

  private fail(reason: string, farewell: Buffer | null = null): void {
    this.over(farewell, () => this.handlers.failed(reason));
  }

  /** Once: nothing is read or told after it. */
  private over(farewell: Buffer | null, tell: () => void): void {
    if (this.isOver) return;
    this.isOver = true;
    this.reader.stop();
    clearTimeout(this.deadline);
    this.abandon?.();
    const { socket } = this;
    if (farewell === null) socket?.destroy();
    else {
      socket?.end(farewell);
      setTimeout(() => socket?.destroy(), FAREWELL_MS).unref();
    }
    tell();
  }
}
