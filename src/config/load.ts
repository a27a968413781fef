import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { readDocument } from "./document.js";
import { readEnvironment, type Setting, variableName } from "./environment.js";
import { eachLeaf, isGroup, type KeyPath, pathText, valueAt, withValue } from "./key-path.js";
import { resolveConfig } from "./parse.js";
import type { EngineConfig, ResolvedConfig } from "./schema.js";
import { secretProblems } from "./secrets.js";

export type Source = "default" | "file" | "environment" | "flag";

export interface LoadOptions {
  /** YAML or JSON file; none when absent. */
  file?: string;
  /** The process environment; only names with CROSSTICK_ are looked at. */
  env?: Readonly<Record<string, string | undefined>>;
  /** What the command line sets, in the form of the file. */
  flags?: EngineConfig;
}

export interface LoadedConfig {
  config: ResolvedConfig;
  /** Source of every leaf of `config`, by its path as text, in the order of the file's sections. */
  provenance: ReadonlyMap<string, Source>;
}

/**
 * The configuration from all its sources: defaults, then file, then CROSSTICK_* environment, then flags.
 * Relative module addresses (`use`) count from the file's folder and come out as file URLs.
 * @throws ConfigError: CONFIG_UNREADABLE, CONFIG_TOO_LARGE, CONFIG_SYNTAX, CONFIG_UNKNOWN_KEY,
 *   CONFIG_INVALID, CONFIG_SECRET
 */
export function loadConfig({ file, env = {}, flags = {} }: LoadOptions = {}): LoadedConfig {
  const document = file === undefined ? undefined : readDocument(file);
  const fromFile = document?.value ?? {};
  const filePlace = (path: KeyPath): string => (document === undefined ? "" : `${file}:${document.lineOf(path)}`);
  const environment = readEnvironment(env);
  const flagSettings = settingsOf(flags, []);
  let merged: unknown = fromFile;
  for (const { path, value } of [...environment.settings, ...flagSettings]) merged = withValue(merged, path, value);

  const sourceOf = sourcesOf(fromFile, environment.settings, flagSettings);
  const placeOf = (path: KeyPath): string => {
    const source = sourceOf(path);
    if (source === "flag") return "command line";
    if (source === "environment") return variableName(path.filter((key) => typeof key === "string"));
    return filePlace(path);
  };
  const problems = [...secretProblems(fromFile, filePlace), ...environment.problems];
  const config = resolveConfig(merged, placeOf, problems);
  const base = file === undefined ? "." : dirname(file);
  for (const strategy of config.strategies) if ("use" in strategy) strategy.use = moduleUrl(strategy.use, base);

  const provenance = new Map<string, Source>();
  eachLeaf(config, (path) => provenance.set(pathText(path), sourceOf(path)));
  return { config, provenance };
}

/** A module's address as a file URL; a relative path counts from the folder `base`. */
export function moduleUrl(use: string, base: string): string {
  return use.startsWith("file:") ? use : pathToFileURL(resolve(base, use)).href;
}

/** Which source set the value at a path. */
function sourcesOf(fromFile: unknown, environment: readonly Setting[], flags: readonly Setting[]) {
  const fromEnvironment = new Set(environment.map(({ path }) => pathText(path)));
  const fromFlags = new Set(flags.map(({ path }) => pathText(path)));
  return (path: KeyPath): Source => {
    for (let length = path.length; length > 0; length--) {
      const above = pathText(path.slice(0, length));
      if (fromFlags.has(above)) return "flag";
      if (fromEnvironment.has(above)) return "environment";
    }
    return valueAt(fromFile, path) === undefined ? "default" : "file";
  };
}

/** What is set, one entry a value; a list is one value. */
function settingsOf(value: unknown, path: readonly string[]): Setting[] {
  if (value === undefined) return [];
  if (!isGroup(value)) return [{ path, value }];
  return Object.entries(value).flatMap(([key, item]) => settingsOf(item, [...path, key]));
}
