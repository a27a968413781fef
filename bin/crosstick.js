#!/usr/bin/env node
import { existsSync } from "node:fs";

const main = new URL("../dist/src/cli/main.js", import.meta.url);
if (existsSync(main)) {
  const { run } = await import(main.href);
  await run(process.argv.slice(2));
} else {
  process.stderr.write("crosstick: not built yet; run npm run build in the package's folder [CLI_NOT_BUILT]\n");
  process.exitCode = 1;
}
