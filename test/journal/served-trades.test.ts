import { expect, test } from "vitest";
import { servedRig } from "../live/served.js";
import { recordingFolder } from "../replay/run-replay.js";

const folder = recordingFolder();

type Answer = { source: string; missed: number | null; next: number; trades: { sequence: number; id: unknown }[] };

test("a served engine that keeps a journal answers /v1/trades from it, and goes on after a sequence", async () => {
  const rig = await servedRig([["binance", "spot"]], { config: { record: { dir: folder.path("served") } } });
  try {
    const path = "/v1/trades?instrument=binance:BTC/USDT";
    const ask = async (more: string) => (await rig.get(`${path}${more}`)).body as unknown as Answer;
    await expect.poll(async () => (await ask("")).trades.length, { timeout: 15_000 }).toBeGreaterThan(3);
    const { trades, source } = await ask("&from=2020-01-01");
    expect(source).toBe("journal");
    const [first, second, third] = trades;
    expect(await ask(`&after_sequence=${first.sequence}&limit=2`)).toMatchObject({
      ...{ source: "journal", missed: 0, next: third.sequence, more: true, trades: [second, third] },
    });
    expect((await rig.get(`${path}&after_sequence=${2 ** 40}`)).status).toBe(400);
  } finally {
    await rig.close();
  }
});
