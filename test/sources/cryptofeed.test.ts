import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import {
  type CryptofeedInput,
  cryptofeedExchange,
  openCryptofeed,
} from "crosstick/internal/sources/recording/cryptofeed";
import { describe, expect, test } from "vitest";
import { recordings, scratchFile } from "./recorded.js";

const folder = recordings();
const target = new Uint8Array(new SharedArrayBuffer(8 << 20));

interface Frame {
  ns: bigint;
  text: string;
  url: string | null;
  address: string | null;
}

function drainFrames(input: CryptofeedInput): Frame[] {
  const frames: Frame[] = [];
  while (input.peek()) {
    const seen = [input.receivedUs, input.receivedNanos, input.url, input.address];
    const length = input.next(target, 64, target.length - 64);
    expect([input.receivedUs, input.receivedNanos, input.url, input.address]).toEqual(seen);
    frames.push({
      ns: BigInt(input.receivedUs) * 1000n + BigInt(input.receivedNanos),
      text: Buffer.from(target.slice(64, 64 + length)).toString("latin1"),
      url: input.url,
      address: input.address,
    });
  }
  expect(input.next(target, 0, 100)).toBe(-1);
  return frames;
}

function saved(lines: string[], end = "\n"): string {
  const path = scratchFile("cryptofeed.jsonl");
  writeFileSync(path, lines.join("\n") + end);
  return path;
}

const header = '{"t":"header","format":2,"exchange":"BYBIT","config":{"a":["x"],"exchange":"NO"}}';
const recv = (connection: string, ts: string, data: string): string =>
  `{"t":"recv","conn":"${connection}","ts":${ts},"data":${JSON.stringify(data)}}`;

describe("order and times", () => {
  test("frames come by receive time, equal ones by line, each with where it came from", async () => {
    const path = saved([
      header,
      '{"t":"http","conn":"h","ts":1786310818.5,"url":"https://x/?category=spot&symbol=BTCUSDT","data":"{}"}',
      '{"t":"connect","conn":"a","ts":1786310817.0,"addr":"wss://a"}',
      '{"t":"send","conn":"a","ts":1786310817.1,"addr":"wss://a","data":"sub"}',
      recv("a", "1786310818.2235148", "a1"),
      recv("a", "1786310818.5", "a2"),
      '{"t":"connect","conn":"b","ts":1786310817.0,"addr":"wss://b"}',
      recv("b", "1786310818.2235147", "b1"),
      recv("b", "1786310818.5", "b2"),
      recv("c", "1786310819", 'quoted "\\" text'),
    ]);
    const input = await openCryptofeed(path);
    expect([input.exchange, input.frames, input.damage]).toEqual(["BYBIT", 6, null]);
    expect(await cryptofeedExchange(path)).toBe("BYBIT");
    const url = "https://x/?category=spot&symbol=BTCUSDT";
    expect(drainFrames(input)).toEqual([
      { ns: 1786310818223514700n, text: "b1", url: null, address: "wss://b" },
      { ns: 1786310818223514800n, text: "a1", url: null, address: "wss://a" },
      { ns: 1786310818500000000n, text: "{}", url, address: null },
      { ns: 1786310818500000000n, text: "a2", url: null, address: "wss://a" },
      { ns: 1786310818500000000n, text: "b2", url: null, address: "wss://b" },
      { ns: 1786310819000000000n, text: 'quoted "\\" text', url: null, address: null },
    ]);
  });

  test("a frame longer than the room is passed over", async () => {
    const input = await openCryptofeed(saved([header, recv("a", "1.5", "long"), recv("a", "2.5", "ok")]));
    expect(input.next(target, 0, 3)).toBe(-2);
    expect(input.receivedUs).toBe(1_500_000);
    expect(input.next(target, 0, 3)).toBe(2);
    expect(input.next(target, 0, 3)).toBe(-1);
  });

  test("keys in any order, spaces, and bytes in base64", async () => {
    const input = await openCryptofeed(
      saved([header, '{ "b64" : "AAEC/w==", "ts": 1.25, "extra": {"a":[1,"}"]}, "conn":"a", "t":"recv" }'], ""),
    );
    expect(input.next(target, 0, 10)).toBe(4);
    expect([...target.slice(0, 4)]).toEqual([0, 1, 2, 255]);
  });
});

