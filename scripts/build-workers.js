// Puts the feed worker and all that it imports into one file, where the compiler put it: it is started once a venue, and
// reading a hundred modules and three packages anew in each of eight threads took longer than connecting does.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const worker = join(dirname(fileURLToPath(import.meta.url)), "../dist/src/feed/live-worker.js");
await build({
  ...{ entryPoints: [worker], outfile: worker, allowOverwrite: true, logLevel: "warning" },
  ...{ bundle: true, platform: "node", format: "esm", target: "node20", sourcemap: true },
  // Addons that `ws` does without.
  external: ["bufferutil", "utf-8-validate"],
  // Packages in CommonJS ask for Node's own modules by require().
  banner: { js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);' },
});
