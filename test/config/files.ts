import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "crosstick/internal/config";
import { afterAll } from "vitest";

/** The repository's root, with a slash at its end. */
export const root = new URL("../../", import.meta.url);

/** Writes files into a folder of their own, which is removed after the tests of the file that asked. */
export function temporaryFolder(): {
  path(name: string): string;
  write(name: string, text: string | Uint8Array): string;
} {
  const folder = mkdtempSync(join(tmpdir(), "crosstick-config-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string): string => join(folder, name);
  return {
    path,
    write: (name, text) => {
      writeFileSync(path(name), text);
      return path(name);
    },
  };
}

/** The ConfigError that `act` must throw. */
export function configErrorOf(act: () => unknown): ConfigError {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("expected a ConfigError, nothing was thrown");
}
