import type { ReplaySummary } from "crosstick/internal/replay";
import { describe, expect, test } from "vitest";
import { expectAgreement } from "./agreement.js";
import { everyChangeOf, fees, wideGates } from "./configurations.js";
import { bybitDeltaIndexes, depthIndexes, depthReply, joined, linesOf, swapped, without } from "./edited-recording.js";
import { type Reference, referenceOf } from "./reference.js";
import { framesOfCryptofeed, framesOfLines } from "./reference-frames.js";
import { recordingFolder, runReplay } from "./run-replay.js";
import {
  cryptofeedBybit,
  cryptofeedSpot,
  cryptofeedUsdm,
  hasRecordings,
  spotBtc,
  spotEth,
  usdmBtc,
  usdmEth,
} from "./shared-data.js";

const folder = recordingFolder();
let written = 0;

interface Replayed {
  summary: ReplaySummary;
  signals: Signal[];
  reference: Reference;
}

interface Signal {
  strategy: string;
  ts: string;
  legs: { instrument: string }[];
}

/** Replays lines of one market and holds the summary against the reference. */
async function replayLines(lines: readonly string[], market: string, symbol = "BTCUSDT"): Promise<Replayed> {
  const text = joined(lines);
  const path = folder.write(`${market}-${written++}.txt`, text);
  const { summary } = await runReplay([{ path, market }]);
  const reference = referenceOf(framesOfLines(text, market, symbol));
  expectAgreement(summary, reference);
  return { summary, signals: [], reference };
}

async function replayCryptofeed(lines: readonly string[], config: object = {}): Promise<Replayed> {
  const text = joined(lines);
  const { summary, signals } = await runReplay([{ path: folder.write(`BOOK-${written++}.jsonl.gz`, text) }], {
    config,
  });
  const reference = referenceOf(framesOfCryptofeed(text));
  expectAgreement(summary, reference);
  return { summary, signals: signals.map((line) => JSON.parse(line)), reference };
}

/** Played once, by the first test that compares with it. */
function once<T>(play: () => Promise<T>): () => Promise<T> {
  let played: Promise<T> | undefined;
  return () => {
    played ??= play();
    return played;
  };
}

/** A summary's instruments but one. */
function others({ instruments }: ReplaySummary, name: string): object {
  return Object.fromEntries(Object.entries(instruments).filter(([other]) => other !== name));
}

