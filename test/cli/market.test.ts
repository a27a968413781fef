import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSimulator, type Simulator } from "crosstick/internal/simulator/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closedPort } from "./closed-port.js";
import { crosstickBeside } from "./crosstick.js";

const folder = mkdtempSync(join(tmpdir(), "crosstick-market-"));
let simulator: Simulator;
let env: Record<string, string>;
beforeAll(async () => {
  simulator = await createSimulator({ venues: ["binance", "bybit"], seed: 5 });
  env = addresses(simulator);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await simulator.stop();
});

/** The simulator's addresses as a user gives them. */
function addresses({ endpoints }: Simulator): Record<string, string> {
  return Object.fromEntries(
    Object.entries(endpoints).flatMap(([venue, products]) =>
      Object.entries(products).flatMap(([product, { ws, rest }]) => {
        const name = `CROSSTICK_ENDPOINTS_${venue}_${product}`.toUpperCase();
        return [
          [`${name}_SOCKET`, ws],
          [`${name}_REST`, rest],
        ];
      }),
    ),
  );
}

const ndjson = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("crosstick ticker and book", () => {
  test("several symbols on several venues: one that fails is told, the rest come, exit code 0", async () => {
    const { code, stdout, stderr } = await crosstickBeside(
      ["ticker", "binance,bybit.linear", "BTC/USDT:USDT", "NOPE/USDT:USDT", "--json"],
      { env },
    );
    const lines = ndjson(stdout);
    expect(code).toBe(0);
    expect(lines.map(({ instrument, error }) => instrument ?? (error as { code: string }).code)).toEqual([
      ...["binance:BTC/USDT:USDT", "bybit:BTC/USDT:USDT", "SYMBOL_UNKNOWN", "SYMBOL_UNKNOWN"],
    ]);
    expect(lines[0]).toMatchObject({ crossWith: "bybit:BTC/USDT:USDT", crossBps: expect.any(Number) });
    expect(stderr).toMatch(/^crosstick: binance NOPE\/USDT:USDT: .*\[SYMBOL_UNKNOWN\]$/m);
  });

  test("nothing came: the exit code of the failure", async () => {
    const port = await closedPort();
    const none = { CROSSTICK_ENDPOINTS_BINANCE_SPOT_REST: `http://127.0.0.1:${port}` };
    const { code, stdout } = await crosstickBeside(["book", "binance", "BTC/USDT", "--json"], { env: none });
    expect([code, ndjson(stdout)]).toEqual([
      4,
      [expect.objectContaining({ exchange: "binance", error: expect.objectContaining({ code: "VENUE_UNREACHABLE" }) })],
    ]);
  });
});

describe("crosstick instruments", () => {
  test("one product of a venue", async () => {
    const { code, stdout } = await crosstickBeside(["instruments", "binance", "--product", "coinm", "--json"], { env });
    expect([code, ndjson(stdout)[0]]).toEqual([
      0,
      expect.objectContaining({ instrument: "binance:BTC/USD:BTC", unit: "inverse", contractSize: 100, sizeStep: 1 }),
    ]);
  });
});

describe("crosstick fetch", () => {
  const from = ["--from", "2024-01-01"];
  const fetch = (file: string, ...more: string[]) =>
    crosstickBeside(["fetch", "binance", "BTC/USDT", "--bars", "1h", "--out", join(folder, file), ...more], { env });
  const content = (file: string): string => readFileSync(join(folder, file), "utf8");

  test("goes on after the last bar, and writes a torn line anew", async () => {
    expect((await fetch("bars.csv", ...from, "--to", "2024-01-02")).code).toBe(0);
    expect(content("bars.csv").split("\n")).toHaveLength(1 + 24 + 1);
    appendFileSync(join(folder, "bars.csv"), content("bars.csv").slice(-40, -7)); // what a kill leaves
    const { code, stdout } = await fetch("bars.csv", "--to", "2024-01-03", "--json");
    expect([code, ndjson(stdout)[0]]).toMatchObject([0, { from: "2024-01-02T00:00:00Z", fetched: 24, missing: 0 }]);
    const hours = content("bars.csv").trim().split("\n").slice(1);
    expect(hours.map((line) => line.split(",")[2])).toEqual(
      Array.from({ length: 48 }, (_, hour) => `${new Date(Date.UTC(2024, 0, 1, hour)).toISOString().slice(0, 19)}Z`),
    );
  });

  test("without a beginning: usage", async () => {
    const { code, stderr } = await fetch("new.csv", "--to", "2024-01-03");
    expect([code, stderr]).toEqual([2, expect.stringContaining("USAGE_FROM")]);
  });
});

describe("crosstick probe", () => {
  test("a sound venue: events of each channel, and the verdict", async () => {
    const { code, stdout } = await crosstickBeside(["probe", "bybit", "--events", "3", "--json"], { env });
    const lines = ndjson(stdout);
    expect([code, lines.at(-1)?.verdict]).toEqual([0, "sound"]);
    expect(lines.filter(({ verdict }) => verdict === "ok").map(({ channel }) => channel)).toEqual(
      expect.arrayContaining(["book", "bbo", "trade"]),
    );
  });

  test("nobody there: exit code 4", async () => {
    const port = await closedPort();
    const none = {
      CROSSTICK_ENDPOINTS_BINANCE_SPOT_SOCKET: `ws://127.0.0.1:${port}`,
      CROSSTICK_ENDPOINTS_BINANCE_SPOT_REST: `http://127.0.0.1:${port}`,
    };
    const args = ["probe", "binance", "BTC/USDT", "--duration", "1", "--json"];
    const { code, stdout } = await crosstickBeside(args, { env: none });
    expect([code, ndjson(stdout).at(-1)?.verdict]).toEqual([4, "unreachable"]);
  });
});
