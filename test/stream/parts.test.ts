import { LAYOUT_VERSION } from "crosstick/internal/layout";
import { mergeBookUpdates } from "crosstick/internal/stream/book-merge";
import { Channel } from "crosstick/internal/stream/channel";
import { matchesRest } from "crosstick/internal/stream/channels";
import { Metrics, type MetricsSample } from "crosstick/internal/stream/metrics";
import { isLoopback } from "crosstick/internal/stream/origin";
import { parseClientMessage } from "crosstick/internal/stream/protocol";
import { encodeRecords, isText, readRecordMessage } from "crosstick/internal/stream/record-message";
import { FULL_SCOPE, scopeHasChannel } from "crosstick/internal/stream/scope";
import { TokenBucket } from "crosstick/internal/stream/token-bucket";
import { Tokens } from "crosstick/internal/stream/tokens";
import { FrameBatches, frameOf } from "crosstick/internal/stream/ws-frames";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Level, PlainBook } from "./fake-engine.js";

const seed = Number(process.env.SEED ?? 20_261_121);
console.log(`seed ${seed}`);

test("merged updates do to any book what they do one by one", () => {
  const level = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 3 })) as fc.Arbitrary<Level>;
  const side = fc.array(level, { maxLength: 8 });
  const update = fc.record({ bids: side, asks: side, sequence: fc.integer({ min: 1 }) });
  const property = fc.property(update, fc.array(update, { minLength: 1, maxLength: 10 }), (start, updates) => {
    const [one, other] = [new PlainBook(), new PlainBook()];
    one.replace(start);
    other.replace(start);
    for (const each of updates) one.apply(each);
    const merged = mergeBookUpdates(updates);
    other.apply(merged as never);
    expect(other.levels()).toEqual(one.levels());
    expect(merged.bids.map(([price]) => price)).toEqual(
      [...new Set(merged.bids.map(([price]) => price))].sort((a, b) => b - a),
    );
  });
  fc.assert(property, { seed });
});

test("a bucket admits a burst, then its rate", () => {
  const bucket = new TokenBucket(10, 5, 0);
  const admitted = (nowMs: number, cost = 1): boolean => bucket.take(cost, nowMs);
  expect(Array.from({ length: 7 }, () => admitted(0))).toEqual([true, true, true, true, true, false, false]);
  expect([admitted(99), admitted(100), admitted(150)]).toEqual([false, true, false]);
  expect([admitted(10_000, 50), admitted(10_000), admitted(14_500), admitted(14_700)]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});

test("what a scope has of a pattern it has of every channel that fits the pattern", () => {
  const text = (characters: string) => fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength: 5 });
  const property = fc.property(text("ab*"), text("ab*"), text("ab"), (allowed, asked, rest) => {
    const scope = { name: "x", channels: [`bbo.${allowed}`], paths: [] };
    if (!scopeHasChannel(scope, { kind: "bbo", rest: asked }) || !matchesRest(asked, rest)) return;
    expect(matchesRest(allowed, rest)).toBe(true);
    expect(scopeHasChannel(scope, { kind: "trade", rest: asked })).toBe(false);
  });
  fc.assert(property, { seed, numRuns: 5000 });
});

test("wrong tokens make an address wait, longer each time; others do not", () => {
  const tokens = new Tokens([{ token: "right", scope: FULL_SCOPE }], 2);
  const check = (nowMs: number, token = "wrong", address = "a"): boolean =>
    tokens.check(token, address, nowMs) !== null;
  expect([check(0), check(0), check(0)]).toEqual([false, false, false]);
  expect([tokens.waitMs("a", 0), tokens.waitMs("b", 0)]).toEqual([1000, 0]);
  expect([check(999, "right"), check(999, "right", "b"), check(1000, "right")]).toEqual([false, true, true]);
  check(1000);
  expect(tokens.waitMs("a", 1000)).toBe(2000);
  check(3000);
  expect(tokens.waitMs("a", 3000)).toBe(4000);
  expect(check(200_000)).toBe(false);
  expect(tokens.waitMs("a", 200_000)).toBe(0);
});

