// House rules, as tests: who may import whom, what no file may be called, where no clock is read.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Import runs one way only: a folder (or file) of src/ and what it may import besides itself. `type:`
 * allows types alone. What stands in no line may import nothing and be nowhere.
 */
const imports: readonly [part: string, allowed: readonly string[]][] = [
  ["layout", []],
  ["errors", []],
  ["market", ["layout", "errors"]],
  ["kernel", ["layout", "errors"]],
  ["ring", ["layout", "errors", "type:kernel"]],
  ["venues", ["market", "ring", "kernel", "layout", "errors"]],
  ["sources", ["errors"]],
  ["feed", ["sources", "record", "venues", "ring", "kernel", "market", "layout", "errors"]],
  ["queries", ["sources", "venues", "feed", "market", "errors"]],
  ["strategies", ["market", "type:kernel"]],
  ["engine", ["market", "kernel", "strategies", "venues", "layout", "errors"]],
  ["config", ["market", "errors"]],
  ["validation", ["type:engine", "sources"]],
  ["alerts", ["market"]],
  ["research", ["market", "kernel", "strategies", "record", "sources", "errors", "type:engine"]],
  ["stream", ["market", "ring", "layout", "errors", "type:kernel"]],
  ["record", ["market", "ring", "kernel", "layout", "errors"]],
  ["cluster", ["market", "ring", "layout", "errors", "type:kernel"]],
  ["simulator", ["market", "errors"]],
  ["client", ["type:stream", "type:engine", "type:validation", "type:alerts", "type:layout"]],
  ["dashboard", ["client"]],
];

/** Folders that wire the stages together, as do the files that lie in src/ itself: they may import anything. */
const wiring = ["live", "cli", "report"];

/** Where time and chance are arguments: nothing here reads a clock, sleeps or draws. */
const pure = ["src/market", "src/ring", "src/venues", "src/strategies", "src/kernel", "src/engine", "assembly"];
/** The entry of the engine's thread, which measures latencies for the metrics; no signal holds any of them. */
const measuring = ["src/engine/worker.ts"];

function filesBelow(folder: string, suffix: RegExp): string[] {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && suffix.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
}

const text = (path: string): string => readFileSync(join(root, path), "utf8");

/** The code without its comments and the words in its strings. */
function code(path: string): string {
  return text(path).replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"/g, (found) =>
    found.startsWith('"') ? '""' : "",
  );
}

interface Import {
  from: string;
  to: string;
  isType: boolean;
}

