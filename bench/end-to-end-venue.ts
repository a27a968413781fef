/** A venue of two books in Bybit's own words, whose frames make their prices disagree and agree in turns. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

/** Sizes and levels are such that 1,000 USDT are filled at the best price. */
const SIZE = "1000";
const LEVELS = {
  agreed: { b: "99.9", a: "100.1" },
  disagreed: { b: "101.9", a: "102.1" },
};
/** A level that nobody reaches; it changes so that the other book is not silent. */
const FAR = "50";

type Product = "spot" | "linear";

export class Venue {
  private readonly server: Server;
  private readonly followers: Record<Product, Set<WebSocket>> = { spot: new Set(), linear: new Set() };
  private readonly updates: Record<Product, number> = { spot: 100, linear: 100 };
  private disagreed = false;

  constructor() {
    this.server = createServer((_, response) => {
      const us = Math.round((performance.timeOrigin + performance.now()) * 1000);
      const result = { timeSecond: String(Math.floor(us / 1e6)), timeNano: `${us}000` };
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ retCode: 0, retMsg: "OK", result, retExtInfo: {}, time: Math.floor(us / 1000) }));
    });
    const sockets = new WebSocketServer({ server: this.server, perMessageDeflate: false });
    sockets.on("connection", (socket, request) =>
      this.admit(socket, request.url?.endsWith("/spot") ? "spot" : "linear"),
    );
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return (this.server.address() as AddressInfo).port;
  }

  /** The spot book jumps by two per cent, or back; the id of the update. */
  toggle(): number {
    const [gone, come] = this.disagreed ? [LEVELS.disagreed, LEVELS.agreed] : [LEVELS.agreed, LEVELS.disagreed];
    this.disagreed = !this.disagreed;
    return this.send(
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

  /** The other book says something that changes nothing near its best prices. */
  breathe(): void {
    this.send("linear", [[FAR, String(1 + (this.updates.linear % 7))]], []);
  }

  private admit(socket: WebSocket, product: Product): void {
    socket.on("message", (data) => {
      const { op, args = [], req_id } = JSON.parse(data.toString()) as { op: string; args?: string[]; req_id?: string };
      const name = op === "ping" ? "pong" : "";
      socket.send(JSON.stringify({ success: true, ret_msg: name, conn_id: "1", req_id, op }));
      if (op !== "subscribe" || !args.includes("orderbook.50.BTCUSDT")) return;
      const { b, a } = LEVELS[product === "spot" && this.disagreed ? "disagreed" : "agreed"];
      socket.send(
        frame(
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
    socket.on("close", () => this.followers[product].delete(socket));
  }

  private send(product: Product, bids: string[][], asks: string[][]): number {
    const update = ++this.updates[product];
    const text = frame("delta", update, bids, asks);
    for (const socket of this.followers[product]) socket.send(text);
    return update;
  }
}

function frame(type: "snapshot" | "delta", u: number, b: string[][], a: string[][]): string {
  const ts = Math.floor(performance.timeOrigin + performance.now());
  return JSON.stringify({ topic: "orderbook.50.BTCUSDT", type, ts, data: { s: "BTCUSDT", b, a, u, seq: u }, cts: ts });
}
