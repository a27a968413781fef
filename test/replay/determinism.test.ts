import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { crosstick } from "../cli/crosstick.js";
import { runs } from "../runs.js";
import { manySignals, quickSignals } from "./configurations.js";
import { joined, linesOf } from "./edited-recording.js";
import { type ReplayRun, recordingFolder, runReplay } from "./run-replay.js";
import { argumentOf, cryptofeedBybit, hasRecordings, spotBtc, usdmBtc } from "./shared-data.js";

const seed = Number(process.env.CROSSTICK_SEED ?? Date.now() % 2 ** 31);
console.info(`determinism tests: CROSSTICK_SEED=${seed}`);
const folder = recordingFolder();

/** Everything that must be the same: the lines, byte for byte, and the summary without its clock. */
function facts({ summary, signals, damages }: ReplayRun): object {
  const digest = createHash("sha256")
    .update(signals.map((line) => `${line}\n`).join(""))
    .digest("hex");
  expect(summary.digest).toBe(digest);
  return { ...summary, elapsedMs: 0, framesPerSecond: 0, damages };
}

describe.skipIf(!hasRecordings)("the same frames give the same signals", () => {
  const recordings = [spotBtc, usdmBtc, cryptofeedBybit];
  let first: ReplayRun;
  beforeAll(async () => {
    first = await runReplay(recordings, { config: manySignals });
  });

  test("there is something to compare: hundreds of signals of several kinds", () => {
    const { strategies } = first.summary;
    expect(first.signals.length).toBeGreaterThan(300);
    for (const name of ["cross", "basis", "z-update", "z-grid", "lean"])
      expect(strategies[name].signals, name).toBeGreaterThan(5);
    expect(Object.values(strategies).reduce((sum, { signals }) => sum + signals, 0)).toBe(first.signals.length);
  });

  test.each([
    { name: "again", inputs: recordings, workers: 1 },
    { name: "on two threads", inputs: recordings, workers: 2 },
    { name: "on more threads than inputs, inputs the other way round", inputs: recordings.toReversed(), workers: 8 },
    { name: "inputs in another order", inputs: [usdmBtc, cryptofeedBybit, spotBtc], workers: 1 },
  ])("$name", async ({ inputs, workers }) => {
    const run = await runReplay(inputs, { config: manySignals, workers });
    expect(facts(run)).toEqual(facts(first));
    expect(run.signals).toEqual(first.signals);
  });

  test("the command line writes these very lines, and the digest is theirs", () => {
    const config = folder.write("many.json", JSON.stringify(manySignals));
    const [signals, summary] = [folder.path("signals.ndjson"), folder.path("summary.json")];
    const args = ["replay", ...recordings.map(argumentOf), "-c", config, "--signals", signals, "--summary", summary];
    const { code, stderr } = crosstick(args);
    expect([code, stderr]).toEqual([0, ""]);
    const bytes = readFileSync(signals);
    expect(bytes.toString("utf8")).toBe(joined(first.signals));
    const written = JSON.parse(readFileSync(summary, "utf8"));
    expect(written.digest).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(written.digest).toBe(first.summary.digest);
  });
});

describe.skipIf(!hasRecordings)("a few seconds", () => {
  /** Lines received before this time: three seconds of both markets. */
  const cut = (lines: string[]): string[] => lines.filter((line) => line < "1723161258");
  const spotLines = hasRecordings ? cut(linesOf(spotBtc, 5000)) : [];
  const usdmLines = hasRecordings ? cut(linesOf(usdmBtc, 5000)) : [];
  let inputs: { path: string; market: string }[];
  let first: ReplayRun;

  beforeAll(async () => {
    inputs = [
      { path: folder.write("spot.txt.gz", joined(spotLines)), market: "binance.spot" },
      { path: folder.write("usdm.txt", joined(usdmLines)), market: "binance.usdm" },
    ];
    first = await runReplay(inputs, { config: quickSignals });
    expect(first.signals.length).toBeGreaterThan(100);
    expect(first.summary.strategies.grid.signals).toBeGreaterThan(3);
  });

  test.each([{ workers: 1 }, { workers: 2 }])(
    "at twenty times the recorded speed, $workers threads",
    async ({ workers }) => {
      const run = await runReplay(inputs, { config: quickSignals, speed: 20, workers });
      // Four seconds of recorded time: not faster than it was asked to be.
      expect(run.summary.elapsedMs).toBeGreaterThan(190);
      expect(facts(run)).toEqual(facts(first));
      expect(run.signals).toEqual(first.signals);
    },
  );

  test("a small ring makes the reader wait, and nothing else", async () => {
    const run = await runReplay(inputs, { config: { ...quickSignals, memory: { ringRecords: 2048 } } });
    expect(facts(run)).toEqual(facts(first));
  });

  test("one recording in two files is that recording, however its lines are shared out", async () => {
    let written = 0;
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.boolean()), fc.constantFrom(1, 2), async (choices, workers) => {
        const parts: [string[], string[]] = [[], []];
        let time = "";
        let part = 0;
        for (const line of usdmLines) {
          // Frames of one and the same time have no order between files: they stay together.
          const received = line.slice(0, line.indexOf(" "));
          if (received !== time) part = choices.next().value ? 1 : 0;
          time = received;
          parts[part].push(line);
        }
        const files = parts.map((lines) => folder.write(`part-${written++}.txt.gz`, joined(lines)));
        const [spot] = inputs;
        const run = await runReplay([spot, ...files.map((path) => ({ path, market: "binance.usdm" }))], {
          ...{ config: quickSignals, workers },
        });
        expect(facts(run)).toEqual(facts(first));
        expect(run.signals).toEqual(first.signals);
      }),
      { seed, numRuns: runs(4), endOnFailure: true },
    );
  });

  test("alternating lines", async () => {
    const files = [0, 1].map((rest) =>
      folder.write(`half-${rest}.txt`, joined(usdmLines.filter((_, i) => i % 2 === rest))),
    );
    const run = await runReplay([inputs[0], ...files.map((path) => ({ path, market: "binance.usdm" }))], {
      config: quickSignals,
    });
    expect(facts(run)).toEqual(facts(first));
  });
});
