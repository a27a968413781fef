import { buf } from "crc-32";
import { textOf } from "./reference-frames.js";

type Row = [price: string, size: string, time: string];
type Book = { as?: Row[]; bs?: Row[]; a?: Row[]; b?: Row[]; c?: string };
type TradeRow = [price: string, size: string, time: string, side: string];
type Side = Map<number, Row>;

/**
 * A recording of Kraken's older protocol (books of depth 1000) as lines of today's, `<receive time> <frame>`,
 * of a channel of some depth. Levels, checksums and trades are the recorded ones to the digit, in the
 * objects of WebSocket v2: of each update what changes within the depth. What v1 does not send (checksums
 * of snapshots, trade ids, acknowledgements) is added.
 */
export function krakenOfOlder(path: string, depth: number): string[] {
  const lines: string[] = [];
  const channels = new Map<string, Channel>();
  let tradeId = 0;
  for (const line of textOf(path).trim().split("\n")) {
    const time = /"ts":\s*([\d.]+)/.exec(line)?.[1];
    const entry = JSON.parse(line);
    const message = entry.t === "recv" ? JSON.parse(entry.data) : null;
    if (!Array.isArray(message)) continue;
    const [name, pair] = message.slice(-2) as [string, string];
    const symbol = pair.replace("XBT", "BTC");
    const channel = channels.get(symbol) ?? new Channel(symbol, depth);
    channels.set(symbol, channel);
    let frames: string[] = [];
    if (name === "trade") frames = [trades(symbol, message[1], () => ++tradeId)];
    else if (name === "book-1000") frames = channel.frames(Object.assign({}, ...(message.slice(1, -2) as Book[])));
    lines.push(...frames.map((frame) => `${time} ${frame}`));
  }
  return lines;
}

/** What the venue sends of one book to a subscriber of some depth. */
class Channel {
  private readonly whole: [bids: Side, asks: Side] = [new Map(), new Map()];
  private shown: [bids: Side, asks: Side] = [new Map(), new Map()];

  constructor(
    private readonly symbol: string,
    private readonly depth: number,
  ) {}

  frames({ as, bs, a = [], b = [], c }: Book): string[] {
    const isSnapshot = as !== undefined;
    const rows = [bs ?? b, as ?? a];
    rows.forEach((side, i) => {
      for (const row of side) {
        if (Number(row[1]) === 0) this.whole[i].delete(Number(row[0]));
        else this.whole[i].set(Number(row[0]), row);
      }
    });
    const before = this.shown;
    this.shown = [best(this.whole[0], -1, this.depth), best(this.whole[1], 1, this.depth)];
    const changes = before.map((side, i) => this.changes(side, i));
    if (!isSnapshot && changes.every((side) => side.length === 0)) return [];
    const latest = rows
      .flat()
      .map(([, , time]) => time)
      .sort((x, y) => Number(y) - Number(x))[0];
    const checksum = isSnapshot ? this.checksum() : c;
    const text = `{"channel":"book","type":"${isSnapshot ? "snapshot" : "update"}","data":[{"symbol":"${this.symbol}","bids":[${changes[0]}],"asks":[${changes[1]}],"checksum":${checksum},"timestamp":"${isoOf(latest)}"}]}`;
    return isSnapshot ? [this.acknowledgement(), text] : [text];
  }

  /** Levels that are new or other, and removals of those that no longer are; what only fell off the end is not told. */
  private changes(before: Side, i: number): string[] {
    const level = ([price, size]: Row): string => `{"price":${price},"qty":${size}}`;
    const gone = [...before].filter(([price]) => !this.whole[i].has(price));
    const news = [...this.shown[i]].filter(([price, row]) => before.get(price)?.[1] !== row[1]);
    return [...gone.map(([, [price]]) => level([price, "0.00000000", ""])), ...news.map(([, row]) => level(row))];
  }

  private acknowledgement(): string {
    return `{"method":"subscribe","result":{"channel":"book","depth":${this.depth},"snapshot":true,"symbol":"${this.symbol}"},"success":true}`;
  }

  private checksum(): number {
    const [bids, asks] = this.shown.map((side) => [...side.values()].slice(0, 10));
    const digits = (text: string): string => text.replace(".", "").replace(/^0+/, "");
    const text = [...asks, ...bids].map(([price, size]) => digits(price) + digits(size)).join("");
    return buf(Buffer.from(text)) >>> 0;
  }
}

/** The best levels of a side, best first where they are cut: the recorded snapshot lists them so. */
function best(side: Side, sign: number, depth: number): Side {
  if (side.size <= depth) return new Map(side);
  return new Map([...side].sort(([x], [y]) => sign * (x - y)).slice(0, depth));
}

function trades(symbol: string, rows: TradeRow[], nextId: () => number): string {
  const data = rows.map(
    ([price, size, time, side]) =>
      `{"symbol":"${symbol}","side":"${side === "s" ? "sell" : "buy"}","price":${price},"qty":${size},"ord_type":"limit","trade_id":${nextId()},"timestamp":"${isoOf(time)}"}`,
  );
  return `{"channel":"trade","type":"update","data":[${data}]}`;
}

function isoOf(time: string): string {
  const [seconds, fraction] = time.split(".");
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
}
