import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const repository = fileURLToPath(new URL("../../", import.meta.url));
const runFile = promisify(execFile);

/** The package as somebody has it who installed it from its archive into an empty folder. */
export interface Installed {
  folder: string;
  /** Paths in the archive. */
  files: string[];
  remove(): void;
}

/** Packs what `npm test` has built (no script runs, since other tests use it) and installs it. */
export async function installPackage(): Promise<Installed> {
  const folder = mkdtempSync(join(tmpdir(), "crosstick-library-"));
  const packed = await npm(["pack", "--ignore-scripts", "--json", "--pack-destination", folder], repository);
  const [{ filename, files }] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "embedding", private: true, type: "module" }));
  await npm(["install", "--no-audit", "--no-fund", "--prefer-offline", join(folder, filename)], folder);
  return {
    ...{ folder, files: files.map(({ path }) => path) },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Output of an npm command. */
async function npm(args: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await runFile("npm", [...args], { cwd, timeout: 100_000, maxBuffer: 16 * 2 ** 20 });
  return stdout;
}

/** Compiles sources in the folder as a strict project of its user would. @throws with the compiler's words */
export async function compile({ folder }: Installed, sources: readonly string[]): Promise<void> {
  const types = ["--types", "node", "--typeRoots", join(repository, "node_modules/@types")];
  const options = ["--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", ...types];
  const tsc = join(repository, "node_modules/typescript/bin/tsc");
  try {
    await runFile(process.execPath, [tsc, ...options, ...sources], { cwd: folder, timeout: 60_000 });
  } catch (error) {
    throw new Error(`${sources.join(", ")}: ${(error as { stdout?: string }).stdout ?? error}`);
  }
}