test.each([
  ["127.0.0.1", true],
  ["127.9.9.9", true],
  ["::1", true],
  ["[::1]", true],
  ["0000:0000:0000:0000:0000:0000:0000:0001", true],
  ["::ffff:127.0.0.1", true],
  ["localhost", true],
  ["127.0.0.1.evil.example", false],
  ["0.0.0.0", false],
  ["::", false],
  ["10.0.0.1", false],
  ["localhost.evil.example", false],
])("%s is loopback: %s", (address, loopback) => {
  expect(isLoopback(address)).toBe(loopback);
});

test("client messages never throw, whatever comes", () => {
  const json = fc.json({ maxDepth: 4 });
  const likely = fc
    .record({
      op: fc.constantFrom("subscribe", "unsubscribe", "auth", "list", "ping", "x", 1),
      id: fc.anything(),
      channels: fc.oneof(fc.array(fc.string()), fc.anything()),
      after: fc.anything(),
      policy: fc.constantFrom("latest", "all", "none"),
    })
    .map((value) => JSON.stringify(value));
  const property = fc.property(fc.oneof(json, likely, fc.string()), (text) => {
    const parsed = parseClientMessage(text);
    if ("problem" in parsed) expect(parsed.code).toMatch(/^STREAM_/);
  });
  fc.assert(property, { seed, numRuns: 2000 });
  const after = parseClientMessage('{"op":"subscribe","channels":["status"],"after":{"__proto__":5}}');
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  expect(Object.getPrototypeOf(after)).toBe(Object.prototype);
});

test("messages of records are read as they were written; anything cut, longer or of another version is refused", () => {
  const property = fc.property(
    fc
      .uint8Array({ minLength: 1, maxLength: 5 })
      .map((fill) => Buffer.concat([...fill].map((x) => Buffer.alloc(64, x)))),
    fc.nat(),
    fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    fc.nat(),
    (records, channel, seq, ts, cut) => {
      const bytes = encodeRecords(channel, seq, String(ts), records);
      const shifted = Buffer.concat([Buffer.alloc(3), bytes]).subarray(3);
      const read = readRecordMessage(shifted);
      expect({ ...read, records: Buffer.from(read.records) }).toMatchObject({
        channel,
        seq,
        ts,
        layout: LAYOUT_VERSION,
        records,
      });
      expect(isText(bytes)).toBe(false);
      expect(() => readRecordMessage(bytes.subarray(0, cut % bytes.length))).toThrow(RangeError);
      expect(() => readRecordMessage(Buffer.concat([bytes, Buffer.alloc(1 + (cut % 200))]))).toThrow(RangeError);
      bytes[0] = 2;
      expect(() => readRecordMessage(bytes)).toThrow("version 2");
    },
  );
  fc.assert(property, { seed });
});

test("a slow reader of records gets the last of a state, all events of a policy that wants them, and a book whole", () => {
  const limits = { backlogMessages: 10, backlogBytes: 10_000 };
  const one = new Uint8Array(64).fill(7);
  const [bbo, book] = (["bbo", "book"] as const).map((kind) => new Channel(`${kind}.x`, kind, limits, 4));
  for (const channel of [bbo, book]) for (let i = 0; i < 4; i++) channel.pushRecords(String(i), one);
  const seqs = (messages: Uint8Array[] | null) => messages?.map((bytes) => readRecordMessage(bytes).seq) ?? null;
  expect([seqs(bbo.catchUp(1, true)), seqs(bbo.catchUp(1, false))]).toEqual([[4], [2, 3, 4]]);
  expect([seqs(book.catchUp(1, true)), seqs(book.catchUp(3, true)), seqs(book.catchUp(1, false))]).toEqual([
    null,
    [4],
    [2, 3, 4],
  ]);
});

