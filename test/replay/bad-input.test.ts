import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync, constants as zlib } from "node:zlib";
import { describe, expect, test } from "vitest";
import { expectAgreement } from "./agreement.js";
import { replayCommand, summaryOf } from "./command.js";
import { joined, linesOf } from "./edited-recording.js";
import { referenceOf } from "./reference.js";
import { framesOfLines } from "./reference-frames.js";
import { recordingFolder, runReplay } from "./run-replay.js";
import { cryptofeedBybit, hasRecordings, spotBtc, spotEth } from "./shared-data.js";

const folder = recordingFolder();

const TIME_US = 1_700_000_000_000_000;
/** Frames of Bybit spot, one a millisecond. */
const stamped = (frames: readonly string[]): string[] => frames.map((frame, i) => `${TIME_US + i * 1000} ${frame}`);
const book = (type: string, u: number, b: unknown[], a: unknown[], s = "BTCUSDT"): string =>
  JSON.stringify({ topic: `orderbook.50.${s}`, type, ts: TIME_US / 1000, data: { s, b, a, u, seq: u } });
const trade = (p: unknown, v: unknown): string =>
  JSON.stringify({
    ...{ topic: "publicTrade.BTCUSDT", type: "snapshot", ts: TIME_US / 1000 },
    data: [{ T: TIME_US / 1000, s: "BTCUSDT", S: "Buy", v, p, L: "PlusTick", i: "7", BT: false }],
  });
const opening = book("snapshot", 10, [["100", "1"]], [["101", "1"]]);
const closing = book("delta", 11, [["99", "2"]], []);

/** One line on stderr, `crosstick: … [CODE]`, nothing on stdout, and this exit code. */
function expectRefused(args: string[], exitCode: number, code: string, ...words: string[]): void {
  const { code: got, stdout, stderr } = replayCommand(args);
  expect({ got, stdout, stderr }).toMatchObject({ got: exitCode, stdout: "" });
  expect(stderr).toMatch(new RegExp(`^crosstick: [^\\n]*(\\n  [^\\n]*)* \\[${code}\\]\\n$`));
  for (const word of words) expect(stderr).toContain(word);
}

describe("inputs that cannot be read", () => {
  test("a file that is not there", () => {
    expectRefused([folder.path("nothing")], 5, "INPUT_MISSING", folder.path("nothing"));
    expectRefused([`binance.spot=${folder.path("nothing")}`], 5, "INPUT_MISSING");
  });

  test("text and bytes that are no recording", () => {
    const text = folder.write("notes.txt", "hello world\nhow are you\n");
    expectRefused([text], 5, "INPUT_UNKNOWN_FORMAT", '"hello world"', "cryptofeed");
    expectRefused([`binance.spot=${text}`], 5, "INPUT_UNKNOWN_FORMAT");
    expectRefused([folder.write("noise.bin", Buffer.alloc(5000, 0xfe))], 5, "INPUT_UNKNOWN_FORMAT");
  });

  test("an empty directory; a directory with recordings and other things", () => {
    const directory = folder.path("mixed");
    mkdirSync(join(directory, "deeper"), { recursive: true });
    expectRefused([directory], 5, "INPUT_UNKNOWN_FORMAT");
    writeFileSync(join(directory, "README"), "not a recording\n");
    writeFileSync(join(directory, "a.txt"), joined(stamped([opening])));
    writeFileSync(join(directory, "deeper", "b.txt.gz"), gzipSync(joined(stamped([opening, closing]).slice(1))));
    const run = replayCommand([`bybit.spot=${directory}`, "--summary", "-"]);
    expect([run.code, run.stderr]).toEqual([0, ""]);
    const { frames, rejected, instruments } = summaryOf(run);
    expect({ frames, rejected }).toEqual({ frames: 2, rejected: 0 });
    expect(instruments["bybit:BTC/USDT"]).toMatchObject({ state: "live", levels: [2, 1] });
  });

  test("an empty file is a recording of nothing", () => {
    const run = replayCommand([`binance.spot=${folder.write("empty", "")}`, "--summary", "-"]);
    expect([run.code, run.stderr]).toEqual([0, ""]);
    expect(summaryOf(run)).toMatchObject({ frames: 0, ignored: 0, rejected: 0, instruments: {}, strategies: {} });
  });
});

