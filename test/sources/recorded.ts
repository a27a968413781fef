import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of real recordings beside the repository; null (and one printed line) when it is not there. */
export function recordings(): string | null {
  const folder = fileURLToPath(new URL("../../../shared/data/", import.meta.url));
  if (existsSync(folder)) return folder;
  console.log("No recordings in ../shared/data: tests on real data are left out");
  return null;
}

let files = 0;

/** A path for a file of one test. */
export function scratchFile(name: string): string {
  return join(tmpdir(), `crosstick-${process.pid}-${files++}-${name}`);
}
