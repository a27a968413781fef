import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseConfig } from "crosstick/internal/config";
import * as L from "crosstick/internal/layout";
import { JournalTrades } from "crosstick/internal/live/journal-trades";
import { parseVenueProduct } from "crosstick/internal/market/venues";
import { BLOCK_TYPE_RECORDS, SEGMENT_JOURNAL } from "crosstick/internal/record/format";
import { listSegments } from "crosstick/internal/record/segment-name";
import { SegmentReader } from "crosstick/internal/record/segment-reader";
import { type JournalTrade, type TradeQuestion, TradeSearch } from "crosstick/internal/record/trade-search";
import { replay } from "crosstick/internal/replay";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { recordingFolder } from "../replay/run-replay.js";
import { cryptofeedBybit, hasRecordings, spotBtc, usdmBtc } from "../replay/shared-data.js";
import { runs } from "../runs.js";

const folder = recordingFolder();

/** All trades of the journal, record by record: position, index, receive time. */
function plainTrades(dir: string): { sequence: number; index: number; receivedTimeUs: number; price: number }[] {
  return listSegments(dir, SEGMENT_JOURNAL).flatMap(({ path, number }) => {
    const reader = new SegmentReader(path, number);
    const found = [];
    for (let block = reader.next(); block !== null; block = reader.next())
      for (let i = 0; block.type === BLOCK_TYPE_RECORDS && i < block.count; i++) {
        const record = block.payload.subarray(i * 64);
        if (record[L.RECORD_KIND] !== L.KIND_TRADE) continue;
        const index = record.readUInt16LE(L.RECORD_INSTRUMENT);
        const receivedTimeUs = record.readDoubleLE(L.RECORD_RECEIVED_TIME_US);
        found.push({
          ...{ sequence: block.firstPosition + i, index, receivedTimeUs },
          price: record.readDoubleLE(L.TRADE_PRICE),
        });
      }
    reader.close();
    return found;
  });
}

const all: TradeQuestion = {
  ...{ id: "", fromUs: Number.NEGATIVE_INFINITY, toUs: Number.POSITIVE_INFINITY, after: null, limit: 1000 },
  order: "first",
};

/** Every page, one after the other. */
function pages(search: TradeSearch, question: TradeQuestion): JournalTrade[] {
  const found: JournalTrade[] = [];
  for (let after = question.after; ; ) {
    const { trades, next, more } = search.find({ ...question, after });
    found.push(...trades);
    if (!more) return found;
    expect(next).toBeGreaterThan(after ?? -1);
    after = next;
  }
}

