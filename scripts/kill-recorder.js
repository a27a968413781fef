// Kills a recorder under load at random moments, in one folder, and checks each time that no acknowledged record is
// lost and that the folder opens: node scripts/kill-recorder.js [KILLS] [SEED]

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killOnce } from "../test/record/killed.js";
import { generator } from "../test/ring/numbers.js";

/** Kills in one folder before the next one: so that recovery meets the leavings of several. */
const KILLS_A_FOLDER = 20;
const LONGEST_MS = 300;

const kills = Number(process.argv[2] ?? 200);
const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 31));
const random = generator(seed);
const totals = { kills: 0, acknowledged: 0, found: 0, torn: 0, segments: 0 };

console.log(`seed ${seed}`);
while (totals.kills < kills) {
  const dir = mkdtempSync(join(tmpdir(), "crosstick-killed-"));
  for (let i = 0; i < KILLS_A_FOLDER && totals.kills < kills; i++) {
    const { acknowledged, found, tornBytes, segments } = await killOnce(dir, random() * LONGEST_MS);
    totals.kills++;
    totals.acknowledged += acknowledged;
    totals.found += found;
    totals.torn += tornBytes > 0 ? 1 : 0;
    totals.segments += segments;
  }
  rmSync(dir, { recursive: true, force: true });
}
console.log(JSON.stringify({ ...totals, lost: 0 }));
