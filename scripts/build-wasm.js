// Compiles the two kernel modules, and that of the ring's bench (asconfig.json), and checks what the linker must not add:
// several instances share one memory, so the feed side may have neither data segment nor start
// function, and the engine side's constants must stay inside the region reserved for them.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const asc = createRequire(import.meta.url).resolve("assemblyscript/bin/asc.js");
mkdirSync(join(root, "build"), { recursive: true });
for (const target of ["decode", "engine", "ring-bench"])
  execFileSync(process.execPath, [asc, `assembly/${target}.ts`, "--config", "asconfig.json", "--target", target], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });

const layout = readFileSync(join(root, "src/layout.ts"), "utf8");
const constant = (name) => Number(new RegExp(`export const ${name} = (\\d+)`).exec(layout)[1]);
const wat = (name) => readFileSync(join(root, "build", `${name}.wat`), "utf8");
const fail = (message) => {
  console.error(`build-wasm: ${message}`);
  process.exitCode = 1;
};

if (/^\s*\((data|start)\b/m.test(wat("decode"))) fail("the feed-side module has a data segment or a start function");
if (/^\s*\(start\b/m.test(wat("engine"))) fail("the engine-side module has a start function");
for (const [, at, text] of wat("engine").matchAll(/\(data \$\S+ \(i32\.const (\d+)\) "((?:[^"\\]|\\.)*)"\)/g)) {
  const bytes = text.replace(/\\[0-9a-f]{2}|\\./g, "x").length;
  if (Number(at) < constant("ENGINE_DATA_AT") || Number(at) + bytes > constant("ENGINE_DATA_END"))
    fail(`an engine-side data segment at ${at} (${bytes} bytes) lies outside its reserved region`);
}