describe.skipIf(!hasRecordings)("trades of a journal of recordings", () => {
  const dir = folder.path("trades");
  const ids = ["binance:BTC/USDT", "binance:BTC/USDT:USDT"];
  let plain: ReturnType<typeof plainTrades>;
  let counts: Record<string, number>;

  /** Those of an instrument, whose index the first one found tells. */
  const own = (id: string) => {
    const [first] = new TradeSearch(dir).find({ ...all, id, limit: 1 }).trades;
    const index = plain.find(({ sequence }) => sequence === first.sequence)?.index;
    return plain.filter((one) => one.index === index);
  };
  const sequences = (trades: readonly { sequence: number }[]) => trades.map(({ sequence }) => sequence);

  beforeAll(async () => {
    const { summary } = await replay({
      inputs: [spotBtc, usdmBtc, cryptofeedBybit].map(({ path, market }) => ({
        path,
        market: market === undefined ? undefined : parseVenueProduct(market),
      })),
      config: parseConfig({ record: { dir, segmentMiB: 1 } }),
      recordTo: dir,
    });
    plain = plainTrades(dir);
    counts = Object.fromEntries(
      Object.entries(summary.instruments).map(([id, { trades, excludedTrades }]) => [id, trades + excludedTrades]),
    );
  });

  test("are all there, page by page, as many as the engine counted", () => {
    const search = new TradeSearch(dir);
    for (const id of ids) {
      const found = pages(search, { ...all, id, limit: 997 });
      expect(sequences(found)).toEqual(sequences(own(id)));
      expect(found.filter(({ aggregated }) => !aggregated).length).toBe(counts[id]);
      expect(found.length).toBeGreaterThan(100);
    }
  });

  test("are the same for any times, place and length of page, budget and order as a plain reading gives", () => {
    const id = ids[0];
    const known = own(id);
    const time = fc.integer({ min: -5, max: known.length + 5 }).map((at) => {
      const clamped = known[Math.min(known.length - 1, Math.max(0, at))].receivedTimeUs;
      return at < 0 ? Number.NEGATIVE_INFINITY : clamped + (at >= known.length ? 1e6 : 0);
    });
    const search = new TradeSearch(dir, 2_000_000);
    const whole = new TradeSearch(dir);
    fc.assert(
      fc.property(
        time,
        time,
        fc.option(fc.nat(known.length - 1)),
        fc.integer({ min: 1, max: 400 }),
        (a, b, at, limit) => {
          const [fromUs, toUs] = [Math.min(a, b), Math.max(a, b)];
          const after = at === null ? null : known[at].sequence;
          const wanted = known.filter(
            (one) => one.receivedTimeUs >= fromUs && one.receivedTimeUs < toUs && one.sequence > (after ?? -1),
          );
          expect(sequences(pages(search, { ...all, id, fromUs, toUs, after, limit }))).toEqual(sequences(wanted));
          const { trades, more } = whole.find({ ...all, id, toUs, limit, order: "last" });
          const before = known.filter((one) => one.receivedTimeUs < toUs);
          expect(sequences(trades)).toEqual(sequences(before.slice(-limit)));
          expect(more).toBe(before.length > limit);
        },
      ),
      { numRuns: runs(5) },
    );
  });

  test("are found while the journal grows, whatever piece of it is there", () => {
    const copy = folder.path("growing");
    cpSync(dir, copy, { recursive: true });
    const names = readdirSync(copy)
      .filter((name) => name.endsWith(".ctj"))
      .sort();
    for (const name of names.slice(2)) rmSync(join(copy, name));
    const path = join(copy, names[1]);
    const whole = readFileSync(path);
    const search = new TradeSearch(copy);
    const id = ids[0];
    const seen: JournalTrade[] = [];
    let after: number | null = null;
    for (let size = 200; ; size += 100_003) {
      truncateSync(path, 0);
      writeFileSync(path, whole.subarray(0, size));
      const page = search.find({ ...all, id, after });
      seen.push(...page.trades);
      after = page.next ?? after;
      expect(page.holes).toBe(false);
      if (size >= whole.length && !page.more) break;
    }
    expect(sequences(seen)).toEqual(sequences(own(id)).filter((one) => one <= (after as number)));
    expect(seen.length).toBeGreaterThan(10);
  });

  test("say that records are missing: damaged, and deleted before they were asked for", () => {
    const id = ids[0];
    const copy = folder.path("damaged");
    cpSync(dir, copy, { recursive: true });
    const names = readdirSync(copy)
      .filter((name) => name.endsWith(".ctj"))
      .sort();
    const known = own(id);
    expect(new TradeSearch(copy).find({ ...all, id, after: known[0].sequence }).holes).toBe(false);
    rmSync(join(copy, names[0]));
    const search = new TradeSearch(copy);
    expect(search.find({ ...all, id, after: 0 }).holes).toBe(true);
    const path = join(copy, names[3]);
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1] ^= 1;
    // The magic of a block further on: its header is none any more.
    const at = bytes.indexOf(Buffer.from("CTBK"), (bytes.length >> 1) + 1);
    bytes[at] ^= 1;
    writeFileSync(path, bytes);
    const rest = pages(new TradeSearch(copy), { ...all, id, limit: 1000 });
    expect(rest.length).toBeLessThan(known.length);
    const position = (name: string) => new SegmentReader(join(copy, name), 0).position;
    expect(new TradeSearch(copy).find({ ...all, id, after: position(names[2]) }).holes).toBe(true);
    expect(new TradeSearch(copy).find({ ...all, id, after: position(names[4]) }).holes).toBe(false);
  });

  test("come through a thread of their own, and a sequence of another journal is refused", async () => {
    const journal = new JournalTrades(dir);
    const id = ids[1];
    const { trades } = await journal.ask({ ...all, id, limit: 5, order: "last" });
    expect(sequences(trades)).toEqual(sequences(own(id)).slice(-5));
    await expect(journal.ask({ ...all, id, after: 2 ** 40 })).rejects.toMatchObject({ code: "JOURNAL_SEQUENCE" });
    await journal.close();
  });
});
