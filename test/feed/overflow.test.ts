import { Lane } from "crosstick/internal/feed/lane";
import { compileKernel, type DecodeKernel, startKernel } from "crosstick/internal/kernel/kernel";
import { createMemory, planMemory, viewsOf } from "crosstick/internal/kernel/memory";
import * as L from "crosstick/internal/layout";
import { RingReader } from "crosstick/internal/ring/reader";
import { expect, test } from "vitest";

const RING_RECORDS = 64;

/** A live lane of Bybit spot whose ring nobody reads until told to. */
function lane() {
  const plan = planMemory({
    ...{ lanes: [1], ringRecords: RING_RECORDS, scratchBytes: 65_536, instruments: 4, bookLevels: 16, vwapTrades: 1 },
    ...{ windowBytes: 0, consumers: [] },
  });
  const memory = createMemory(plan);
  const views = viewsOf(memory);
  const kernel = startKernel<DecodeKernel>(compileKernel("decode"), memory);
  kernel.initTables();
  const [place] = plan.lanes;
  const made = new Lane({ views, kernel, memory: plan, plan: place, venue: "bybit", dropWhenFull: true });
  made.setProduct("spot");
  const reader = new RingReader(views, place.ring);
  const [scratch] = place.scratches;
  return {
    lane: made,
    dropped: () => views.u32[(place.ring + L.RING_DROPPED_MESSAGES) >> 2],
    send(message: object): void {
      const text = new TextEncoder().encode(JSON.stringify(message));
      views.u8.set(text, scratch);
      views.u32[(place.lane + L.MESSAGE_FRAME_AT) >> 2] = scratch;
      views.u32[(place.lane + L.MESSAGE_FRAME_END) >> 2] = scratch + text.length;
      views.f64[(place.lane + L.MESSAGE_RECEIVED_TIME_US) >> 3] = 1;
      made.frame(null);
      made.writer.publish();
    },
    /** [kind, instrument, reason of a gap] of what the ring holds. */
    read(): number[][] {
      const seen: number[][] = [];
      reader.drain((at) => {
        const kind = views.u8[at + L.RECORD_KIND];
        const reason = kind === L.KIND_GAP ? [views.f64[(at + L.GAP_REASON) >> 3]] : [];
        seen.push([kind, views.u16[(at + L.RECORD_INSTRUMENT) >> 1], ...reason]);
      }, Number.POSITIVE_INFINITY);
      return seen;
    },
  };
}

const book = (type: string, s: string, u: number) => ({
  ...{ topic: `orderbook.50.${s}`, ts: 1_700_000_000_000, type },
  data: { s, b: [["100", "1"]], a: [["101", "1"]], u, seq: u },
});
const trade = (s: string) => ({
  ...{ topic: `publicTrade.${s}`, ts: 1_700_000_000_000, type: "snapshot" },
  data: [{ i: "1", T: 1_700_000_000_000, p: "100", v: "1", S: "Buy", seq: 1, s, BT: false, RPI: false }],
});

test("a full ring drops a live message whole, counts it, and only its book owes a gap, which comes first", () => {
  const { lane: feed, send, read, dropped } = lane();
  send(book("snapshot", "BTCUSDT", 10));
  send(book("snapshot", "ETHUSDT", 20));
  expect([feed.books.isLive(0), feed.books.isLive(1)]).toEqual([true, true]);
  for (let i = 0; i < RING_RECORDS; i++) send(trade("BTCUSDT"));
  const beforeDelta = dropped();
  expect(beforeDelta, "trades that found no room").toBeGreaterThan(0);
  send(book("delta", "ETHUSDT", 21));
  expect(dropped()).toBe(beforeDelta + 1);
  const held = read();
  expect(held.length, "nothing but whole messages, and none beyond the ring").toBeLessThanOrEqual(RING_RECORDS);
  expect(held.filter(([kind]) => kind === L.KIND_DEPTH)).toEqual([]);

  send(book("delta", "BTCUSDT", 11));
  const after = read();
  expect(after[0]).toEqual([L.KIND_GAP, 1, L.REASON_OVERFLOW]);
  expect(after.filter(([kind]) => kind === L.KIND_GAP)).toHaveLength(1);
  expect(after.filter(([kind, instrument]) => kind === L.KIND_DEPTH && instrument === 0).length).toBeGreaterThan(0);
  expect([feed.books.isLive(0), feed.books.isLive(1)], "the other book does not notice").toEqual([true, false]);

  send(book("snapshot", "ETHUSDT", 30));
  expect(feed.books.isLive(1), "its next snapshot heals it").toBe(true);
});