describe("markets", () => {
  const path = folder.write("plain.txt", joined(stamped([opening])));

  test("lines say no market: it must be told", () => {
    expectRefused([path], 2, "USAGE_MARKET", `venue.product=${path}`);
  });

  test("an unknown venue or product is answered with the right ones", () => {
    expectRefused([`binance.linear=${path}`], 2, "USAGE_PRODUCT", "binance.spot, binance.usdm, binance.coinm");
    expectRefused([`bybit.spott=${path}`], 2, "USAGE_PRODUCT", "Did you mean bybit.spot?");
    expectRefused([`binanse.spot=${path}`], 2, "USAGE_VENUE", "Did you mean binance?");
  });

  test("frames of another market than said are refused, not misread", () => {
    const run = replayCommand([`binance.spot=${path}`, "--summary", "-"]);
    expect(run.code).toBe(0);
    expect(summaryOf(run)).toMatchObject({ frames: 1, rejected: 1, rejections: { unknown: 1 }, instruments: {} });
  });
});

describe("configuration", () => {
  const input = `bybit.spot=${folder.write("configured.txt", joined(stamped([opening])))}`;
  const withConfig = (name: string, text: string): string[] => [input, "-c", folder.write(name, text)];
  const module = (use: string, options: object): string =>
    JSON.stringify({
      strategies: [{ name: "own", use, notional: { amount: 1, currency: "USDT" }, options }],
    });

  test("an unknown key, with the right one", () => {
    expectRefused(
      withConfig("key.yaml", "gates: { maxAgesMs: 5 }\n"),
      3,
      "CONFIG_UNKNOWN_KEY",
      "maxAgeMs",
      "key.yaml:1",
    );
  });

  test("a strategy's options that are wrong", () => {
    const kind =
      "strategies: [{ name: b, kind: basis, spot: 'bybit:BTC/USDT', notional: { amount: 1, currency: USDT } }]";
    expectRefused(withConfig("basis.yaml", kind), 3, "CONFIG_INVALID", "strategies[0].future");
    const everyChange = new URL("./every-change.js", import.meta.url).href;
    expectRefused(withConfig("own.json", module(everyChange, { buy: 5 })), 3, "STRATEGY_OPTIONS", "own", "buy", "sell");
  });

  test("a module that is not there, does not parse, or is no strategy", () => {
    expectRefused(withConfig("gone.json", module("./gone.js", {})), 3, "STRATEGY_MODULE", "gone.js");
    folder.write("broken.js", "export default {");
    expectRefused(withConfig("broken.json", module("./broken.js", {})), 3, "STRATEGY_MODULE", "broken.js");
    folder.write("other.js", "export default 5;");
    expectRefused(withConfig("other.json", module("./other.js", {})), 3, "STRATEGY_MODULE", "defineStrategy");
  });

  test("no more instruments than the memory is for: the frames of the others are refused, by name of the reason", async () => {
    const other = book("snapshot", 5, [["10", "1"]], [["11", "1"]], "ETHUSDT");
    const path = folder.write("two.txt", joined(stamped([opening, other, closing, other, other])));
    const recording = { path, market: "bybit.spot" };
    const { summary } = await runReplay([recording], { config: { memory: { instruments: 1 } } });
    expect(summary).toMatchObject({ frames: 5, rejected: 3, rejections: { "instrument-capacity": 3 } });
    expect(Object.keys(summary.instruments)).toEqual(["bybit:BTC/USDT"]);
    expect(summary.instruments["bybit:BTC/USDT"]).toMatchObject({ state: "live", depthUpdates: 1 });
    const both = await runReplay([recording], { config: { memory: { instruments: 2 } } });
    expect(both.summary).toMatchObject({ rejected: 0 });
  });
});

