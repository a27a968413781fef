/** The program that sends the load of the live-load bench, bench/limits/venues.cc, and what it costs to read it at all. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** What the program answers to a load: see bench/limits/venues.cc. Times are µs. */
export interface Sent {
  sent: Record<"binance" | "bybit", [touches: number, trades: number, depths: number]>;
  writes: number;
  bytes: number;
  seconds: number;
  behind: number;
  pongs: number;
  p50: number;
  p99: number;
  p999: number;
  max: number;
}

export type VenuePorts = Record<"binance" | "bybit", number>;

export interface LoadOptions {
  /** Messages a second. */
  rate: number;
  seconds: number;
}

/** Has `rate` messages a second sent, of both venues together. */
export async function load(child: ChildProcess, rate: number, seconds: number): Promise<Sent> {
  child.stdin?.write(`go ${rate} ${seconds}\n`);
  return answer<Sent>(child);
}

/** The program's next line. */
export async function answer<Answer>(child: ChildProcess): Promise<Answer> {
  const said = child.stdout as NodeJS.ReadableStream;
  const lost = once(child, "exit").then(([code]) => {
    throw new Error(`the venues of the load ended with ${code}`);
  });
  let text = "";
  while (!text.includes("\n")) text += String((await Promise.race([once(said, "data"), lost]))[0]);
  return JSON.parse(text) as Answer;
}

/** The same load, read by a program that only finds the frames and answers pings: what this machine can do meanwhile. */
export async function readBare(venues: string, reader: string, options: LoadOptions): Promise<Sent> {
  const sender = spawn(venues, [], { stdio: ["pipe", "pipe", "inherit"] });
  let client: ChildProcess | null = null;
  try {
    const { binance, bybit } = await answer<VenuePorts>(sender);
    client = spawn(reader, [String(binance), String(bybit)], { stdio: ["ignore", "pipe", "inherit"] });
    await answer(client);
    return await load(sender, options.rate, options.seconds);
  } finally {
    client?.kill();
    sender.kill();
  }
}
