// Kraken's books, proved by their checksums: ten pairs of a recording in the objects of today's protocol.
import { readFileSync } from "node:fs";
import type { ReplaySummary } from "crosstick/internal/replay";
import { beforeAll, describe, expect, test } from "vitest";
import { expectAgreement } from "./agreement.js";
import { krakenOfOlder } from "./kraken-of-older.js";
import { referenceOf } from "./reference.js";
import { framesOfLines } from "./reference-frames.js";
import { recordingFolder, runReplay } from "./run-replay.js";
import { cryptofeedKraken, hasRecordings, krakenFrames } from "./shared-data.js";

const folder = recordingFolder();
const market = "kraken.spot";
let written = 0;

/** Replays lines and holds the summary against the reference. */
async function replayed(lines: readonly string[]): Promise<ReplaySummary> {
  const text = lines.map((line) => `${line}\n`).join("");
  const path = folder.write(`kraken-${written++}.txt`, text);
  const { summary } = await runReplay([{ path, market }]);
  const reference = referenceOf(framesOfLines(text, market, ""));
  expectAgreement(summary, reference);
  expect(summary.clock.kraken).toEqual(reference.clock("kraken"));
  return summary;
}

describe.skipIf(!hasRecordings)("ten books of a channel as deep as was recorded", () => {
  test("4,269 updates are proved", async () => {
    const books = Object.values((await replayed(krakenOfOlder(cryptofeedKraken.path, 1000))).instruments);
    expect(books).toHaveLength(10);
    expect(books.reduce((sum, { depthUpdates }) => sum + depthUpdates, 0)).toBe(4269);
    for (const book of books)
      expect(book).toMatchObject({ state: "live", gaps: 0, checksumFailures: 0, snapshots: 1, crossed: 0 });
  });
});

describe.skipIf(!hasRecordings)("ten books of depth 25", () => {
  let lines: string[];
  /** Lines of a book's updates. */
  const updates = (symbol: string): number[] =>
    lines.flatMap((line, i) => (line.includes(`"type":"update","data":[{"symbol":"${symbol}","bids"`) ? [i] : []));

  beforeAll(() => {
    lines = krakenOfOlder(cryptofeedKraken.path, 25);
  });

  test("levels that a nearer one pushes out are gone, though nobody says so", async () => {
    const books = Object.values((await replayed(lines)).instruments);
    expect(books.reduce((sum, { depthUpdates }) => sum + depthUpdates, 0)).toBeGreaterThan(1000);
    for (const book of books)
      expect(book).toMatchObject({ state: "live", gaps: 0, checksumFailures: 0, levels: [25, 25] });
  });

  test("a digit that is another is found on that very message; the other books go on", async () => {
    const [symbol, id] = ["XMR/USD", "kraken:XMR/USD"];
    const places = updates(symbol);
    // The first one from the middle on that changes the ten best: a wrong size there must fail at once.
    const wrong = await firstThatMatters(places.slice(places.length >> 1));
    const cut = lines.with(
      wrong,
      lines[wrong].replace(/"qty":0\.(\d)/, (_, digit) => `"qty":0.${(Number(digit) + 1) % 10}`),
    );
    expect(cut[wrong]).not.toBe(lines[wrong]);
    const { instruments } = await replayed(cut);
    expect(instruments[id]).toMatchObject({ state: "gap", gaps: 1, checksumFailures: 1 });
    expect(instruments[id].depthUpdates).toBe(places.indexOf(wrong));
    for (const [name, book] of Object.entries(instruments))
      if (name !== id) expect(book).toMatchObject({ state: "live", gaps: 0, checksumFailures: 0 });
  });

  /** The first of these lines whose checksum is another one than that of the update before, and that sets a size below 1. */
  async function firstThatMatters(places: readonly number[]): Promise<number> {
    const checksum = (at: number): string => /"checksum":(\d+)/.exec(lines[at])?.[1] ?? "";
    const found = places.find(
      (at, i) => i > 0 && checksum(at) !== checksum(places[i - 1]) && /"qty":0\.\d*[1-9]/.test(lines[at]),
    );
    if (found === undefined) throw new Error("no such update");
    return found;
  }

  test("a lost update, a refused one and a fresh snapshot", async () => {
    const places = updates("ETH/CHF");
    const at = places[places.length >> 1];
    const refused = lines.with(at, lines[at].replace('"price":', '"price":-'));
    const text = refused.map((line) => `${line}\n`).join("");
    const { summary } = await runReplay([{ path: folder.write("refused.txt", text), market }]);
    expect(summary).toMatchObject({ rejected: 1, rejections: { price: 1 } });
    expect(summary.instruments["kraken:ETH/CHF"]).toMatchObject({ state: "gap", gaps: 1, checksumFailures: 0 });
    expect(summary.instruments["kraken:ETH/CHF"].depthUpdates).toBe(places.length >> 1);

    const snapshot = lines.findIndex((line) => line.includes('"type":"snapshot","data":[{"symbol":"ETH/CHF"'));
    const again = `${lines[at].split(" ")[0]} ${lines[snapshot].slice(lines[snapshot].indexOf(" ") + 1)}`;
    const healed = await replayed([
      ...lines.slice(0, at),
      again,
      ...lines.slice(at + 1).filter((line) => !line.includes("ETH/CHF")),
    ]);
    expect(healed.instruments["kraken:ETH/CHF"]).toMatchObject({ state: "live", snapshots: 2, gaps: 0 });
  });
});

describe.skipIf(!hasRecordings)("today's frames, their numbers printed anew", () => {
  test("the snapshot and the update are proved, the ticker is the touch", async () => {
    const frames = readFileSync(krakenFrames.path, "utf8").trim().split("\n");
    const text = frames.map((frame, i) => `${1_786_562_888 + i}.000000 ${frame}\n`).join("");
    const { summary } = await runReplay([{ path: folder.write("today.txt", text), market }]);
    expect(summary).toMatchObject({ frames: 8, ignored: 4, rejected: 0 });
    expect(summary.instruments["kraken:BTC/USD"]).toMatchObject({
      ...{ state: "live", snapshots: 1, depthUpdates: 1, gaps: 0, checksumFailures: 0, levels: [10, 10] },
      bbo: [63297.7, 5.45673101, 63297.8, 0.36974422],
    });
  });
});

describe.skipIf(!hasRecordings)("the older protocol", () => {
  test("is refused frame by frame as unknown; its list of pairs is only not used", async () => {
    const { summary, damages } = await runReplay([cryptofeedKraken]);
    expect(summary).toMatchObject({ frames: 4431, ignored: 1, rejected: 4430, rejections: { unknown: 4430 } });
    expect([damages, summary.instruments]).toEqual([[], {}]);
  });
});
