// Puts each worker's entry and all that it imports into one file, where the compiler put it: workers are started anew for
// every venue and every replay, and reading a hundred modules and some packages each time took longer than connecting does.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const src = join(dirname(fileURLToPath(import.meta.url)), "../dist/src");
/** Entries, and what stays a module of its own there. Each lies one folder deep, as the kernel finds its files from there. */
const workers = {
  "feed/live-worker": ["bufferutil", "utf-8-validate"], // addons that `ws` does without
  "feed/replay-worker": [],
  // Strategies are imported when one is wanted, users' among them: they and the engine throw the same errors.
  "engine/worker": ["../strategies/*", "../errors.js"],
  "record/worker": [],
  "record/replay-worker": [],
};
for (const [name, external] of Object.entries(workers)) {
  const worker = join(src, `${name}.js`);
  await build({
    ...{ entryPoints: [worker], outfile: worker, allowOverwrite: true, logLevel: "warning" },
    external,
    ...{ bundle: true, platform: "node", format: "esm", target: "node20", sourcemap: true },
    // Packages in CommonJS ask for Node's own modules by require().
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module";\nconst require = requireFrom(import.meta.url);',
    },
  });
}
