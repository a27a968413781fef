import { connect, createServer, type Server, type Socket } from "node:net";

/** Lies between a client and a server: counts connections, cuts them, or goes mute without a word. */
export class TcpProxy {
  /** Connections taken so far. */
  accepted = 0;
  readonly #server: Server;
  readonly #open = new Set<{ socket: Socket; target: Socket }>();
  readonly #muted = new Set<Socket>();
  /** Connections that come while it is set are taken and pass nothing. */
  muteNew = false;
  #port = 0;

  private constructor(target: () => number) {
    this.#server = createServer((socket) => {
      this.accepted++;
      const other = connect(target(), "127.0.0.1");
      const pair = { socket, target: other };
      this.#open.add(pair);
      if (this.muteNew) this.#muted.add(socket);
      const pass = (from: Socket, to: Socket): void => {
        from.on("data", (data) => this.#muted.has(socket) || to.write(data));
        from.on("error", () => {});
        from.on("close", () => {
          this.#open.delete(pair);
          if (!this.#muted.has(socket)) to.destroy();
        });
      };
      pass(socket, other);
      pass(other, socket);
    });
  }

  /** @param target port of the server, asked for at each connection. */
  static async start(target: () => number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    proxy.#port = (proxy.#server.address() as { port: number }).port;
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Ends every connection at once. */
  cut(): void {
    for (const { socket, target } of [...this.#open]) {
      socket.destroy();
      target.destroy();
    }
  }

  /** The connections that are open pass nothing any more, and stay open; new ones pass everything. */
  mute(): void {
    for (const { socket } of this.#open) this.#muted.add(socket);
  }

  async stop(): Promise<void> {
    this.#muted.clear();
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
