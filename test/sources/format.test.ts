import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { findRecordings, formatOf, recognise } from "crosstick/internal/sources/recording/format";
import { expect, test } from "vitest";
import { recordings } from "./recorded.js";

const folder = recordings();
const frame = '{"e":"trade","s":"BTCUSDT"}';

test.each([
  ["1680652700 ", "lines"],
  ["1680652700.423575 ", "lines"],
  ["1680652700423 ", "lines"],
  ["1680652700423575 ", "lines"],
  ["1723161256172216566 ", "lines"],
])("a receive time of %s before a frame", (time, format) => {
  expect(formatOf(`${time}${frame}\n${time}pong\n`)).toBe(format);
  expect(formatOf(`${time}${frame}`)).toBe(format);
});

test("a rotated log may begin inside a line", () => {
  expect(formatOf(`"s":"BTCUSDT"}\n1680652700423 ${frame}\n1680652700424 ${frame}\n`)).toBe("lines");
});

test.each([
  ['{"t":"header","format":2,"exchange":"BYBIT"}\n{"t":"recv"}\n', "cryptofeed"],
  ["exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n", "tardis-csv"],
  ["", "empty"],
  ["\n\r\n", "empty"],
  ['{"name":"crosstick"}\n', null],
  ["open,high,low,close\n1,2,3,4\n", null],
  ["1680652700423 12.5 13.5\n1680652700424 12.5 13.5\n", null],
  ["hello", null],
])("%j is %s", (text, format) => {
  expect(formatOf(text)).toBe(format);
});

test("a directory gives what is recognised in it, sorted, whatever the names", () => {
  const directory = mkdtempSync(join(tmpdir(), "crosstick-format-"));
  mkdirSync(join(directory, "b"));
  writeFileSync(join(directory, "b", "one"), gzipSync(`1680652700423 ${frame}\n`));
  writeFileSync(join(directory, "c.txt"), `1680652700423 ${frame}\n`);
  writeFileSync(join(directory, "a.bin"), '{"t":"header","exchange":"BYBIT"}\n');
  writeFileSync(join(directory, "empty"), "");
  writeFileSync(join(directory, "README.md"), "# Notes\n");
  writeFileSync(join(directory, ".hidden"), `1680652700423 ${frame}\n`);
  const found = findRecordings(directory);
  expect(found.map(({ path, format, gzip }) => [path.slice(directory.length + 1), format, gzip])).toEqual([
    ["a.bin", "cryptofeed", false],
    ["b/one", "lines", true],
    ["c.txt", "lines", false],
    ["empty", "empty", false],
  ]);
});

test("what is no recording says what was found, and what is missing says so", () => {
  const directory = mkdtempSync(join(tmpdir(), "crosstick-format-"));
  const path = join(directory, "x.csv");
  writeFileSync(path, "date,price\n");
  expect(() => recognise(path)).toThrow(
    expect.objectContaining({
      code: "INPUT_UNKNOWN_FORMAT",
      exitCode: 5,
      message: expect.stringMatching(/x\.csv.*"date,price"/),
    }),
  );
  expect(() => findRecordings(directory)).toThrow(expect.objectContaining({ code: "INPUT_UNKNOWN_FORMAT" }));
  expect(() => findRecordings(join(directory, "nothing"))).toThrow(
    expect.objectContaining({ code: "INPUT_MISSING", exitCode: 5 }),
  );
});

test("a gzip file that is damaged soon is still recognised by what comes before", () => {
  const path = join(mkdtempSync(join(tmpdir(), "crosstick-format-")), "damaged.gz");
  const packed = gzipSync(Array.from({ length: 2000 }, (_, i) => `${1680652700423 + i ** 2} ${frame}\n`).join(""));
  packed.fill(0xff, packed.length >> 1);
  writeFileSync(path, packed);
  expect(recognise(path).format).toBe("lines");
});

test.runIf(folder !== null)("the real recordings are recognised", () => {
  const count = (path: string, format: string): number =>
    findRecordings(`${folder}${path}`).filter((recording) => recording.format === format).length;
  expect(count("hftbacktest", "lines")).toBe(6);
  expect(count("cryptofeed", "cryptofeed")).toBe(8);
  expect(count("nautilus_tardis_csv", "tardis-csv")).toBe(6);
});
