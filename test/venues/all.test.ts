import { writeFileSync } from "node:fs";
import { createSimulator } from "crosstick/internal/simulator/simulator";
import { CATALOGUE, SIMULATED_VENUES } from "crosstick/internal/simulator/venues";
import { expect, test } from "vitest";
import { startSession } from "../cli/session.js";
import { until } from "../live/rig.js";
import { recordingFolder } from "../replay/run-replay.js";

const folder = recordingFolder();

/** As many markets as an operator follows; of the options a few. */
const OPTIONS = 4;
const chosen = CATALOGUE.filter(({ instrument, venue }, i) => {
  if (instrument.strike === null) return true;
  return (
    CATALOGUE.slice(0, i).filter((other) => other.venue === venue && other.instrument.strike !== null).length < OPTIONS
  );
});

test("crosstick run on every simulated venue at once: all books live from cold", async () => {
  const simulator = await createSimulator({
    ...{ venues: SIMULATED_VENUES, seed: 8, instruments: chosen.map(({ instrument }) => instrument.id) },
  });
  const feeds = chosen.map(({ venue, product, instrument }) => {
    const { ws, rest } = simulator.endpoints[venue][product];
    return { venue, symbols: [instrument.symbol], endpoint: ws, rest };
  });
  const config = folder.path("all.json");
  writeFileSync(config, JSON.stringify({ feeds, server: { port: 0 } }));
  const session = startSession(["run", "-c", config, "--json"]);
  try {
    const startedMs = performance.now();
    await session.line("ready", 30_000);
    const readyMs = performance.now();
    const live = () => session.lines.filter(({ type }) => type === "status").at(-1)?.booksLive;
    const url = String((await session.line("ready")).url);
    let booksLive = 0;
    await until(
      "every book live",
      () => {
        void fetch(`${url}/ready`)
          .then((reply) => reply.json())
          .then((body) => {
            if ((body as { status: string }).status === "ready") booksLive = chosen.length;
          });
        return booksLive === chosen.length;
      },
      40_000,
    );
    const nowMs = performance.now();
    console.log(
      `${SIMULATED_VENUES.length} venues, ${chosen.length} instruments: every book live ${Math.round(nowMs - readyMs)} ms after the server, ${Math.round(nowMs - startedMs)} ms after the command`,
    );
    await until("a status with all of them", () => live() === chosen.length, 5000);
    expect(chosen.length).toBeGreaterThanOrEqual(40);
    expect(SIMULATED_VENUES.length).toBeGreaterThanOrEqual(8);
    expect(session.lines.filter(({ type }) => type === "status").at(-1)).toMatchObject({ rejected: 0, dropped: 0 });
    // The longest that a channel may be silent from the start before a verdict is given.
    await new Promise((resolve) => setTimeout(resolve, 16_000));
    const said = session.stderr().split("\n");
    expect(said.filter((line) => /acked-but-silent|stale|successor/.test(line))).toEqual([]);
  } finally {
    session.child.kill("SIGINT");
    await session.ended();
    await simulator.stop();
  }
});
