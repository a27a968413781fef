/** The peer thread's side of the C++ programs: a venue for a relay and for a client, and the relay's subscriber. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** Bytes of a message; relay.cc reads the client's in this size. */
const MESSAGE_BYTES = 200;

export interface ClientTimes {
  p50: number;
  p99: number;
  p999: number;
  max: number;
  samples: number;
}

/** Sends through two sockets and a relay between them, and to a client that only reads. */
export class SocketLimits {
  private readonly times: Float64Array;
  private readonly dueMs: Float64Array;
  private sent = 0;
  private bytes = 0;
  private readonly children: ChildProcess[] = [];
  private readonly servers: Server[] = [];
  private toRelay: Socket | null = null;
  private toClient: Socket | null = null;
  private subscriber: Socket | null = null;
  private clientText = "";

  private constructor(samples: number) {
    this.times = new Float64Array(samples).fill(Number.NaN);
    this.dueMs = new Float64Array(samples);
  }

  /** Starts both programs and connects. `samples`: messages through the relay at most. */
  static async open(path: string, samples: number): Promise<SocketLimits> {
    const limits = new SocketLimits(samples);
    const forRelay = await limits.listen();
    const relay = limits.start(path, "forward", forRelay.port);
    const [line] = (await once(relay.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
    limits.subscriber = connect(Number(line.toString()), "127.0.0.1").setNoDelay(true);
    limits.subscriber.on("data", (data) => limits.arrived(data.length));
    limits.toRelay = await forRelay.connected;
    const forClient = await limits.listen();
    const client = limits.start(path, "client", forClient.port);
    client.stdout?.on("data", (data: Buffer) => {
      limits.clientText += data.toString();
    });
    limits.toClient = await forClient.connected;
    return limits;
  }

  /** Times from when each message was due to its arrival behind the relay, µs; NaN for what did not come. */
  get relayed(): Float64Array {
    return this.times.slice(0, this.sent);
  }

  /** Through the relay, now; `dueMs` of performance.now is when it was meant to be. */
  relay(dueMs: number): void {
    this.dueMs[this.sent++] = dueMs;
    this.toRelay?.write(Buffer.alloc(MESSAGE_BYTES));
  }

  /** To the client that only reads. */
  tell(dueMs: number): void {
    const message = Buffer.alloc(MESSAGE_BYTES);
    const lateMs = performance.now() - dueMs;
    message.writeDoubleLE(Number(process.hrtime.bigint()) / 1000 - lateMs * 1000);
    this.toClient?.write(message);
  }

  /** Ends both; the client's own times. */
  async close(): Promise<ClientTimes> {
    this.toRelay?.end();
    this.toClient?.end();
    await Promise.all(this.children.map((child) => child.exitCode === null && once(child, "close")));
    this.subscriber?.destroy();
    for (const server of this.servers) server.close();
    return JSON.parse(this.clientText) as ClientTimes;
  }

  private arrived(bytes: number): void {
    const atMs = performance.now();
    const before = Math.floor(this.bytes / MESSAGE_BYTES);
    this.bytes += bytes;
    for (let i = before; i < Math.floor(this.bytes / MESSAGE_BYTES); i++) this.times[i] = (atMs - this.dueMs[i]) * 1000;
  }

  private start(path: string, mode: string, port: number): ChildProcess {
    const child = spawn(path, [mode, String(port)], { stdio: ["ignore", "pipe", "ignore"] });
    this.children.push(child);
    return child;
  }

  private async listen(): Promise<{ port: number; connected: Promise<Socket> }> {
    const server = createServer();
    this.servers.push(server);
    const connected = new Promise<Socket>((resolve) => {
      server.once("connection", (socket) => {
        socket.on("error", () => {});
        resolve(socket.setNoDelay(true));
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return { port: (server.address() as AddressInfo).port, connected };
  }
}
