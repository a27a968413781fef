import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { openJournal } from "crosstick/internal/record/journal";
import { afterAll, describe, expect, test } from "vitest";
import { crosstick } from "../cli/crosstick.js";
import { type Session, startSession } from "../cli/session.js";
import { until } from "../live/rig.js";
import { servedRig } from "../live/served.js";
import { recordingFolder } from "../replay/run-replay.js";

const folder = recordingFolder();

/** The signal lines that a session printed, as the engine's thread wrote them. */
function signalsOf({ lines }: Session): string[] {
  return lines.filter(({ type }) => type === "signal").map(({ type: _, ...signal }) => JSON.stringify(signal));
}

describe("a live run and its journal", () => {
  const dir = folder.path("demo");

  test("signal bytes, books and refusals are equal; a second engine on the directory ends with 6", async () => {
    const session = startSession(["demo", "--json", "--port", "0", "--record", dir]);
    await session.line("signal", 45_000);
    const second = crosstick(["demo", "--duration", "5", "--json", "--port", "0", "--record", dir]);
    expect([second.code, second.stderr]).toEqual([6, expect.stringContaining("[JOURNAL_IN_USE]")]);
    session.child.kill("SIGINT");
    expect((await session.ended()).code).toBe(130);
    const summary = session.lines.at(-1) as unknown as { digest: string; strategies: object; instruments: object };

    const replayed = crosstick(["replay", dir, "--signals", "-", "--summary", folder.path("summary.json")]);
    expect([replayed.code, replayed.stderr]).toEqual([0, ""]);
    expect(replayed.stdout.trimEnd().split("\n")).toEqual(signalsOf(session));
    const again = JSON.parse(crosstick(["replay", dir, "--json"]).stdout);
    expect(again.digest).toBe(summary.digest);
    expect(again.strategies).toEqual(summary.strategies);
    for (const [id, one] of Object.entries(summary.instruments)) {
      const { firstReceived: _, lastReceived: __, ...rest } = one;
      expect(again.instruments[id]).toMatchObject(rest);
    }
    const doctor = crosstick(["doctor", dir, "--json"]);
    expect(doctor.code).toBe(0);
  });

  test("a second run into the same directory is played after the first, each by an engine of its own", async () => {
    const first = openJournal(dir);
    const before = crosstick(["replay", dir, "--signals", "-"]).stdout;
    const session = startSession(["demo", "--duration", "6", "--json", "--port", "0", "--record", dir, "--seed", "3"]);
    expect((await session.ended()).code).toBe(0);
    const both = openJournal(dir);
    expect(both.parts.map(({ because }) => because)).toEqual([null, "started-again"]);
    expect(both.records).toBeGreaterThan(first.records);
    const replayed = crosstick(["replay", dir, "--signals", "-"]);
    expect(replayed.stdout).toBe(
      before +
        signalsOf(session)
          .map((line) => `${line}\n`)
          .join(""),
    );
    // From the second run's beginning on only its own signals are told.
    const from = String(Math.floor(both.parts[1].segments[0].firstUs));
    const tail = crosstick(["replay", dir, "--signals", "-", "--from", from]);
    expect(tail.stdout).toBe(
      signalsOf(session)
        .map((line) => `${line}\n`)
        .join(""),
    );
  });
});

/** A file system of a few MiB, where this process may mount one. */
function mountSmall(path: string, size: string): boolean {
  mkdirSync(path, { recursive: true });
  return spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path]).status === 0;
}

describe("a full disk", () => {
  const path = folder.path("small");
  afterAll(() => {
    spawnSync("umount", ["-l", path]);
  });

  test("stops recording and not the engine, shows in /ready, and recording goes on after", async ({ skip }) => {
    if (!mountSmall(path, "1m")) return skip("no small file system can be mounted here");
    const dir = `${path}/journal`;
    const rig = await servedRig(
      [
        ["binance", "spot"],
        ["bybit", "linear"],
      ],
      { config: { record: { dir, fsyncMs: 50 } } },
    );
    try {
      const ready = async (): Promise<string> => JSON.stringify((await rig.get("/ready")).body);
      await until("books live", () => rig.served.engine.status().booksLive === 2);
      await until("recording stopped", () => rig.served.engine.status().recording?.state === "stopped", 30_000);
      expect(await ready()).toMatch(/recording stopped \(.*(ENOSPC|no space|full)/i);
      expect(rig.served.engine.status().booksLive).toBe(2);
      spawnSync("mount", ["-o", "remount,size=64m", path]);
      await until("recording again", () => rig.served.engine.status().recording?.state === "recording", 10_000);
      expect(await ready()).not.toContain("recording stopped");
      await new Promise((resolve) => setTimeout(resolve, 500));
    } finally {
      await rig.close();
    }
    const { parts, missing, damages } = openJournal(dir, { verify: true });
    expect(damages).toEqual([]);
    expect(parts.map(({ because }) => because)).toEqual([null, "hole"]);
    expect(missing).toBeGreaterThan(0);
    const replayed = JSON.parse(crosstick(["replay", dir, "--json"]).stdout);
    for (const one of Object.values(replayed.instruments)) expect(one).toMatchObject({ state: "live" });
  });
});