describe.skipIf(!hasRecordings)("damaged gzip: what came before is used, and the exit code says so", () => {
  const whole = hasRecordings ? readFileSync(spotBtc.path) : Buffer.alloc(0);

  test("cut in the middle", () => {
    const cut = whole.subarray(0, 200_000);
    const path = folder.path("cut.gz");
    writeFileSync(path, cut);
    const summary = folder.path("cut.json");
    const run = replayCommand([`binance.spot=${path}`, "--summary", summary]);
    expect(run.code).toBe(5);
    expect(run.stderr).toMatch(/^crosstick: Cannot read .*cut\.gz.* \[INPUT_TRUNCATED\]\n$/);
    // Of the last line only a part came out.
    const text = gunzipSync(cut, { finishFlush: zlib.Z_SYNC_FLUSH }).toString("utf8");
    const lines = text.slice(0, text.lastIndexOf("\n") + 1);
    expectAgreement(
      JSON.parse(readFileSync(summary, "utf8")),
      referenceOf(framesOfLines(lines, "binance.spot", "BTCUSDT")),
    );
  });

  test("a second member that is no gzip, a wrong checksum", () => {
    const lines = linesOf(spotBtc, 3000);
    const good = gzipSync(joined(lines));
    const reference = referenceOf(framesOfLines(joined(lines), "binance.spot", "BTCUSDT"));
    const damaged: Record<string, Buffer> = {
      "member.gz": Buffer.concat([good, Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), Buffer.alloc(500, 0xff)]),
      "checksum.gz": Buffer.from(good.map((byte, i) => (i === good.length - 6 ? byte ^ 0xff : byte))),
    };
    for (const [name, bytes] of Object.entries(damaged)) {
      const path = folder.path(name);
      writeFileSync(path, bytes);
      const run = replayCommand([`binance.spot=${path}`, "--summary", "-"]);
      expect([run.code, run.stderr]).toEqual([5, expect.stringContaining("[INPUT_CORRUPT]")]);
      expectAgreement(summaryOf(run), reference);
    }
  });

  test("gzip by its first bytes only", () => {
    const path = folder.path("only.gz");
    writeFileSync(path, Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), Buffer.alloc(3000, 0xee)]));
    expectRefused([`binance.spot=${path}`], 5, "INPUT_CORRUPT", "only.gz");
  });

  test("a cryptofeed recording cut inside a line", () => {
    const lines = linesOf(cryptofeedBybit);
    const path = folder.write("cut.jsonl", joined(lines.slice(0, 2000)).slice(0, -40));
    const run = replayCommand([path, "--summary", "-"]);
    expect([run.code, run.stderr]).toEqual([5, expect.stringContaining("ends inside line 2000")]);
    expect(summaryOf(run).frames).toBeGreaterThan(1900);
  });
});

