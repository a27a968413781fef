import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { bin, crosstick } from "../cli/crosstick.js";
import { type Message, until, Wire } from "./wire.js";

const folder = mkdtempSync(join(tmpdir(), "crosstick-sim-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A running `crosstick sim`, and its NDJSON. */
function sim(...args: string[]): { process: ChildProcess; lines: Message[]; ready: () => Promise<Message> } {
  const child = spawn(process.execPath, [bin, "sim", ...args, "--json"], { stdio: ["pipe", "pipe", "inherit"] });
  const lines: Message[] = [];
  let rest = "";
  child.stdout.on("data", (chunk) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts.map((line) => JSON.parse(line) as Message));
  });
  const ready = async () => {
    await until("ready", () => lines.length > 0, 15_000);
    return lines[0];
  };
  return { process: child, lines, ready };
}

async function interrupted({ process: child }: { process: ChildProcess }): Promise<{ code: number; ms: number }> {
  const begun = performance.now();
  child.kill("SIGINT");
  const [code] = await once(child, "exit");
  return { code, ms: performance.now() - begun };
}

test("tells its endpoints, serves, takes faults by file and by command, and ends within a second", async () => {
  const script = join(folder, "faults.yaml");
  writeFileSync(script, "- { kind: clock, venue: bybit, offsetMs: 5000 }\n");
  const run = sim("bybit", "--seed", "9", "--instrument", "bybit:BTC/USDT", "--faults", script, "--control");
  const { endpoints, seed } = (await run.ready()) as {
    endpoints: Record<string, Record<string, { ws: string }>>;
    seed: number;
  };
  expect([seed, Object.keys(endpoints)]).toEqual([9, ["bybit"]]);
  const wire = await Wire.open(`${endpoints.bybit.spot.ws}/v5/public/spot`);
  wire.send({ op: "subscribe", args: ["orderbook.50.BTCUSDT"] });
  await until("a book", () => wire.messages.length > 1);
  expect(Number(wire.messages[1].ts) - Date.now()).toBeGreaterThan(4000);
  run.process.stdin?.write('{"kind":"close","code":1012}\n{"kind":"nothing"}\n');
  await until("the end", () => wire.closed !== null);
  expect(wire.closed?.code).toBe(1012);
  await until("both answers", () => run.lines.filter(({ type }) => type === "fault").length === 2);
  expect(run.lines.filter(({ type }) => type === "fault").map(({ ok }) => ok)).toEqual([true, false]);
  const { code, ms } = await interrupted(run);
  expect(code).toBe(130);
  expect(ms).toBeLessThan(1500);
  expect(run.lines.at(-1)).toMatchObject({ type: "summary", injected: { clock: 1, close: 1 } });
});

test("serves a recording from a gzip of lines", async () => {
  const path = join(folder, "usdm.gz");
  const depth = (u: number) =>
    `{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","s":"BTCUSDT","U":${u},"u":${u},"b":[],"a":[]}}`;
  writeFileSync(path, gzipSync([1, 2, 3].map((u) => `17231612560000${u}0000 ${depth(u)}\n`).join("")));
  const run = sim("binance", "--from", `binance.usdm=${path}`);
  const { endpoints, recorded } = (await run.ready()) as {
    endpoints: Record<string, Record<string, { ws: string }>>;
    recorded: boolean;
  };
  expect(recorded).toBe(true);
  const wire = await Wire.open(`${endpoints.binance.usdm.ws}/public/stream?streams=btcusdt@depth@100ms`);
  await until("the end", () => run.lines.some(({ type }) => type === "ended"));
  await until("all frames", () => wire.texts.length === 3);
  expect(wire.texts).toEqual([1, 2, 3].map(depth));
  expect((await interrupted(run)).code).toBe(130);
});

test("says what is wrong with its arguments", () => {
  const wrong = join(folder, "wrong.yaml");
  writeFileSync(wrong, "- { kind: mute, venu: bybit }\n");
  for (const [args, code, text] of [
    [["bybitt"], 2, "Did you mean bybit"],
    [["bybit", "--faults", wrong], 3, "venu"],
    [["bybit", "--faults", join(folder, "none")], 3, "CONFIG_UNREADABLE"],
    [["bybit", "--instrument", "bybit:XYZ/USDT"], 2, "SYMBOL_UNKNOWN"],
    [["bybit", "--from", join(folder, "none")], 5, "INPUT_MISSING"],
    [["bybit", "--speed", "0"], 2, "above 0"],
  ] as const) {
    const { code: got, stderr } = crosstick(["sim", ...args]);
    expect([got, stderr.includes(text)], `${args.join(" ")}: ${stderr}`).toEqual([code, true]);
  }
});
