// Loader hooks for users' strategy modules, active in the engine's worker only: `crosstick` means this
// package wherever the module lies, and TypeScript is read by dropping its types.

import { readFile } from "node:fs/promises";
import type { LoadHook, ResolveHook } from "node:module";
import { fileURLToPath } from "node:url";

export const resolve: ResolveHook = (specifier, context, nextResolve) => {
  if (specifier === "crosstick" || specifier.startsWith("crosstick/"))
    return nextResolve(specifier, { ...context, parentURL: import.meta.url });
  return nextResolve(specifier, context);
};

export const load: LoadHook = async (url, context, nextLoad) => {
  if (!url.startsWith("file:") || !/\.m?ts$/.test(url)) return nextLoad(url, context);
  const { transformSync } = await import("@swc/wasm-typescript");
  const source = await readFile(fileURLToPath(url), "utf8");
  const { code } = transformSync(source, { mode: "strip-only", filename: fileURLToPath(url) });
  return { format: "module", source: code, shortCircuit: true };
};
