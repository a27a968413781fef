import { constants, deflateRawSync, gzipSync } from "node:zlib";
import { INFLATE_LIMIT_BYTES, inflate, isGzip } from "crosstick/internal/sources/inflate";
import { describe, expect, test } from "vitest";
import { recordingFolder, runReplay } from "../replay/run-replay.js";

const text = Buffer.from('{"ch":"market.GRT-USDT.trade.detail","ts":1645289380959}');
const packed = gzipSync(text);

/** A gzip member of some 500 kB that says it is 500 MB of zeros, made of one block over and over. */
function bomb(): Buffer {
  const header = gzipSync("").subarray(0, 10);
  const block = deflateRawSync(Buffer.alloc(2 ** 20), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([header, ...Array.from({ length: 500 }, () => block)]);
}

const cut = packed.subarray(0, -9);
const wrongCrc = Buffer.from(packed);
wrongCrc[packed.length - 8] ^= 1;
const wrongData = Buffer.from(packed);
wrongData[14] ^= 0xff;

describe("a compressed frame", () => {
  test("is inflated", () => {
    expect(Buffer.from(inflate(packed) ?? []).equals(text)).toBe(true);
    expect(inflate(gzipSync(""))).toHaveLength(0);
    expect([isGzip(packed), isGzip(text), isGzip(Buffer.alloc(0))]).toEqual([true, false, false]);
  });

  test("of the limit is taken, of one byte more is not", () => {
    expect(inflate(gzipSync(Buffer.alloc(INFLATE_LIMIT_BYTES)))).toHaveLength(INFLATE_LIMIT_BYTES);
    expect(inflate(gzipSync(Buffer.alloc(INFLATE_LIMIT_BYTES + 1)))).toBeNull();
    expect(inflate(packed, text.length)).toHaveLength(text.length);
    expect(inflate(packed, text.length - 1)).toBeNull();
  });

  test("that is a bomb costs no more memory than the limit and what zlib needs", () => {
    const frame = bomb();
    expect(frame.length).toBeLessThan(600_000);
    const before = process.memoryUsage().rss;
    expect(inflate(frame)).toBeNull();
    expect(process.memoryUsage().rss - before).toBeLessThan(8 * INFLATE_LIMIT_BYTES);
  });

  test("that is cut off, damaged, or none at all is refused", () => {
    for (const frame of [cut, packed.subarray(0, 9), packed.subarray(0, 2), wrongCrc, wrongData, text, Buffer.alloc(0)])
      expect(inflate(frame)).toBeNull();
  });
});

describe("a recording of compressed frames", () => {
  const folder = recordingFolder();
  const line = (seconds: number, bytes: Uint8Array): string =>
    `{"t":"recv","conn":"a","ts":${seconds}.5,"b64":"${Buffer.from(bytes).toString("base64")}"}`;

  test("goes on after those that cannot be inflated, and counts them", async () => {
    const trade = gzipSync(
      '{"ch":"market.GRT-USDT.trade.detail","ts":1645289380959,"tick":{"id":43131183313,"ts":1645289380927,"data":[{"amount":4,"ts":1645289380927,"id":431311833130000,"price":0.41912,"direction":"buy"}]}}',
    );
    const frames = [trade, bomb(), cut, wrongCrc, wrongData, trade];
    const header = '{"t":"header","format":2,"exchange":"HUOBI_SWAP","config":{}}';
    const path = folder.write(
      "bombs.jsonl",
      `${[header, ...frames.map((frame, index) => line(1645289381 + index, frame))].join("\n")}\n`,
    );
    const { summary, damages } = await runReplay([{ path }]);
    expect(damages).toEqual([]);
    expect(summary).toMatchObject({ frames: 6, ignored: 0, rejected: 4, rejections: { compression: 4 } });
    expect(summary.instruments["htx:GRT/USDT:USDT"]).toMatchObject({ trades: 2, volume: 80 });
  });
});
