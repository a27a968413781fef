import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createSimulator, type Simulator } from "crosstick/internal/simulator/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compile, type Installed, installPackage, repository } from "./installed.js";

const SOURCES = ["embed.ts", "leaning-cross.ts"];
/** A whole line: not always of the first entry, which may come before the example listens. */
const ENTRY = /^btc-basis-\d+ btc-basis enter \d+\.\d+ \[[^\]]+\]\n/m;
let installed: Installed;

beforeAll(async () => {
  installed = await installPackage();
}, 120_000);
afterAll(() => installed?.remove());

describe("the package", () => {
  test("holds what it needs to run, and neither tests nor recordings", () => {
    const { files } = installed;
    const needed = [
      ...["bin/crosstick.js", "dist/src/index.js", "dist/src/index.d.ts", "dist/src/strategies/strategy.js"],
      ...["dist/src/engine/worker.js", "dist/src/feed/live-worker.js", "build/decode.wasm", "build/engine.wasm"],
      ...["src/dashboard/index.html", "src/dashboard/dashboard.js", "src/dashboard/dashboard.css"],
      ...["README.md", "LICENSE", "package.json"],
    ];
    expect(needed.filter((path) => !files.includes(path))).toEqual([]);
    const strange = files.filter((path) =>
      /(^|\/)test\/|\.test\.|\.(gz|jsonl|csv|wat)$|^(assembly|scripts|\.)/.test(path),
    );
    expect(strange).toEqual([]);
  });

  test("runs as a command", () => {
    const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
    const printed = execFileSync("npx", ["--no-install", "crosstick", "--version"], {
      ...{ cwd: installed.folder, encoding: "utf8" as const, timeout: 30_000 },
    });
    expect(printed.trim()).toBe(version);
  });
});

describe("the embedding example", () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await createSimulator({
      venues: ["binance", "bybit"],
      seed: 5,
      instruments: ["binance:BTC/USDT", "bybit:BTC/USDT", "bybit:BTC/USDT:USDT"],
    });
    for (const source of SOURCES) copyFileSync(join(repository, "examples", source), join(installed.folder, source));
    await compile(installed, SOURCES);
  }, 90_000);
  afterAll(() => simulator?.stop());

  test("compiles, prints signals, and ends in order at SIGINT", async () => {
    const child = spawn(process.execPath, ["embed.js"], {
      ...{ cwd: installed.folder, env: { ...process.env, ...addressesOf(simulator) }, timeout: 50_000 },
    });
    const closed = once(child, "close");
    const disagree = () => simulator.fault({ kind: "diverge", asset: "BTC", side: "derivative", bps: 90, forMs: 1500 });
    const disagreeing = setInterval(disagree, 3000);
    let [stdout, stderr] = ["", ""];
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    await new Promise<void>((resolve) => {
      child.once("close", () => resolve());
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        stdout += text;
        if (ENTRY.test(stdout)) resolve();
      });
    });
    clearInterval(disagreeing);
    const interruptedMs = performance.now();
    child.kill("SIGINT");
    const [code] = await closed;
    const tookMs = performance.now() - interruptedMs;
    console.log(`the example ended ${Math.round(tookMs)} ms after SIGINT; it printed\n${stdout}`);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(ENTRY);
    expect(tookMs).toBeLessThan(5000); // ends in order, not by force
  });
});

/** The simulator's addresses as environment variables. */
function addressesOf({ endpoints }: Simulator): Record<string, string> {
  const markets = [
    ["binance", "spot"],
    ["bybit", "spot"],
    ["bybit", "linear"],
  ];
  return Object.fromEntries(
    markets.flatMap(([venue, product]) => {
      const { ws, rest } = endpoints[venue][product];
      const name = `CROSSTICK_ENDPOINTS_${venue.toUpperCase()}_${product.toUpperCase()}`;
      return [
        [`${name}_SOCKET`, ws],
        [`${name}_REST`, rest],
      ];
    }),
  );
}
