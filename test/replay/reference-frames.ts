import { readFileSync } from "node:fs";
import { gunzipSync, constants as zlib } from "node:zlib";

/** One received line or HTTP reply, as the reference takes it. */
export interface ReferenceFrame {
  /** Epoch µs, floored, and the nanoseconds below. */
  receivedUs: number;
  nanos: number;
  venue: string;
  product: string;
  /** Symbol of a reply that does not name it. */
  symbol: string | null;
  text: string;
}

/** The text of a recording, with or without gzip. */
export function textOf(path: string): string {
  const bytes = readFileSync(path);
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("utf8");
}

/** What the first bytes of a recording's file hold, with or without gzip, and whether that is all of it. */
export function headOf(path: string, bytes: number): { text: string; isWhole: boolean } {
  const file = readFileSync(path);
  const head = file.subarray(0, bytes);
  const isPacked = file[0] === 0x1f && file[1] === 0x8b;
  const text = isPacked ? gunzipSync(head, { finishFlush: zlib.Z_SYNC_FLUSH }) : head;
  return { text: text.toString("utf8"), isWhole: head.length === file.length };
}

/** Whole nanoseconds of a time in s, ms, µs or ns, told apart by its digits before the point. */
export function nanosecondsOf(text: string): bigint {
  const [whole, fraction = ""] = text.split(".");
  const digits = { 10: 9, 13: 6, 16: 3, 19: 0 }[whole.length];
  if (digits === undefined) throw new Error(`${text} is no time`);
  return BigInt(whole + fraction.slice(0, digits).padEnd(digits, "0"));
}

/** Frames of `<time> <frame>` lines. `symbol` is that of the snapshots, which name none. */
export function framesOfLines(text: string, market: string, symbol: string): ReferenceFrame[] {
  const [venue, product] = market.split(".");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const space = line.indexOf(" ");
      return { ...received(line.slice(0, space)), venue, product, symbol, text: line.slice(space + 1) };
    });
}

/** Frames of a cryptofeed recording, in time order: the file has its HTTP replies first. */
export function framesOfCryptofeed(text: string): ReferenceFrame[] {
  const frames: ReferenceFrame[] = [];
  const addresses = new Map<string, string>();
  let exchange = "";
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const entry = JSON.parse(line);
    if (entry.t === "header") exchange = entry.exchange;
    else if (entry.t === "connect") addresses.set(entry.conn, entry.addr);
    if (entry.t !== "recv" && entry.t !== "http") continue;
    // The number as it is written: a float64 does not hold its last digits.
    const time = /"ts":\s*([\d.]+)/.exec(line)?.[1] ?? "";
    frames.push({
      ...received(time),
      ...marketOf(exchange, entry.url ?? addresses.get(entry.conn) ?? "", entry.data),
      symbol: /[?&]symbol=(\w+)/.exec(entry.url ?? "")?.[1] ?? null,
      // What came as bytes is gzip: HTX.
      text: entry.data ?? gunzipSync(Buffer.from(entry.b64, "base64")).toString("utf8"),
    });
  }
  return inTimeOrder(frames);
}

/** Frames of several recordings as one: by time, then by place in the list. */
export function inTimeOrder(frames: readonly ReferenceFrame[]): ReferenceFrame[] {
  return frames.toSorted((a, b) => a.receivedUs - b.receivedUs || a.nanos - b.nanos);
}

function received(text: string): { receivedUs: number; nanos: number } {
  const ns = nanosecondsOf(text);
  return { receivedUs: Number(ns / 1000n), nanos: Number(ns % 1000n) };
}

function marketOf(exchange: string, address: string, frame: string): { venue: string; product: string } {
  if (exchange === "BINANCE") return { venue: "binance", product: "spot" };
  if (exchange === "BINANCE_FUTURES") return { venue: "binance", product: "usdm" };
  if (exchange === "HUOBI_SWAP") return { venue: "htx", product: "swap" };
  if (exchange === "OKX") {
    const [, , date, strike] = (/"instId":"([^"]+)"/.exec(frame)?.[1] ?? "").split("-");
    const dated = strike === undefined ? "futures" : "option";
    return { venue: "okx", product: date === undefined ? "spot" : date === "SWAP" ? "swap" : dated };
  }
  if (exchange === "KRAKEN") return { venue: "kraken", product: "spot" };
  if (exchange === "COINBASE") return { venue: "coinbase", product: "spot" };
  // Ten options; all products share one address, and the only other frames are lists and an answer.
  if (exchange === "DERIBIT") return { venue: "deribit", product: "option" };
  const product = /\/v5\/public\/(\w+)/.exec(address)?.[1] ?? /category=(\w+)/.exec(address)?.[1];
  if (exchange !== "BYBIT" || product === undefined) throw new Error(`no market for ${exchange} ${address}`);
  return { venue: "bybit", product };
}