/** Imports of other files of src/, by their paths below it. */
function importsOf(path: string): Import[] {
  const from = posix.relative("src", path);
  const pattern = /\b(import|export)\s+(type\s)?([^;"]*?\sfrom\s+)?"(\.{1,2}\/[^"]+)"|\bimport\("(\.{1,2}\/[^"]+)"\)/g;
  const source = text(path).replace(/\/\*[\s\S]*?\*\//g, "");
  return [...source.matchAll(pattern)].map(([, , type, names = "", fixed, dynamic]) => ({
    from,
    to: posix.normalize(posix.join(dirname(from), fixed ?? dynamic)).replace(/\.js$/, ".ts"),
    isType: type !== undefined || /^\{(\s*type [^,}]+,?)+\s*\}/.test(names.trim()),
  }));
}

const partOf = (path: string): string => {
  const [first] = path.split("/");
  return first === path ? path.replace(/\.ts$/, "") : first;
};

function isWiring(path: string): boolean {
  const part = partOf(path);
  return wiring.includes(part) || (!path.includes("/") && part !== "layout" && part !== "errors");
}

const sources = filesBelow("src", /\.ts$/);

describe("who imports whom", () => {
  test("each file of src/ belongs to a part with a rule", () => {
    const parts = new Set(imports.map(([part]) => part));
    const lost = sources.map((path) => posix.relative("src", path)).filter((path) => !isWiring(path));
    expect(lost.filter((path) => !parts.has(partOf(path)))).toEqual([]);
  });

  test("the reading of imports misses none", () => {
    const read = sources.flatMap(importsOf).length;
    expect(read).toBe(
      sources.flatMap((path) => [...text(path).matchAll(/^(?!\s*(?:\*|\/\/)).*(from |import\()"\.{1,2}\//gm)]).length,
    );
    expect(read).toBeGreaterThan(200);
  });

  test("imports keep to the table", () => {
    const table = new Map(imports);
    const wrong: string[] = [];
    for (const path of sources.filter((source) => !isWiring(posix.relative("src", source))))
      for (const { from, to, isType } of importsOf(path)) {
        const [own, other] = [partOf(from), partOf(to)];
        const allowed = table.get(own) ?? [];
        const isAllowed = allowed.includes(other) || (isType && allowed.includes(`type:${other}`));
        if (isWiring(to) || (own !== other && !isAllowed)) wrong.push(`${from} imports ${to}`);
      }
    expect(wrong).toEqual([]);
  });

  test("nothing but the command line imports the command line", () => {
    const wrong = sources
      .filter((path) => !path.startsWith("src/cli/"))
      .flatMap(importsOf)
      .filter(({ to }) => to.startsWith("cli/"));
    expect(wrong).toEqual([]);
  });

  test("one venue never imports another", () => {
    const venueOf = (path: string): string | undefined => /^venues\/([^/]+)\//.exec(path)?.[1];
    const wrong = sources.flatMap(importsOf).filter(({ from, to }) => {
      const [one, other] = [venueOf(from), venueOf(to)];
      return one !== undefined && other !== undefined && one !== other;
    });
    expect(wrong).toEqual([]);
  });

  test("the kernel's sources import their own files and the layout", () => {
    const wrong = filesBelow("assembly", /\.ts$/).flatMap((path) =>
      [...text(path).matchAll(/\bfrom\s+"([^"]+)"/g)]
        .map(([, to]) => posix.normalize(posix.join(dirname(path), to)))
        .filter((to) => !to.startsWith("assembly/") && to !== "src/layout")
        .map((to) => `${path} imports ${to}`),
    );
    expect(wrong).toEqual([]);
  });

  test("the reference of the recordings shares no code with what it judges", () => {
    const wrong = filesBelow("test/replay", /^(reference.*|exact-sum)\.ts$/).filter((path) =>
      /"(crosstick|(\.\.\/)+(src|dist))/.test(text(path)),
    );
    expect(wrong).toEqual([]);
  });
});

describe("names", () => {
  const everywhere = ["src", "assembly", "test", "bench", "scripts", "bin", "examples"].flatMap((folder) =>
    filesBelow(folder, /\.(ts|js|mjs|tsx)$/),
  );

  test("no file or folder is a place for anything", () => {
    const banned = /(^|\/)(utils?|helpers?|common|misc|shared)(\.\w+)*(\/|$)/;
    expect(everywhere.filter((path) => banned.test(path))).toEqual([]);
  });

  test("files are named in kebab-case", () => {
    expect(
      everywhere.filter((path) => !/(^|\/)[a-z0-9]+(-[a-z0-9]+)*(\.test|\.bench|\.config|\.d)?\.\w+$/.test(path)),
    ).toEqual([]);
  });

  test("each venue's folder has the same files", () => {
    const folders = readdirSync(join(root, "src/venues"), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(folders.length).toBeGreaterThan(0);
    for (const { name } of folders)
      expect(readdirSync(join(root, "src/venues", name))).toEqual(expect.arrayContaining(["index.ts", "integrity.ts"]));
  });
});

describe("code", () => {
  test("the layout is whole numbers and nothing else", async () => {
    const lines = text("src/layout.ts")
      .replace(/\/\*[\s\S]*?\*\//g, "")
      .split("\n");
    const allowed = /^(|export const [A-Z][A-Z0-9_]* = [A-Z0-9_ +*()<-]+;)$/;
    expect(lines.map((line) => line.replace(/\/\/.*$/, "").trim()).filter((line) => !allowed.test(line))).toEqual([]);
    const layout: Record<string, unknown> = await import("crosstick/internal/layout");
    const wrong = Object.entries(layout).filter(
      ([, value]) => !Number.isInteger(value) || Math.abs(Number(value)) > 2 ** 31 - 1,
    );
    expect(wrong).toEqual([]);
  });

  test.each(pure)("%s reads no clock, waits for nothing and draws nothing", (folder) => {
    const banned =
      /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\b|\bhrtime\b|\bMath\.random\b|\brandom(UUID|Bytes|Int)\b|\bset(Timeout|Interval|Immediate)\b/;
    const wrong = filesBelow(folder, /\.ts$/)
      .filter((path) => !measuring.includes(path))
      .filter((path) => banned.test(code(path)));
    expect(wrong).toEqual([]);
  });

  test("no class extends another, errors apart", () => {
    const wrong = [...sources, ...filesBelow("assembly", /\.ts$/)].flatMap((path) =>
      [...code(path).matchAll(/\bclass\s+(\w+)[^{]*?\sextends\s+([\w.]+)/g)]
        .filter(([, , base]) => !/Error$/.test(base))
        .map(([, name, base]) => `${path}: ${name} extends ${base}`),
    );
    expect(wrong).toEqual([]);
  });

  test("a worker's file imports Node's modules and the package's own, and no other package", () => {
    const entries = filesBelow("dist/src", /worker\.js$/).filter((path) => text(path).includes("requireFrom"));
    expect(entries.length).toBeGreaterThan(4);
    // Node reads the whole text of a CommonJS package that is imported, and compiles what it reads it with: 270 ms of a processor.
    for (const path of entries)
      expect(
        [...text(path).matchAll(/^(?:import|export) .*?"(?!node:|\.)([^"]+)";$/gm)].map(([, name]) => name),
        path,
      ).toEqual([]);
  });

  test("the kernel's modules bring nothing that would overwrite the memory they share", () => {
    const wat = (name: string): string => text(`build/${name}.wat`);
    const segments = (name: string) => [
      ...wat(name).matchAll(/^\s*\(data \S+ \(i32\.const (\d+)\) "((?:[^"\\]|\\.)*)"/gm),
    ];
    const bytes = (literal: string): number => literal.replace(/\\[0-9a-f]{2}|\\./g, "x").length;
    expect(wat("decode")).not.toMatch(/^\s*\((data|start)\b/m);
    expect(wat("engine")).not.toMatch(/^\s*\(start\b/m);
    const [, from] = /export const ENGINE_DATA_AT = (\d+)/.exec(text("src/layout.ts")) ?? [];
    const [, to] = /export const ENGINE_DATA_END = (\d+)/.exec(text("src/layout.ts")) ?? [];
    expect(segments("engine").length).toBe([...wat("engine").matchAll(/^\s*\(data\b/gm)].length);
    for (const [, at, literal] of segments("engine")) {
      expect(Number(at)).toBeGreaterThanOrEqual(Number(from));
      expect(Number(at) + bytes(literal)).toBeLessThanOrEqual(Number(to));
    }
  });
});

test("tests put their temporary files where they go with the run", () => {
  expect(basename(tmpdir())).toMatch(/^crosstick-tests-\d+$/);
});
