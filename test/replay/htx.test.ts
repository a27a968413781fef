// HTX's books: requested snapshots that are joined, numbered changes, whole images. Breaking a rule turns a row red.
import type { ReplaySummary } from "crosstick/internal/replay";
import { beforeAll, describe, expect, test } from "vitest";
import { recordingFolder, runReplay } from "./run-replay.js";

type Sides = { bids?: [number, number][] | null; asks?: [number, number][] | null };
/** A frame of one symbol. */
type Frame = (symbol: string) => object;
/** What happens, in which frames, and what is found of the book. */
type Row = [what: string, frames: readonly Frame[], found: Partial<ReplaySummary["instruments"][string]>];

const ts = 1593561600901;
const change =
  (prevSeqNum: number, seqNum: number, sides: Sides = {}): Frame =>
  (symbol) => ({ ch: `market.${symbol}.mbp.150`, ts, tick: { seqNum, prevSeqNum, ...sides } });
const book: Sides = { bids: [[100, 1]], asks: [[101, 2]] };
const requested =
  (seqNum: number, sides: Sides = book, levels = 150): Frame =>
  (symbol) => ({ id: "1", status: "ok", ts, rep: `market.${symbol}.mbp.${levels}`, data: { seqNum, ...sides } });
const image =
  (seqNum: number, sides: Sides): Frame =>
  (symbol) => ({ ch: `market.${symbol}.mbp.refresh.20`, ts, tick: { seqNum, ...sides } });

const start = [change(8, 10), requested(8)];
const early = [change(8, 10), requested(12), change(10, 12)];
const heal = [change(20, 22), requested(20), change(22, 23)];

const spot: Row[] = [
  [
    "a requested snapshot is joined by the change that names its number, whatever came before",
    [
      ...[change(8, 9, { bids: [[50, 1]] }), change(9, 10, { bids: [[51, 1]] }), change(10, 12, { bids: [[99, 3]] })],
      ...[requested(10), change(12, 15, { asks: [[101, 0]], bids: null }), change(15, 16, { asks: [[102, 5]] })],
    ],
    {
      ...{ state: "live", gaps: 0, snapshots: 1, depthUpdates: 3 },
      bids: [
        [100, 1],
        [99, 3],
      ],
      asks: [[102, 5]],
    },
  ],
  [
    "a snapshot older than all changes kept is not taken",
    [change(8, 10), change(10, 12), requested(7)],
    { state: "syncing", levels: [0, 0] },
  ],
  [
    "nor is one between two of them",
    [change(8, 10), change(10, 12), requested(11)],
    { state: "syncing", levels: [0, 0] },
  ],
  [
    "the next one is",
    [change(8, 10), change(10, 12), requested(7), requested(10), change(12, 13)],
    { state: "live", depthUpdates: 2 },
  ],
  ["a snapshot newer than all waits", early, { state: "syncing", snapshots: 1 }],
  ["for the change that names it", [...early, change(12, 13)], { state: "live", depthUpdates: 1 }],
  ["and for no other", [...early, change(11, 13)], { state: "syncing", depthUpdates: 0 }],
  [
    "a snapshot of another channel's levels is not taken",
    [change(8, 10), requested(10, book, 20), change(10, 12)],
    { state: "syncing", snapshots: 0 },
  ],
  [
    "a live book uses none",
    [...start, change(10, 12), requested(10)],
    { state: "live", snapshots: 1, depthUpdates: 2 },
  ],
  ["a change is missing", [...start, change(11, 12)], { state: "gap", gaps: 1, depthUpdates: 1 }],
  ["a change comes again", [...start, change(8, 10)], { state: "gap", gaps: 1, depthUpdates: 1 }],
  ["changes go back", [...start, change(7, 9)], { state: "gap", gaps: 1, depthUpdates: 1 }],
  [
    "a snapshot that is joined heals a gap",
    [...start, change(11, 12), ...heal],
    { state: "live", gaps: 1, snapshots: 2, depthUpdates: 3 },
  ],
  [
    "images need no bridge and replace each other, whatever their numbers",
    [image(10, { bids: [[1, 1]] }), image(9, book)],
    { state: "live", snapshots: 2, levels: [1, 1], bids: [[100, 1]] },
  ],
  [
    "an image does not replace a book that changes keep",
    [...start, image(9, { bids: [[1, 1]] }), change(10, 11)],
    { state: "live", snapshots: 1, depthUpdates: 2, bids: [[100, 1]] },
  ],
  [
    "nor do changes touch a book that images keep",
    [image(9, book), change(8, 10), requested(8)],
    { state: "live", snapshots: 1, depthUpdates: 0 },
  ],
];

const version =
  (event: string, number: number, sides: Sides = {}): Frame =>
  (symbol) => {
    const ch = `market.${symbol}.depth.size_150.high_freq`;
    return { ch, tick: { ...sides, ch, event, id: 1, mrid: 1, ts, version: number }, ts };
  };
const whole = version("snapshot", 5, { bids: [[100, 2000]], asks: [[101, 3000]] });
const again = [version("update", 8), version("snapshot", 9, book), version("update", 10)];

/** Contracts of 0.01 coins. */
const swap: Row[] = [
  [
    "versions rise by one; sizes are contracts",
    [version("update", 4), whole, version("update", 6, { bids: [[100, 0]] }), version("update", 7)],
    { state: "live", gaps: 0, snapshots: 1, depthUpdates: 2, levels: [0, 1], asks: [[101, 30]] },
  ],
  ["a version is missing", [whole, version("update", 7)], { state: "gap", gaps: 1 }],
  ["a version comes again", [whole, version("update", 5)], { state: "gap", gaps: 1 }],
  ["versions go back", [whole, version("update", 4)], { state: "gap", gaps: 1 }],
  [
    "a snapshot heals a gap",
    [whole, version("update", 7), ...again],
    { state: "live", gaps: 1, snapshots: 2, depthUpdates: 1 },
  ],
];

const assets = "BTC ETH XRP SOL ADA LTC DOGE LINK DOT TRX AVAX ATOM UNI XLM ETC FIL".split(" ");
const hundredths = "ETH ICP BCH BSV COMP".split(" ");

describe.each([
  { market: "htx.spot", rows: spot, name: (row: number) => `${assets[row]}usdt`.toLowerCase(), id: spotId },
  { market: "htx.swap", rows: swap, name: (row: number) => `${hundredths[row]}-USDT`, id: swapId },
])("$market", ({ market, rows, name, id }) => {
  const folder = recordingFolder();
  let summary: ReplaySummary;

  // One recording of all rows, each of its own symbol.
  beforeAll(async () => {
    const frames = rows.flatMap(([, row], number) => row.map((frame) => JSON.stringify(frame(name(number)))));
    const text = frames.map((frame, second) => `${1593561600 + second}.000000 ${frame}\n`).join("");
    ({ summary } = await runReplay([{ path: folder.write("books.txt", text), market }]));
  });

  test.each(rows.map(([what, , found], number) => ({ what, found, number })))("$what", ({ found, number }) => {
    expect(summary.rejected).toBe(0);
    expect(summary.instruments[id(number)]).toMatchObject(found);
  });
});

function spotId(row: number): string {
  return `htx:${assets[row]}/USDT`;
}

function swapId(row: number): string {
  return `htx:${hundredths[row]}/USDT:USDT`;
}
