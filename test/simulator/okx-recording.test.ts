import { openRecordings } from "crosstick/internal/cli/sim-recordings";
import type { RecordedFrame } from "crosstick/internal/simulator/recorded/frame";
import { createSimulator, type Simulator } from "crosstick/internal/simulator/simulator";
import { afterEach, expect, test } from "vitest";
import { recordings } from "../sources/recorded.js";
import { OkxBook } from "./okx-book.js";
import { getJson, type Message, until, Wire } from "./wire.js";

const folder = recordings();
let simulator: Simulator | null = null;
afterEach(() => simulator?.stop());

/** The lists of instruments, asked for minutes before, come with the first frame. */
async function* atOnce(frames: AsyncIterable<RecordedFrame>): AsyncGenerator<RecordedFrame> {
  const lists: RecordedFrame[] = [];
  for await (const frame of frames)
    if (frame.url !== null) lists.push(frame);
    else {
      for (const list of lists.splice(0)) yield { ...list, receivedUs: frame.receivedUs };
      yield frame;
    }
}

test.skipIf(folder === null)(
  "a recording of OKX is served: books, and whole ones with their checksum to who comes later",
  async () => {
    const recorded = await openRecordings([`${folder}cryptofeed/OKX.jsonl.gz`], ["okx"]);
    simulator = await createSimulator({
      venues: ["okx"],
      seed: 1,
      speed: 2,
      from: atOnce(recorded),
      limits: { okx: { connects: 9 } },
    });
    const { ws, rest } = simulator.endpoints.okx.spot;
    const symbols = ["BTC-USDT", "BTC-USD-220527", "UNI-USD-SWAP"];
    const follow = async () => {
      const wire = await Wire.open(`${ws}/ws/v5/public`);
      const books = new Map(symbols.map((symbol) => [symbol, new OkxBook()]));
      wire.onMessage = (message) => {
        if (message.data !== undefined) books.get((message.arg as Message).instId as string)?.take(message);
      };
      wire.send({ op: "subscribe", args: symbols.map((instId) => ({ channel: "books", instId })) });
      return { wire, books };
    };
    const early = await follow();
    await until("updates", () => (early.books.get("BTC-USDT")?.updates ?? 0) > 30, 20_000);
    const late = await follow();
    await simulator.ended;
    await until("the late ones", () => [...late.books.values()].every(({ snapshots }) => snapshots === 1));
    for (const { wire } of [early, late]) wire.end();
    for (const symbol of symbols) {
      const [first, second] = [early.books.get(symbol) as OkxBook, late.books.get(symbol) as OkxBook];
      expect([symbol, first.wrongChecksums, second.wrongChecksums]).toEqual([symbol, 0, 0]);
      expect(second.updates).toBeLessThan(first.updates);
      expect([second.book.bids, second.book.asks]).toEqual([first.book.bids, first.book.asks]);
    }
    const list = await getJson(`${rest}/api/v5/public/instruments?instType=SWAP`);
    expect(list.data).toHaveLength(166);
  },
);