describe.skipIf(!hasRecordings)("Bybit: one lost delta", () => {
  const eth = "bybit:ETH/USDT:USDT";
  const config = {
    fees,
    gates: wideGates,
    strategies: [
      everyChangeOf("eth", "bybit:ETH/USDT", eth),
      everyChangeOf("eth-btc", "bybit:BTC/USDT", eth),
      everyChangeOf("btc", "bybit:BTC/USDT", "bybit:BTC/USDT:USDT"),
    ],
  };
  /** What a signal says, without the clock: a frame less is a sample less. */
  const said = (signals: Signal[]): object[] =>
    signals.map(({ legs, ...rest }) => ({
      ...rest,
      legs: legs.map((leg) => ({ ...leg, ageUs: 0, uncertaintyUs: 0 })),
    }));
  const ofOthers = (signals: Signal[]): Signal[] => signals.filter(({ strategy }) => strategy === "btc");
  const ofEth = (signals: Signal[]): Signal[] => signals.filter(({ strategy }) => strategy !== "btc");
  const lines = hasRecordings ? linesOf(cryptofeedBybit) : [];
  const playedWhole = once(() => replayCryptofeed(lines, config));

  test("is one gap, ends that book's signals, and touches nothing else", async () => {
    const deltas = bybitDeltaIndexes(lines, "BYBIT.ws.2", "ETHUSDT");
    const lost = deltas[deltas.length >> 1];
    const next = deltas[(deltas.length >> 1) + 1];
    const whole = await playedWhole();
    const cut = await replayCryptofeed(without(lines, lost), config);
    expect(cut.summary.instruments[eth]).toMatchObject({ gaps: 1, state: "gap", snapshots: 1 });
    expect(cut.summary.instruments[eth].depthUpdates).toBe(deltas.length >> 1);
    expect(others(cut.summary, eth)).toEqual(others(whole.summary, eth));

    expect(ofOthers(whole.signals).length).toBeGreaterThan(500);
    expect(said(ofOthers(cut.signals))).toEqual(said(ofOthers(whole.signals)));
    const timeOf = (index: number): bigint => BigInt(Math.floor(JSON.parse(lines[index]).ts * 1e6)) * 1000n;
    const [lostTs, gapTs] = [timeOf(lost), timeOf(next)];
    // Up to the lost line both are the same; from the gap on nothing; in between the book seems live, and one signal less.
    const before = (signals: Signal[]): Signal[] => ofEth(signals).filter(({ ts }) => BigInt(ts) < lostTs);
    const after = (signals: Signal[]): Signal[] => ofEth(signals).filter(({ ts }) => BigInt(ts) >= gapTs);
    expect(before(whole.signals).length).toBeGreaterThan(300);
    expect(said(before(cut.signals))).toEqual(said(before(whole.signals)));
    expect(after(whole.signals).length).toBeGreaterThan(300);
    expect(after(cut.signals)).toEqual([]);
  });

  test("the next snapshot makes it live, and its signals go on", async () => {
    const deltas = bybitDeltaIndexes(lines, "BYBIT.ws.2", "ETHUSDT");
    const lost = deltas[deltas.length >> 2];
    const at = deltas[deltas.length >> 1];
    // The venue's own words for that book at that place: what the reference holds after the line.
    const { instruments } = referenceOf(framesOfCryptofeed(joined(lines.slice(0, at + 1))));
    const instrument = instruments.get(eth);
    if (instrument === undefined) throw new Error("no such instrument");
    const entry = JSON.parse(lines[at]);
    const { bids, asks } = JSON.parse(depthReply(instrument.book, 0));
    const data = JSON.parse(entry.data);
    entry.data = JSON.stringify({ ...data, type: "snapshot", data: { ...data.data, b: bids, a: asks } });
    const edited = without(lines.with(at, JSON.stringify(entry)), lost);
    const whole = await playedWhole();
    const healed = await replayCryptofeed(edited, config);
    const { depthUpdates, ...got } = healed.summary.instruments[eth];
    const { depthUpdates: all, ...want } = whole.summary.instruments[eth];
    expect(got).toEqual({ ...want, snapshots: 2, gaps: 1 });
    expect(depthUpdates).toBeLessThan(all);
    const resumed = BigInt(Math.floor(entry.ts * 1e6)) * 1000n;
    const gapTs = BigInt(Math.floor(JSON.parse(lines[deltas[(deltas.length >> 2) + 1]]).ts * 1e6)) * 1000n;
    const during = ofEth(healed.signals).filter(({ ts }) => BigInt(ts) >= gapTs && BigInt(ts) < resumed);
    expect(during).toEqual([]);
    const legsAfter = ({ signals }: Replayed): object[] =>
      said(ofEth(signals).filter(({ ts }) => BigInt(ts) > resumed)).map((signal) => ({
        ...signal,
        ...{ id: "", direction: "" },
      }));
    expect(legsAfter(healed).length).toBeGreaterThan(300);
    expect(legsAfter(healed)).toEqual(legsAfter(whole));
  });

  test("a line twice is one update", async () => {
    const deltas = new Set(bybitDeltaIndexes(lines, "BYBIT.ws.3", "BTCUSDT"));
    const doubled = lines.flatMap((line, i) => (deltas.has(i) ? [line, line] : [line]));
    const whole = await playedWhole();
    const { summary } = await replayCryptofeed(doubled);
    expect(summary.frames).toBe(whole.summary.frames + deltas.size);
    expect(summary.instruments).toEqual(whole.summary.instruments);
  });
});

const markets = [
  { market: "binance.spot", recording: spotBtc, count: 6000, name: "binance:BTC/USDT" },
  { market: "binance.usdm", recording: usdmBtc, count: 8000, name: "binance:BTC/USDT:USDT" },
];

