import { expect, test } from "vitest";
import { generator } from "../ring/numbers.js";
import { killOnce } from "./killed.js";
import { temporaryFolder } from "./rig.js";

// `node scripts/kill-recorder.js` does it 200 times.
test("killed at random moments in one folder: no acknowledged record is lost, and the folder opens each time", async () => {
  const seed = 1 + Math.floor(Math.random() * 2 ** 31);
  const random = generator(seed);
  const { dir, remove } = temporaryFolder();
  let torn = 0;
  for (let kill = 0; kill < 5; kill++) {
    const killed = await killOnce(dir, random() * 150);
    expect(killed.acknowledged, `seed ${seed}`).toBeGreaterThan(0);
    torn += killed.tornBytes > 0 ? 1 : 0;
  }
  remove();
  console.log(`5 kills, ${torn} with an unfinished block`);
});
