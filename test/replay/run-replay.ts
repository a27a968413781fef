import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parseConfig } from "crosstick/internal/config";
import { parseVenueProduct } from "crosstick/internal/market/venues";
import { type ReplaySummary, replay } from "crosstick/internal/replay";
import { afterAll } from "vitest";

export interface ReplayRun {
  summary: ReplaySummary;
  signals: string[];
  damages: { code: string; message: string }[];
}

/** Replays recordings with a configuration in its object form. */
export async function runReplay(
  recordings: readonly { path: string; market?: string }[],
  options: { config?: object; workers?: number; speed?: number } = {},
): Promise<ReplayRun> {
  const signals: string[] = [];
  const { summary, damages } = await replay({
    inputs: recordings.map(({ path, market }) =>
      market === undefined ? { path } : { path, market: parseVenueProduct(market) },
    ),
    config: parseConfig(options.config ?? {}),
    workers: options.workers,
    speed: options.speed,
    onSignals: (lines) => {
      for (const line of lines) signals.push(line);
    },
  });
  return { summary, signals, damages };
}

/** A folder for the recordings that a test file makes, gone after it. */
export function recordingFolder(): {
  path(name: string): string;
  /** Writes text (gzip when the name ends so) and returns its path. */
  write(name: string, text: string | Uint8Array): string;
} {
  const folder = mkdtempSync(join(tmpdir(), "crosstick-replay-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string): string => join(folder, name);
  return {
    path,
    write: (name, text) => {
      writeFileSync(path(name), name.endsWith(".gz") ? gzipSync(text, { level: 1 }) : text);
      return path(name);
    },
  };
}