describe("lines", () => {
  const lines = stamped([opening, trade("100.5", "2"), closing, book("delta", 12, [], [["102", "5"]])]);
  const replayText = async (name: string, text: string | Uint8Array) =>
    (await runReplay([{ path: folder.write(name, text), market: "bybit.spot" }])).summary;
  const timeless = (summary: Awaited<ReturnType<typeof replayText>>): object => ({
    ...{ ...summary, clock: 0, elapsedMs: 0, framesPerSecond: 0 },
    instruments: Object.values(summary.instruments).map((one) => ({ ...one, firstReceived: 0, lastReceived: 0 })),
  });

  test("a frame of 50 MB is refused, and the rest goes on", () => {
    const long = `${TIME_US + 1500} {"topic":"${"x".repeat(50 * 2 ** 20)}"}`;
    for (const name of ["long.txt", "long.txt.gz"]) {
      const path = folder.write(name, joined(lines.toSpliced(2, 0, long)));
      const run = replayCommand([`bybit.spot=${path}`, "--summary", "-"]);
      expect([run.code, run.stderr]).toEqual([0, ""]);
      const summary = summaryOf(run);
      expect(summary).toMatchObject({ frames: 5, rejected: 1, rejections: { "too-long": 1 } });
      expect(summary.instruments["bybit:BTC/USDT"]).toMatchObject({ state: "live", depthUpdates: 2, gaps: 0 });
    }
  });

  test("a frame of 50 MB that is the last, without an end", async () => {
    const summary = await replayText("last-long.txt", `${joined(lines)}${TIME_US} {"${"y".repeat(50 * 2 ** 20)}`);
    expect(summary).toMatchObject({ frames: 5, rejections: { "too-long": 1 } });
  });

  test("lines that have no time are refused, and nothing else", async () => {
    const bad = [opening, `yesterday ${closing}`, `-5 ${closing}`, `17000000000000000000000 ${closing}`, `${TIME_US}`];
    const edited = lines.flatMap((line, i) => [line, ...(i === 1 ? bad : [])]);
    const summary = await replayText("timeless.txt", joined([...edited, ...lines.slice(-1).map((line) => line)]));
    expect(summary.rejections).toEqual({ line: bad.length });
    expect(summary.instruments["bybit:BTC/USDT"]).toMatchObject({ state: "live", depthUpdates: 2, gaps: 0 });
  });

  test("times in s, ms, µs and ns, with and without a fraction, are the same recording", async () => {
    const want = await replayText("us.txt", joined(lines));
    const times: Record<string, (us: number) => string> = {
      s: (us) => `${Math.floor(us / 1e6)}.${String(us % 1e6).padStart(6, "0")}`,
      ms: (us) => String(us / 1000),
      ns: (us) => `${us}000`,
      usFraction: (us) => `${us}.0`,
    };
    for (const [unit, time] of Object.entries(times)) {
      const text = joined(lines.map((line) => `${time(Number(line.slice(0, 16)))}${line.slice(16)}`));
      const got = await replayText(`${unit}.txt`, text);
      expect({ ...got, elapsedMs: 0, framesPerSecond: 0 }, unit).toEqual({ ...want, elapsedMs: 0, framesPerSecond: 0 });
    }
    // Whole seconds are coarser, so the times differ, and nothing else.
    const seconds = await replayText(
      "seconds.txt",
      joined(lines.map((line) => `${line.slice(0, 10)}${line.slice(16)}`)),
    );
    expect(timeless(seconds)).toEqual(timeless(want));
  });

  test("CRLF, empty lines, spaces at the end, and a last line without its newline", async () => {
    const want = await replayText("lf.txt", joined(lines));
    const variants: Record<string, string> = {
      crlf: lines.map((line) => `${line}\r\n`).join(""),
      empty: `\n\n${lines.join("\n\n\r\n")}\n\n`,
      spaces: lines.map((line) => `${line.replace(" ", "   ")}  \n`).join(""),
      open: lines.join("\n"),
    };
    for (const [name, text] of Object.entries(variants)) {
      const got = await replayText(`${name}.txt`, text);
      expect({ ...got, elapsedMs: 0, framesPerSecond: 0 }, name).toEqual({ ...want, elapsedMs: 0, framesPerSecond: 0 });
    }
  });

  test("prices and sizes that are none: refused with the reason, the book as it was", async () => {
    const change = (p: unknown, q: unknown): string =>
      book(
        "delta",
        11,
        [
          ["99", "7"],
          [p, q],
        ],
        [],
      );
    const refused: [reason: string, frame: string][] = [
      ["price", change("NaN", "1")],
      ["price", change("-5", "1")],
      ["price", change("0", "1")],
      ["price", change("", "1")],
      ["price", change("1e999", "1")],
      ["price", change("12abc", "1")],
      ["price", change(null, "1")],
      ["size", change("98", "NaN")],
      ["size", change("98", "-1")],
      ["size", change("98", "Infinity")],
      ["price", trade("0", "1")],
      ["price", trade("-1", "1")],
      ["price", trade("NaN", "1")],
      ["size", trade("100", "-1")],
      ["malformed", opening.slice(0, -30)],
      ["malformed", `${closing}}`],
      ["unknown", "[]"],
      ["unknown", '{"hello":1}'],
    ];
    const frames = [opening, ...refused.map(([, frame]) => frame), closing];
    const summary = await replayText("prices.txt", joined(stamped(frames)));
    const reasons: Record<string, number> = {};
    for (const [reason] of refused) reasons[reason] = (reasons[reason] ?? 0) + 1;
    expect(summary.rejections).toEqual(reasons);
    expect(summary.instruments["bybit:BTC/USDT"]).toMatchObject({
      ...{ state: "live", gaps: 0, depthUpdates: 1, trades: 0, volume: 0, vwap: null, levels: [2, 1] },
      bids: [
        [100, 1],
        [99, 2],
      ],
    });
  });

  test("bytes that are no text, between good lines", async () => {
    const noise = Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 131) % 256).filter((byte) => byte !== 10));
    const text = Buffer.concat([
      Buffer.from(joined(lines.slice(0, 2))),
      Buffer.concat([Buffer.from(`${TIME_US} `), noise, Buffer.from("\n")]),
      Buffer.from(joined(lines.slice(2))),
    ]);
    const summary = await replayText("noise.txt", text);
    expect(summary).toMatchObject({ frames: 5, rejected: 1 });
    expect(summary.instruments["bybit:BTC/USDT"]).toMatchObject({ state: "live", depthUpdates: 2 });
  });
});

describe.skipIf(!hasRecordings)("capacity, with recordings", () => {
  test("of two symbols the second finds no room, and the first is as it would be alone", async () => {
    const [btc, eth] = [linesOf(spotBtc, 4000), linesOf(spotEth, 4000)];
    const merged = [...btc, ...eth].sort((a, b) => (a.slice(0, 19) < b.slice(0, 19) ? -1 : 1));
    const path = folder.write("capacity.txt.gz", joined(merged));
    const { summary } = await runReplay([{ path, market: "binance.spot" }], { config: { memory: { instruments: 1 } } });
    const alone = referenceOf(framesOfLines(joined(btc), "binance.spot", "BTCUSDT"));
    expect(Object.keys(summary.instruments)).toEqual(["binance:BTC/USDT"]);
    const { volume, vwap, ...got } = summary.instruments["binance:BTC/USDT"];
    const { volume: _, vwap: __, ...want } = alone.summaries()["binance:BTC/USDT"];
    expect(got).toEqual(want);
    expect(summary.rejections).toEqual({ "instrument-capacity": eth.length - 1 });
    expect(summary.ignored, "its snapshot, which names nobody and which nobody needs").toBe(1);
  });
});