describe.skipIf(!hasRecordings).each(markets)("$market", ({ market, recording, count, name }) => {
  const lines = hasRecordings ? linesOf(recording, count) : [];
  const depths = depthIndexes(lines);
  const middle = depths.length >> 1;
  const playedWhole = once(() => replayLines(lines, market));
  /** Line of the REST reply that fits behind line `at`, built from the reference's book of the whole recording. */
  const snapshotAt = (at: number): string => {
    const { instruments } = referenceOf(framesOfLines(joined(lines.slice(0, at + 1)), market, "BTCUSDT"));
    const instrument = instruments.get(name);
    if (instrument === undefined) throw new Error("no such instrument");
    return `${lines[at].slice(0, lines[at].indexOf(" "))} ${depthReply(instrument.book, instrument.id)}`;
  };

  test("a lost line is one gap, and nothing but a snapshot heals it", async () => {
    const { summary } = await replayLines(without(lines, depths[middle]), market);
    expect(summary.instruments[name]).toMatchObject({ gaps: 1, state: "gap", snapshots: 1 });
  });

  test("a snapshot later: live again, with the book of a recording that lost nothing", async () => {
    const whole = await playedWhole();
    const later = depths[middle + 40];
    const healed = await replayLines(without(lines.toSpliced(later + 1, 0, snapshotAt(later)), depths[middle]), market);
    const { state, bids, asks, levels, gaps, snapshots } = healed.summary.instruments[name];
    expect({ state, gaps, snapshots }).toEqual({ state: "live", gaps: 1, snapshots: 2 });
    const want = whole.summary.instruments[name];
    expect({ bids, asks, levels }).toEqual({ bids: want.bids, asks: want.asks, levels: want.levels });
  });

  test.each([0, 10])(
    "a snapshot that came late, taken %i changes after the loss, is bridged by what was kept",
    async (after) => {
      const whole = await playedWhole();
      const taken = snapshotAt(depths[middle + after]);
      const at = depths[middle + 40];
      const time = lines[at].slice(0, lines[at].indexOf(" "));
      const late = `${time} ${taken.slice(taken.indexOf(" ") + 1)}`;
      const { summary } = await replayLines(without(lines.toSpliced(at + 1, 0, late), depths[middle]), market);
      expect(summary.instruments[name]).toMatchObject({ state: "live", gaps: 1, snapshots: 2 });
      expect(summary.instruments[name].bids).toEqual(whole.summary.instruments[name].bids);
      expect(summary.instruments[name].levels).toEqual(whole.summary.instruments[name].levels);
    },
  );

  test("two gaps are two, and the second has its own snapshot", async () => {
    const [first, second] = [depths[middle], depths[middle + 60]];
    const [healFirst, healSecond] = [depths[middle + 20], depths[middle + 90]];
    const edited = lines.flatMap((line, i) => {
      if (i === first || i === second) return [];
      return i === healFirst || i === healSecond ? [line, snapshotAt(i)] : [line];
    });
    const { summary } = await replayLines(edited, market);
    expect(summary.instruments[name]).toMatchObject({ state: "live", gaps: 2, snapshots: 3 });
  });

  test("lines twice are one update", async () => {
    const whole = await playedWhole();
    const set = new Set(depths);
    const { summary } = await replayLines(
      lines.flatMap((line, i) => (set.has(i) ? [line, line] : [line])),
      market,
    );
    const { lastReceived: _, ...got } = summary.instruments[name];
    expect({ ...got, lastReceived: whole.summary.instruments[name].lastReceived }).toEqual(
      whole.summary.instruments[name],
    );
  });

  test("two lines in the wrong order are a gap", async () => {
    const { summary } = await replayLines(swapped(lines, depths[middle], depths[middle + 1]), market);
    expect(summary.instruments[name]).toMatchObject({ gaps: 1, state: "gap" });
  });
});

describe.skipIf(!hasRecordings)("a snapshot that is older than the first delta", () => {
  test.each([
    { recording: cryptofeedSpot, symbol: "NKNUSDT", name: "binance:NKN/USDT", other: "binance:LRC/BTC" },
    { recording: cryptofeedUsdm, symbol: "CTKUSDT", name: "binance:CTK/USDT:USDT", other: "binance:AKRO/USDT:USDT" },
  ])("is not used, and $name goes on syncing", async ({ recording, symbol, name, other }) => {
    const edited = linesOf(recording).map((line) =>
      line.includes(`depth?symbol=${symbol}`)
        ? line.replace(/\\"lastUpdateId\\":(\d+)/, (_, id) => `\\"lastUpdateId\\":${Number(id) - 1_000_000}`)
        : line,
    );
    const { summary } = await replayCryptofeed(edited);
    expect(summary.instruments[name]).toMatchObject({
      ...{ state: "syncing", snapshots: 0, depthUpdates: 0, gaps: 0, levels: [0, 0] },
    });
    expect(summary.instruments[other].state).toBe("live");
  });
});

/** A made-up cryptofeed recording of Binance: one frame a millisecond; a number is a snapshot of that id. */
function madeUp(
  product: "spot" | "usdm",
  events: (number | [first: number, last: number, previous: number])[],
): string[] {
  const isSpot = product === "spot";
  const at = (i: number): number => 1_700_000_000 + i / 1000;
  const entry = (i: number, event: (typeof events)[number]): object => {
    if (typeof event === "number") {
      const book = { lastUpdateId: event, bids: [["100", "1"]], asks: [["101", "1"]] };
      const url = "https://host/depth?symbol=BTCUSDT&limit=1000";
      return { t: "http", conn: "http", ts: at(i), url, data: JSON.stringify(book) };
    }
    const [U, u, pu] = event;
    const change = { e: "depthUpdate", E: at(i) * 1000, s: "BTCUSDT", U, u, ...(isSpot ? {} : { pu }) };
    const levels = { b: [[String(99 - u / 1000), "1"]], a: [] };
    return { t: "recv", conn: "ws", ts: at(i), data: JSON.stringify({ ...change, ...levels }) };
  };
  const header = { t: "header", format: 2, exchange: isSpot ? "BINANCE" : "BINANCE_FUTURES" };
  return [header, ...events.map((event, i) => entry(i, event))].map((line) => JSON.stringify(line));
}

