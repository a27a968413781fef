import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { startSession } from "./session.js";

const folder = mkdtempSync(join(tmpdir(), "crosstick-doctor-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What `doctor --json` finds with this configuration. */
async function doctor(config: object) {
  const file = join(folder, "crosstick.json");
  writeFileSync(file, JSON.stringify(config));
  const session = startSession(["doctor", "-c", file, "--json"]);
  const { code } = await session.ended();
  return {
    code,
    stderr: session.stderr(),
    bad: session.lines.filter(({ ok }) => ok === "no").map(({ check }) => check),
  };
}

describe("crosstick doctor", () => {
  const feeds = [{ venue: "binance", symbols: ["BTC/USDT"] }];

  test("a configuration in order ends with 0", async () => {
    const { code, bad } = await doctor({ version: 1, feeds, server: { port: 0 } });
    expect([code, bad.filter((check) => !String(check).startsWith("fast"))]).toEqual([0, []]);
  });

  test("a configuration with a wrong key is found, and named", async () => {
    const { code, bad, stderr } = await doctor({ version: 1, feeds, sever: { port: 0 } });
    expect(code).not.toBe(0);
    expect(bad).toContain("configuration");
    expect(stderr).toMatch(/configuration.*\[DOCTOR_FOUND\]/);
  });

  test("a port that is taken is found", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    const { code, bad } = await doctor({ version: 1, feeds, server: { port } });
    taken.close();
    expect([code, bad]).toEqual([1, ["port"]]);
  });
});
