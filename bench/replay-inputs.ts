// The recordings that the replay bench reads: generated ones, or real ones where they are at hand.
import { execFile } from "node:child_process";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createGunzip, createGzip } from "node:zlib";
import { loadConfig } from "../src/config.js";
import type { ReplayOptions } from "../src/replay.js";
import { type RecordingFiles, writeRecording } from "./replay-recording.js";

/** One recording of both markets, as plain lines and compressed. */
export interface ReplayInput {
  name: string;
  plain: RecordingFiles;
  gzip: RecordingFiles;
}

const SEED = 20240808;

/** Generates a recording in `directory`. */
export async function generatedInput(directory: string, frames: number): Promise<ReplayInput> {
  const plain = writeRecording(directory, frames, SEED);
  const gzip = { spot: `${plain.spot}.gz`, usdm: `${plain.usdm}.gz` };
  await Promise.all([compress(plain.spot, gzip.spot), compress(plain.usdm, gzip.usdm)]);
  return { name: "generated", plain, gzip };
}

/** The real recordings below `dataDir`, unpacked into `directory`; null where they are not there. */
export async function recordedInput(directory: string, dataDir: string): Promise<ReplayInput | null> {
  const gzip = {
    spot: join(dataDir, "hftbacktest/spot/btcusdt_20240808.gz"),
    usdm: join(dataDir, "hftbacktest/usdm/btcusdt_20240808.gz"),
  };
  if (!existsSync(gzip.spot) || !existsSync(gzip.usdm)) return null;
  const plain = { spot: join(directory, "recorded-spot.log"), usdm: join(directory, "recorded-usdm.log") };
  for (const market of ["spot", "usdm"] as const)
    await pipeline(createReadStream(gzip[market]), createGunzip(), createWriteStream(plain[market]));
  return { name: "recorded", plain, gzip };
}

/** What replay() takes for a recording of both markets, with the defaults. */
export function replayInputs({ spot, usdm }: RecordingFiles): ReplayOptions {
  const inputs = [
    { path: spot, market: { venue: "binance", product: "spot" } },
    { path: usdm, market: { venue: "binance", product: "usdm" } },
  ] as const;
  return { inputs, config: loadConfig().config };
}

/** Peak resident bytes of a process that does nothing but replay. */
export async function peakBytes({ spot, usdm }: RecordingFiles): Promise<number> {
  const child = fileURLToPath(new URL("./replay-child.js", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [child, spot, usdm]);
  return Number(stdout);
}

async function compress(from: string, to: string): Promise<void> {
  await pipeline(createReadStream(from), createGzip(), createWriteStream(to));
}