describe.each(["spot", "usdm"] as const)("Binance %s: the bridge between a snapshot and the changes", (product) => {
  const found = async (events: Parameters<typeof madeUp>[1]) => {
    const { summary } = await replayCryptofeed(madeUp(product, events));
    return Object.values(summary.instruments)[0];
  };

  test("snapshot among the changes: the covered ones are left out, the bridging one counts", async () => {
    const summary = await found([[90, 95, 89], [96, 100, 95], [101, 105, 100], 100, [106, 109, 105]]);
    expect(summary).toMatchObject({ state: "live", snapshots: 1, depthUpdates: 2, gaps: 0, levels: [3, 1] });
  });

  test("a change that reaches over the snapshot", async () => {
    const summary = await found([[90, 95, 89], [96, 105, 95], 100, [106, 109, 105]]);
    expect(summary).toMatchObject({ state: "live", depthUpdates: 2, gaps: 0 });
  });

  test("snapshot ahead of the changes: they are left out until one bridges it", async () => {
    const ahead = await found([100, [90, 95, 89], [96, 100, 95]]);
    expect(ahead).toMatchObject({ state: "syncing", snapshots: 1, depthUpdates: 0 });
    const bridged = await found([100, [90, 95, 89], [96, 100, 95], [101, 105, 100]]);
    expect(bridged).toMatchObject({ state: "live", snapshots: 1, depthUpdates: 1 });
  });

  test("a change is missing between them: the next snapshot is needed, and uses what was kept", async () => {
    const late = await found([100, [103, 105, 102], [106, 108, 105]]);
    expect(late).toMatchObject({ state: "syncing", depthUpdates: 0, gaps: 0 });
    const second = await found([100, [103, 105, 102], [106, 108, 105], 104, [109, 110, 108]]);
    expect(second).toMatchObject({ state: "live", snapshots: 2, depthUpdates: 3, gaps: 0 });
    const early = await found([[103, 105, 102], 100, [106, 108, 105], 105]);
    expect(early).toMatchObject({ state: "live", snapshots: 1, depthUpdates: 1, gaps: 0 });
  });

  test("a change missing among the kept ones is a gap", async () => {
    const summary = await found([[96, 105, 95], [110, 112, 109], 100]);
    expect(summary).toMatchObject({ state: "gap", snapshots: 1, depthUpdates: 1, gaps: 1 });
  });

  test("a live book takes no other snapshot", async () => {
    const summary = await found([100, [101, 105, 100], 103, [106, 107, 105]]);
    expect(summary).toMatchObject({ state: "live", snapshots: 1, depthUpdates: 2, gaps: 0 });
  });
});

describe.skipIf(!hasRecordings)("snapshots that name no symbol, in a recording of two", () => {
  const merged = (one: string[], other: string[]): string[] =>
    [...one, ...other].sort((a, b) => {
      const [timeA, timeB] = [BigInt(a.slice(0, 19)), BigInt(b.slice(0, 19))];
      return timeA < timeB ? -1 : timeA > timeB ? 1 : 0;
    });

  test.each([
    { market: "binance.spot", btc: spotBtc, eth: spotEth, suffix: "" },
    { market: "binance.usdm", btc: usdmBtc, eth: usdmEth, suffix: ":USDT" },
  ])("$market: each goes to its book", async ({ market, btc, eth, suffix }) => {
    const [btcLines, ethLines] = [linesOf(btc, 8000), linesOf(eth, 8000)];
    const separate = [
      referenceOf(framesOfLines(joined(btcLines), market, "BTCUSDT")),
      referenceOf(framesOfLines(joined(ethLines), market, "ETHUSDT")),
    ];
    const path = folder.write(`${market}-both.txt.gz`, joined(merged(btcLines, ethLines)));
    const { summary } = await runReplay([{ path, market }]);
    expect([summary.rejected, summary.rejections]).toEqual([0, {}]);
    for (const [i, coin] of ["BTC", "ETH"].entries()) {
      const name = `binance:${coin}/USDT${suffix}`;
      const { volume, vwap, ...got } = summary.instruments[name];
      const { volume: _, vwap: __, ...want } = separate[i].summaries()[name];
      expect(got).toEqual(want);
    }
  });
});

