import { execFile, execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { Level } from "./fake-engine.js";
import { type Backend, start } from "./started.js";

const BOOK = "book.binance:BTC/USDT";
const CHANGES = 2000;

export function pythonCases(backend: Backend): void {
  const python = pythonRuns();
  const why = python ? "" : ": skipped, there is no python3";
  test.skipIf(!python)(`a Python client of plain sockets rebuilds a book${why}`, async () => {
    const started = await start(backend);
    const { engine, server } = started;
    const last = Number(engine.book(BOOK).sequence) + CHANGES;
    const script = fileURLToPath(new URL("rebuild-book.py", import.meta.url));
    const running = promisify(execFile)("python3", [script, String(server.port), "binance:BTC/USDT", String(last)]);
    await expect.poll(() => server.hub.interest(BOOK), { timeout: 10_000 }).toBe(true);
    for (let i = 0; i < CHANGES; i++) {
      const bids: Level[] = [[100 - (i % 37), (i * 7) % 5]];
      engine.change(BOOK, { bids, asks: [[101 + (i % 41), (i * 3) % 4]] });
      if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const { stdout } = await running;
    expect(JSON.parse(stdout)).toEqual(engine.book(BOOK).levels());
    await started.stop();
  });
}

function pythonRuns(): boolean {
  try {
    execFileSync("python3", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
