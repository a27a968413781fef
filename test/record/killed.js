// Records in a process of its own, kills it at a random moment, and looks at what it left.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as L from "crosstick/internal/layout";
import { openDirectory } from "crosstick/internal/record/directory";
import { BLOCK_TYPE_RECORDS } from "crosstick/internal/record/format";
import { openJournal } from "crosstick/internal/record/journal";
import { SegmentReader } from "crosstick/internal/record/segment-reader";

const load = fileURLToPath(new URL("load.js", import.meta.url));

/**
 * Starts a recorder in the folder, kills it `afterMs` after its first acknowledgement, and throws when a record
 * that was acknowledged is missing, when any differs, or when the folder cannot be opened for reading and writing. Returns how many records the disk had
 * confirmed, and how many were found.
 */
export async function killOnce(dir, afterMs) {
  const child = spawn(process.execPath, [load, dir], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  const exited = once(child, "exit");
  const ended = once(child.stdout, "end");
  child.stdout.setEncoding("utf8");
  await new Promise((resolve, reject) => {
    child.stdout.on("data", (text) => {
      said += text;
      resolve();
    });
    void ended.then(() => reject(new Error("The recorder ended by itself")));
  });
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  child.kill("SIGKILL");
  await Promise.all([exited, ended]);
  if (!existsSync(join(dir, "LOCK"))) throw new Error("A killed recorder leaves its lock behind");
  const [since, position] = said.slice(0, said.lastIndexOf("\n")).split("\n").at(-1)?.split(" ").map(Number) ?? [];
  const { position: end, tornBytes, damages, missing, parts } = openJournal(dir, { verify: true });
  if (damages.length > 0) throw damages[0];
  if (missing !== 0) throw new Error(`${missing} records are missing`);
  if (!(end >= position)) throw new Error(`Acknowledged up to ${position}, found up to ${end}`);
  const run = parts[parts.length - 1].segments;
  if (run[0].firstPosition !== since) throw new Error(`The run begins at ${run[0].firstPosition}, was told ${since}`);
  for (const { path, number } of run) check(path, number, run[0].firstPosition);
  const { journal, release } = openDirectory(dir);
  release();
  if (journal.position !== end) throw new Error(`Recording would go on at ${journal.position}, not at ${end}`);
  return { acknowledged: position - since, found: end - since, tornBytes, segments: run.length };
}

/** Each record of a run holds its number. */
function check(path, segment, first) {
  const reader = new SegmentReader(path, segment);
  for (let block = reader.next(); block !== null; block = reader.next())
    for (let i = 0; i < block.count && block.type === BLOCK_TYPE_RECORDS; i++) {
      const at = i * L.RECORD_BYTES;
      const number = block.firstPosition + i - first;
      const isRight =
        block.payload.readBigUInt64LE(at + L.RECORD_SEQUENCE) === BigInt(number) &&
        block.payload.readDoubleLE(at + L.RECORD_PAYLOAD) === number &&
        block.payload.readDoubleLE(at + L.RECORD_PAYLOAD + 8) === -number;
      if (!isRight) throw new Error(`${path}: record ${number} of the run is another one`);
    }
  reader.close();
}
