/** What the machine itself can do: small native programs of our own, built where a compiler is found and kept in a cache. */
import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { cpus, homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
/** CXX, else g++. */
const compiler = (): string => process.env.CXX ?? "g++";
const OPTIONS = ["-std=c++20", "-O3", "-march=native", "-pthread"];
/** A program that has not answered by then hangs. */
const ANSWER_MS = 120_000;

/** A program, or why there is none. */
export type Limit = { path: string; options: string } | { skipped: string };

/** Where the sources are: the build, from which this runs, does not hold them. */
const SOURCES = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "bench", "limits");

/** First line of the compiler's --version; null without one. */
export function compilerVersion(): string | null {
  try {
    return execFileSync(compiler(), ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).split(
      "\n",
    )[0];
  } catch {
    return null;
  }
}

/**
 * Builds bench/limits/`name`.cc, once for these sources, compiler and CPU. `libraries` are linked, each with -l;
 * without one of them, or without a compiler, the limit is skipped, and says why.
 * @throws Error when the source does not build.
 */
export function buildLimit(name: string, libraries: readonly string[] = []): Limit {
  const source = join(SOURCES, `${name}.cc`);
  if (!existsSync(source)) return { skipped: `no source ${name}.cc in this installation` };
  const version = compilerVersion();
  if (version === null) return { skipped: `no compiler: ${compiler()} is not found` };
  const links = libraries.map((library) => `-l${library}`);
  const sources = readdirSync(SOURCES).filter((file) => file === `${name}.cc` || file.endsWith(".h"));
  const key = createHash("sha256")
    .update(
      [
        ...sources.map((file) => readFileSync(join(SOURCES, file))),
        version,
        cpus()[0]?.model ?? "",
        ...OPTIONS,
        ...links,
      ].join("\n"),
    )
    .digest("hex")
    .slice(0, 16);
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "crosstick", "limits");
  const path = join(folder, `${name}-${key}`);
  const options = `${version}, ${[...OPTIONS.slice(1), ...links].join(" ")}`;
  if (existsSync(path)) return { path, options };
  if (!links.every(canLink)) return { skipped: `not installed: ${libraries.join(", ")}, for ${name}.cc` };
  const unfinished = `${path}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch {
    return { skipped: `${folder} cannot be written: XDG_CACHE_HOME names another place` };
  }
  // With compiler and libraries at hand a source of ours that does not build is a fault, and not a peer that is missing.
  execFileSync(compiler(), [...OPTIONS, "-o", unfinished, source, ...links], { stdio: ["ignore", "ignore", "pipe"] });
  renameSync(unfinished, path);
  return { path, options };
}

function canLink(link: string): boolean {
  try {
    const args = ["-x", "c++", "-", "-o", "/dev/null", link];
    execFileSync(compiler(), args, { input: "int main() {}", stdio: ["pipe", "ignore", "ignore"] });
    return true;
  } catch {
    return false;
  }
}

/** Runs a program and reads its answer, one JSON value. @throws Error when it ends otherwise or says nothing. */
export async function askLimit<Answer>(path: string, args: readonly (string | number)[]): Promise<Answer> {
  const { stdout } = await run(path, args.map(String), { timeout: ANSWER_MS, maxBuffer: 2 ** 28 });
  return JSON.parse(stdout) as Answer;
}
