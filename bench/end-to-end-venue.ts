/** A venue of two books in Bybit's own words, whose frames make their prices disagree and agree in turns. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";

/** Sizes and levels are such that 1,000 USDT are filled at the best price. */
const SIZE = "1000";
const LEVELS = {
  agreed: { b: "99.9", a: "100.1" },
  disagreed: { b: "101.9", a: "102.1" },
};
/** A level that nobody reaches; it changes so that the other book is not silent. */
const FAR = "50";
/** First byte of a whole text message, and the second where two bytes of length follow (RFC 6455, 5.2). */
const [WHOLE_TEXT, LENGTH_FOLLOWS] = [0x81, 126];

type Product = "spot" | "linear";

/** A jump of the spot book, ready to be written. */
export interface Toggle {
  /** Id of the update. */
  update: number;
  /** The WebSocket frame. */
  bytes: Buffer;
}

export class Venue {
  private readonly server: Server;
  /** Sockets under the connections: what is measured from its write is written without more ado. */
  private readonly followers: Record<Product, Set<Duplex>> = { spot: new Set(), linear: new Set() };
  private readonly updates: Record<Product, number> = { spot: 100, linear: 100 };
  private disagreed = false;

  constructor() {
    this.server = createServer((_, response) => {
      const us = Math.round((performance.timeOrigin + performance.now()) * 1000);
      const result = { timeSecond: String(Math.floor(us / 1e6)), timeNano: `${us}000` };
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ retCode: 0, retMsg: "OK", result, retExtInfo: {}, time: Math.floor(us / 1000) }));
    });
    const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
    this.server.on("upgrade", (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (connection) =>
        this.admit(connection, socket, request.url?.endsWith("/spot") ? "spot" : "linear"),
      ),
    );
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return (this.server.address() as AddressInfo).port;
  }

  /** The spot book is to jump by two per cent, or back. */
  toggle(): Toggle {
    const [gone, come] = this.disagreed ? [LEVELS.disagreed, LEVELS.agreed] : [LEVELS.agreed, LEVELS.disagreed];
    this.disagreed = !this.disagreed;
    return this.change(
      "spot",
      [
        [gone.b, "0"],
        [come.b, SIZE],
      ],
      [
        [gone.a, "0"],
        [come.a, SIZE],
      ],
    );
  }

  /** It jumps. */
  write({ bytes }: Toggle): void {
    for (const socket of this.followers.spot) socket.write(bytes);
  }

  /** The other book says something that changes nothing near its best prices. */
  breathe(): void {
    const { bytes } = this.change("linear", [[FAR, String(1 + (this.updates.linear % 7))]], []);
    for (const socket of this.followers.linear) socket.write(bytes);
  }

  private admit(connection: WebSocket, socket: Duplex, product: Product): void {
    connection.on("message", (data) => {
      const { op, args = [], req_id } = JSON.parse(data.toString()) as { op: string; args?: string[]; req_id?: string };
      const name = op === "ping" ? "pong" : "";
      connection.send(JSON.stringify({ success: true, ret_msg: name, conn_id: "1", req_id, op }));
      if (op !== "subscribe" || !args.includes("orderbook.50.BTCUSDT")) return;
      const { b, a } = LEVELS[product === "spot" && this.disagreed ? "disagreed" : "agreed"];
      connection.send(
        message(
          "snapshot",
          this.updates[product],
          [
            [b, SIZE],
            [FAR, "1"],
          ],
          [[a, SIZE]],
        ),
      );
      this.followers[product].add(socket);
    });
    connection.on("close", () => this.followers[product].delete(socket));
  }

  private change(product: Product, bids: string[][], asks: string[][]): Toggle {
    const update = ++this.updates[product];
    return { update, bytes: frame(message("delta", update, bids, asks)) };
  }
}

function message(type: "snapshot" | "delta", u: number, b: string[][], a: string[][]): string {
  const ts = Math.floor(performance.timeOrigin + performance.now());
  return JSON.stringify({ topic: "orderbook.50.BTCUSDT", type, ts, data: { s: "BTCUSDT", b, a, u, seq: u }, cts: ts });
}

/** Of 126 to 65,535 bytes, which all changes here have. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  return Buffer.concat([
    Buffer.from([WHOLE_TEXT, LENGTH_FOLLOWS, payload.length >> 8, payload.length & 0xff]),
    payload,
  ]);
}