describe("books made by hand", () => {
  const bybit = (type: string, u: number, b: [string, string][], a: [string, string][]): string =>
    JSON.stringify({
      ...{ topic: "orderbook.50.BTCUSDT", type, ts: 1_700_000_000_000 + u },
      data: { s: "BTCUSDT", b, a, u, seq: u },
    });
  const stamped = (frames: string[]): string[] =>
    frames.map((frame, i) => `${1_700_000_000_000_000 + i * 1000} ${frame}`);
  const replayBybit = async (frames: string[]) => {
    const { summary } = await replayLines(stamped(frames), "bybit.spot");
    return summary.instruments["bybit:BTC/USDT"];
  };

  test("u = 1 replaces the book whatever it is called, live or not", async () => {
    const reset = bybit("delta", 1, [["90", "1"]], [["95", "2"]]);
    const first = bybit("snapshot", 10, [["100", "1"]], [["101", "1"]]);
    expect(await replayBybit([first, reset, bybit("delta", 2, [["91", "4"]], [])])).toMatchObject({
      ...{ state: "live", gaps: 0, snapshots: 2, depthUpdates: 1 },
      bids: [
        [91, 4],
        [90, 1],
      ],
      asks: [[95, 2]],
    });
    expect(await replayBybit([first, bybit("delta", 12, [], [["102", "1"]]), reset])).toMatchObject({
      ...{ state: "live", gaps: 1, snapshots: 2, depthUpdates: 0, bids: [[90, 1]], asks: [[95, 2]] },
    });
  });

  test("a snapshot that nobody asked for replaces the book, and deltas go on from it", async () => {
    const summary = await replayBybit([
      bybit("snapshot", 10, [["100", "1"]], [["101", "1"]]),
      bybit("delta", 11, [["99", "1"]], []),
      bybit("snapshot", 50, [["80", "1"]], [["81", "1"]]),
      bybit("delta", 12, [["70", "1"]], []), // of the time before
      bybit("delta", 51, [["79", "1"]], []),
    ]);
    expect(summary).toMatchObject({ state: "live", gaps: 0, snapshots: 2, depthUpdates: 2, levels: [2, 1] });
    expect(summary.bids).toEqual([
      [80, 1],
      [79, 1],
    ]);
  });

  test("crossed and locked books are counted when they become so", async () => {
    const summary = await replayBybit([
      bybit("snapshot", 10, [["100", "1"]], [["101", "1"]]),
      bybit("delta", 11, [["101", "1"]], []), // locked
      bybit("delta", 12, [["102", "1"]], []), // crossed: still the same stay
      bybit(
        "delta",
        13,
        [
          ["101", "0"],
          ["102", "0"],
        ],
        [],
      ),
      bybit("delta", 14, [["103", "1"]], []),
      bybit("delta", 20, [], []), // a gap ends it
      bybit("snapshot", 30, [["105", "1"]], [["104", "1"]]), // crossed from the start
    ]);
    expect(summary).toMatchObject({ crossed: 3, gaps: 1, state: "live", bids: [[105, 1]], asks: [[104, 1]] });
  });

  test("a book that is only locked counts as crossed", async () => {
    const summary = await replayBybit([
      bybit("snapshot", 10, [["100", "1"]], [["101", "1"]]),
      bybit("delta", 11, [["101", "1"]], []),
      bybit("delta", 12, [["101", "0"]], []),
    ]);
    expect(summary).toMatchObject({ crossed: 1, state: "live", bids: [[100, 1]], asks: [[101, 1]] });
  });

  test("a message with both sides is looked at as a whole", async () => {
    const summary = await replayBybit([
      bybit("snapshot", 10, [["100", "1"]], [["101", "1"]]),
      bybit(
        "delta",
        11,
        [["101", "1"]],
        [
          ["101", "0"],
          ["102", "1"],
        ],
      ),
    ]);
    expect(summary).toMatchObject({
      crossed: 0,
      bids: [
        [101, 1],
        [100, 1],
      ],
      asks: [[102, 1]],
    });
  });

  test("a delta before any snapshot changes nothing", async () => {
    const summary = await replayBybit([bybit("delta", 9, [["100", "1"]], []), bybit("delta", 11, [], [])]);
    expect(summary).toMatchObject({ state: "syncing", gaps: 0, levels: [0, 0], depthUpdates: 0, snapshots: 0 });
  });
});
