import { eachLeaf, pathText } from "./key-path.js";
import type { LoadedConfig, Source } from "./load.js";
import { MASK, masked, SECRETS } from "./secrets.js";

/** One value of a configuration, as it is printed. */
export interface ConfigRow {
  path: string;
  value: unknown;
  source: Source;
}

/** Every value with its source, and a masked line for every secret that the environment holds. */
export function configRows(
  { config, provenance }: LoadedConfig,
  env: Readonly<Record<string, string | undefined>>,
): (ConfigRow & Record<string, unknown>)[] {
  const rows: (ConfigRow & Record<string, unknown>)[] = [];
  eachLeaf(config, (path, value) => {
    const text = pathText(path);
    rows.push({ path: text, value: masked(value), source: provenance.get(text) ?? "default" });
  });
  for (const { path, variable } of SECRETS)
    if (env[variable]) rows.push({ path: pathText(path), value: MASK, source: "environment" });
  return rows;
}