describe("damage", () => {
  const lines = [header, recv("a", "1.5", "one"), recv("a", "2.5", "two")];

  test("a last line without its end of line is a frame when it is whole, and damage when it is not", async () => {
    expect((await openCryptofeed(saved(lines, ""))).frames).toBe(2);
    for (const cut of [1, 2, 5, 20]) {
      const input = await openCryptofeed(saved([lines.join("\n").slice(0, -cut)], ""));
      expect([input.frames, input.damage?.code, input.damage?.exitCode]).toEqual([1, "INPUT_TRUNCATED", 5]);
    }
  });

  test("a broken line in the middle ends the recording there and names the line", async () => {
    const input = await openCryptofeed(saved([header, lines[1], "garbage", lines[2]]));
    expect([input.frames, input.damage?.code]).toEqual([1, "INPUT_CORRUPT"]);
    expect(input.damage?.message).toContain("line 3");
  });

  test("a gzip file that was cut gives the frames before the cut", async () => {
    const path = scratchFile("cut.gz");
    const many = Array.from({ length: 5000 }, (_, i) => recv("a", `${1000 + i}.5`, `frame ${i ** 3}`));
    writeFileSync(path, gzipSync([header, ...many].join("\n")).subarray(0, 10_000));
    const input = await openCryptofeed(path);
    expect(input.damage?.code).toBe("INPUT_TRUNCATED");
    expect(input.frames).toBeGreaterThan(100);
    expect(drainFrames(input).map(({ text }) => text)).toEqual(
      Array.from({ length: input.frames }, (_, i) => `frame ${i ** 3}`),
    );
  });

  test("without a header the exchange is not known; too much text is refused", async () => {
    await expect(openCryptofeed(saved(lines.slice(1)))).rejects.toMatchObject({ code: "INPUT_UNKNOWN_FORMAT" });
    await expect(openCryptofeed(saved(lines), 50)).rejects.toMatchObject({ code: "INPUT_TOO_LARGE" });
  });
});

describe.runIf(folder !== null)("the real recordings", () => {
  test.each([
    ["BINANCE", 270],
    ["BINANCE_FUTURES", 1540],
    ["BYBIT", 3229],
    ["COINBASE", 1031],
    ["DERIBIT", 140],
    ["HUOBI_SWAP", 2915],
    ["KRAKEN", 4431],
    ["OKX", 435],
  ])("%s gives %i frames, equal to JSON.parse of its lines", async (exchange, frames) => {
    const path = `${folder}cryptofeed/${exchange}.jsonl.gz`;
    const input = await openCryptofeed(path);
    expect([input.exchange, input.frames, input.damage]).toEqual([exchange, frames, null]);
    const expected = gunzipSync(readFileSync(path))
      .toString()
      .split("\n")
      .filter((line) => /^\{"t":"(recv|http)"/.test(line))
      .map((line, number) => {
        const { data, b64, url } = JSON.parse(line);
        const [, seconds, fraction = ""] = /"ts":(\d+)(?:\.(\d+))?/.exec(line) ?? [];
        // Binary frames of this one are gzip, as the venue sends them.
        const bytes = b64 === undefined ? Buffer.from(data) : gunzipSync(Buffer.from(b64, "base64"));
        const text = bytes.toString("latin1");
        return { number, ns: BigInt(seconds + fraction.padEnd(9, "0")), text, url: url ?? null };
      })
      .sort((a, b) => (a.ns === b.ns ? a.number - b.number : a.ns < b.ns ? -1 : 1));
    const got = drainFrames(input);
    expect(got.length).toBe(expected.length);
    expect(
      got.every(
        ({ ns, text, url }, i) => ns === expected[i].ns && text === expected[i].text && url === expected[i].url,
      ),
    ).toBe(true);
  });
});
