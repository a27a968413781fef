import { connect, type Socket } from "node:net";

/** A TCP connection that sends any bytes and keeps what comes back. */
export class RawSocket {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  received = Buffer.alloc(0);

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1");
    this.socket.on("data", (data) => {
      this.received = Buffer.concat([this.received, data]);
    });
    this.socket.on("error", () => {});
    this.closed = new Promise((resolve) => {
      this.socket.on("close", () => resolve());
    });
  }

  write(data: string | Buffer): void {
    this.socket.write(data);
  }

  /** Waits until what came back fits. */
  async until(fits: (received: Buffer) => boolean, withinMs = 3000): Promise<void> {
    const untilMs = performance.now() + withinMs;
    while (!fits(this.received)) {
      if (performance.now() > untilMs)
        throw new Error(`not received: ${this.received.toString("latin1").slice(0, 300)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Upgrades to a WebSocket; the head is taken out of what was received. */
  async upgrade(path = "/v1/stream"): Promise<void> {
    this.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    await this.until((bytes) => bytes.includes("\r\n\r\n"));
    const end = this.received.indexOf("\r\n\r\n") + 4;
    if (!this.received.subarray(0, end).toString().startsWith("HTTP/1.1 101")) throw new Error("not upgraded");
    this.received = this.received.subarray(end);
  }

  /** Code of the close frame received, null without one. */
  closeCode(): number | null {
    let at = 0;
    while (at + 2 <= this.received.length) {
      const short = this.received[at + 1] & 127;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (at + head > this.received.length) return null;
      const length =
        short < 126
          ? short
          : short === 126
            ? this.received.readUInt16BE(at + 2)
            : Number(this.received.readBigUInt64BE(at + 2));
      if ((this.received[at] & 15) === 8) return length < 2 ? 1005 : this.received.readUInt16BE(at + head);
      at += head + length;
    }
    return null;
  }
}

/** A client's frame. */
export function frame(
  opcode: number,
  payload: string | Buffer,
  { final = true, masked = true, reserved = 0 } = {},
): Buffer {
  const bytes = Buffer.from(payload as string);
  const head = [(final ? 0x80 : 0) | reserved | opcode];
  const mask = masked ? 0x80 : 0;
  if (bytes.length < 126) head.push(mask | bytes.length);
  else if (bytes.length < 65_536) head.push(mask | 126, bytes.length >> 8, bytes.length & 255);
  else {
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(bytes.length));
    head.push(mask | 127, ...length);
  }
  if (!masked) return Buffer.concat([Buffer.from(head), bytes]);
  const key = [0x12, 0x34, 0x56, 0x78];
  return Buffer.concat([Buffer.from([...head, ...key]), Buffer.from(bytes.map((byte, i) => byte ^ key[i % 4]))]);
}
