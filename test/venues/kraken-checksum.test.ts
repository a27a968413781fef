import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { krakenChecksum } from "crosstick/internal/venues/kraken/checksum";
import { KrakenWitness } from "crosstick/internal/venues/kraken/integrity";
import { TextBook } from "crosstick/internal/venues/text-book";
import { describe, expect, test } from "vitest";
import { hasRecordings, recordings } from "../decode/recordings.js";

type Level = [price: string, size: string, time: string, republished?: string];
type Sides = { as?: Level[]; bs?: Level[]; a?: Level[]; b?: Level[]; c?: string };

const checksumOf = (frame: string): number => (JSON.parse(frame) as { data: { checksum: number }[] }).data[0].checksum;

describe("Kraken's checksum", () => {
  test.skipIf(!hasRecordings)("every one of the 4,269 updates of a recording of ten pairs (the older protocol)", () => {
    const text = gunzipSync(readFileSync(join(recordings, "cryptofeed/KRAKEN.jsonl.gz"))).toString("utf8");
    const books = new Map<string, TextBook>();
    let [updates, right] = [0, 0];
    for (const line of text.trim().split("\n")) {
      const { t, data } = JSON.parse(line) as { t: string; data: string };
      const message: unknown = t === "recv" ? JSON.parse(data) : null;
      if (!Array.isArray(message) || message.at(-2) !== "book-1000") continue;
      const pair = String(message.at(-1));
      for (const { as, bs, a, b, c } of message.slice(1, -2) as Sides[]) {
        const book = as === undefined ? books.get(pair) : new TextBook();
        if (book === undefined) throw new Error(`${pair} has no snapshot`);
        books.set(pair, book);
        const levels = (list: Level[] = []) => list.map(([price, size]): [string, string] => [price, size]);
        expect(book.apply(true, levels(as ?? a)) && book.apply(false, levels(bs ?? b))).toBe(true);
        if (c === undefined) continue;
        book.truncate(1000);
        updates++;
        if (krakenChecksum(book) === Number(c)) right++;
      }
    }
    expect([books.size, updates, right]).toEqual([10, 4269, 4269]);
  });

  test.skipIf(!hasRecordings)("a snapshot and an update of today's protocol, whatever wrote their numbers", () => {
    const path = join(recordings, "ccxt_static_ws/kraken_v2_BTC-USD_20260812.jsonl");
    const frames = readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => line.includes('"checksum"'));
    expect(frames).toHaveLength(2);
    const witness = new KrakenWitness();
    const check = (frame: string) =>
      witness.check({ frame, part: 0, isSnapshot: frame.includes("snapshot"), checksum: checksumOf(frame), depth: 10 });
    expect(check(frames[0])).toBe(true);
    expect(check(frames[1])).toBe(true);
    expect(witness.fallen(), "one level came, one went").toEqual([]);
    expect(check(frames[0].replace("63299.4,", "63299.3,"))).toBe(false);
  });
});
