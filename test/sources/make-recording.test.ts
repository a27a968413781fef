import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { findRecordings } from "crosstick/internal/sources/recording/format";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("../../scripts/make-recording.js", import.meta.url));

interface Frame {
  data: { e?: string; U: number; u: number; pu?: number; b: [string, string][]; a: [string, string][] };
  lastUpdateId?: number;
  topic?: string;
}

function make(...flags: string[]): string {
  const directory = mkdtempSync(join(tmpdir(), "crosstick-make-"));
  execFileSync(process.execPath, [script, directory, "--seconds", "10", ...flags], { stdio: "pipe" });
  return directory;
}

function framesOf(directory: string, market: string): { ns: bigint; frame: Frame }[] {
  const text = gunzipSync(readFileSync(join(directory, `${market}.gz`))).toString();
  return text
    .trimEnd()
    .split("\n")
    .map((line) => {
      const space = line.indexOf(" ");
      return { ns: BigInt(line.slice(0, space)), frame: JSON.parse(line.slice(space + 1)) };
    });
}

const directory = make();

test("the same seed writes the same bytes, another seed others", () => {
  const read = (from: string): string[] => readdirSync(from).map((name) => readFileSync(join(from, name), "base64"));
  expect(read(make())).toEqual(read(directory));
  expect(read(make("--seed", "2"))).not.toEqual(read(directory));
});

test("all four files are recognised, and their receive times rise", () => {
  const markets = ["binance.spot", "binance.usdm", "bybit.linear", "bybit.spot"];
  expect(findRecordings(directory).map(({ path, format, gzip }) => [path, format, gzip])).toEqual(
    markets.map((market) => [join(directory, `${market}.gz`), "lines", true]),
  );
  for (const market of markets) {
    const frames = framesOf(directory, market);
    expect(frames.length).toBeGreaterThan(200);
    expect(frames.every(({ ns }, i) => i === 0 || ns > frames[i - 1].ns)).toBe(true);
  }
});

test.each(["binance.spot", "binance.usdm"])("%s: a snapshot lies among depth updates without a gap", (market) => {
  const frames = framesOf(directory, market).map(({ frame }) => frame);
  const snapshot = frames.findIndex(({ lastUpdateId }) => lastUpdateId !== undefined);
  const id = frames[snapshot].lastUpdateId ?? 0;
  const depth = frames.filter(({ data }) => data?.e === "depthUpdate").map(({ data }) => data);
  expect(depth.some(({ U, u }) => U <= id + 1 && id + 1 <= u)).toBe(true);
  expect(depth.every(({ U, pu }, i) => i === 0 || (U === depth[i - 1].u + 1 && (pu ?? U - 1) === depth[i - 1].u))).toBe(
    true,
  );
});

test.each(["bybit.spot", "bybit.linear"])("%s: update ids count up, and the book is never crossed", (market) => {
  const books = framesOf(directory, market)
    .map(({ frame }) => frame)
    .filter(({ topic }) => topic?.startsWith("orderbook."))
    .map(({ data }) => data);
  const sides = { b: new Map<number, number>(), a: new Map<number, number>() };
  books.forEach(({ u, b, a }, i) => {
    if (i > 0) expect(u).toBe(books[i - 1].u + 1);
    for (const [side, levels] of [
      [sides.b, b],
      [sides.a, a],
    ] as const) {
      for (const [price, size] of levels) {
        if (Number(size) === 0) expect(side.delete(Number(price))).toBe(true);
        else side.set(Number(price), Number(size));
      }
    }
    expect([sides.b.size, sides.a.size]).toEqual([50, 50]);
    expect(Math.max(...sides.b.keys())).toBeLessThan(Math.min(...sides.a.keys()));
  });
});