describe("frames of the ws backend", () => {
  test.each([1, 125, 126, 65_535, 65_536])("a payload of %i bytes", (length) => {
    expect(frameOf(new Uint8Array(length).fill(1))[0]).toBe(0x82);
    const frame = frameOf(new Uint8Array(length).fill("{".charCodeAt(0)));
    const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
    expect(frame.length).toBe(head + length);
    expect(frame[0]).toBe(0x81);
    expect(frame[1]).toBe(length < 126 ? length : length < 65_536 ? 126 : 127);
    if (head === 4) expect(frame.readUInt16BE(2)).toBe(length);
    if (head === 10) expect(frame.readBigUInt64BE(2)).toBe(BigInt(length));
  });

  test("readers of the same frames share their bytes", () => {
    const [a, b, c] = ["a", "b", "c"].map((text) => frameOf(Buffer.from(text)));
    const batches = new FrameBatches();
    const first = batches.join([a, b]);
    expect(batches.join([a, b])).toBe(first);
    expect(batches.join([b, a])).toEqual(Buffer.concat([b, a]));
    expect(batches.join([a, b, c])).toEqual(Buffer.concat([a, b, c]));
    expect(batches.join([c])).toBe(c);
  });
});

test("metrics have the names of the contract", async () => {
  let nowMs = 0;
  const sample: MetricsSample = {
    frames: [{ labels: { venue: "binance" }, value: 7 }],
    rejected: [{ labels: { venue: "binance", reason: "json" }, value: 2 }],
    gaps: [{ labels: { instrument: "binance:BTC/USDT" }, value: 1 }],
    bookStates: [{ labels: { instrument: "binance:BTC/USDT" }, value: 1 }],
    feedAges: [{ labels: { venue: "binance" }, value: 0.5 }],
    clockOffsets: [{ labels: { venue: "binance" }, value: Number.NaN }],
    processing: [{ stage: "decode", boundsSeconds: [1e-6, 1e-5], counts: [3, 2, 1], sumSeconds: 4e-5 }],
    signals: [{ labels: { strategy: "cross" }, value: 3 }],
    refusals: [{ labels: { strategy: "cross", reason: "depth" }, value: 4 }],
    silentChannels: [{ labels: { venue: "binance", verdict: "stale" }, value: 2 }],
    clockUncertainties: [{ labels: { venue: "binance" }, value: 0.001 }],
    clockDrifts: [{ labels: { venue: "binance" }, value: Number.NaN }],
    canaryCompared: [{ labels: { venue: "binance", product: "spot" }, value: 9 }],
    canaryDifferences: [{ labels: { venue: "binance", product: "spot", field: "bbo.bid" }, value: 1 }],
    rollovers: [{ labels: { venue: "binance" }, value: 1 }],
    ringDropped: 5,
  };
  const metrics = new Metrics({
    sample: () => sample,
    stream: () => null,
    clock: { monotonicMs: () => nowMs, nowUs: () => 0 },
  });
  const text = await metrics.text();
  for (const line of [
    'crosstick_frames_total{venue="binance"} 7',
    'crosstick_rejected_total{venue="binance",reason="json"} 2',
    'crosstick_gaps_total{instrument="binance:BTC/USDT"} 1',
    'crosstick_book_state{instrument="binance:BTC/USDT"} 1',
    'crosstick_feed_age_seconds{venue="binance"} 0.5',
    'crosstick_processing_seconds_bucket{stage="decode",le="0.000001"} 3',
    'crosstick_processing_seconds_bucket{stage="decode",le="+Inf"} 6',
    'crosstick_processing_seconds_count{stage="decode"} 6',
    'crosstick_signals_total{strategy="cross"} 3',
    'crosstick_refusals_total{strategy="cross",reason="depth"} 4',
    'crosstick_dropped_total{where="ring"} 5',
    "# TYPE crosstick_processing_seconds histogram",
    "# TYPE crosstick_clock_offset_seconds gauge",
  ])
    expect(text).toContain(line);
  expect(text).not.toContain("NaN");
  sample.frames[0].value = 9;
  expect(await metrics.text()).toBe(text);
  nowMs = 1000;
  expect(await metrics.text()).toContain('crosstick_frames_total{venue="binance"} 9');
});
