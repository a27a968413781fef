import { nearest } from "../market/nearest.js";
import { type KeyPath, pathText } from "./key-path.js";
import type { ConfigProblem } from "./problems.js";
import { configJsonSchema, type SchemaNode } from "./schema.js";
import { SECRETS } from "./secrets.js";

const ENVIRONMENT_PREFIX = "CROSSTICK_";
/** Names that are no part of the configuration: the command line's own. */
const OTHER_VARIABLES: readonly string[] = ["CROSSTICK_LOG_LEVEL"];

/** A variable and the key that it sets. */
export interface Variable {
  name: string;
  path: readonly string[];
  schema: SchemaNode;
}

/** A value for a key. */
export interface Setting {
  path: readonly string[];
  value: unknown;
}

let variables: ReadonlyMap<string, Variable> | undefined;

/**
 * Every key that a variable can set: single values and lists of texts (comma between them) outside of
 * lists. `gates.alignMs` is CROSSTICK_GATES_ALIGN_MS.
 */
export function environmentVariables(): ReadonlyMap<string, Variable> {
  variables ??= new Map(collect(configJsonSchema(), []).map((variable) => [variable.name, variable]));
  return variables;
}

export function variableName(path: KeyPath): string {
  const words = path.map((key) => String(key).replace(/MiB|[A-Z]+/g, (word) => `_${word}`));
  return ENVIRONMENT_PREFIX + words.join("_").toUpperCase();
}

/** What the environment sets: path and value of each key, and the names that mean nothing. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): {
  settings: Setting[];
  problems: ConfigProblem[];
} {
  const settings: Setting[] = [];
  const problems: ConfigProblem[] = [];
  const foreign = new Set([...OTHER_VARIABLES, ...SECRETS.map(({ variable }) => variable)]);
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(ENVIRONMENT_PREFIX) || foreign.has(name) || text === undefined || text === "") continue;
    const variable = environmentVariables().get(name);
    if (variable !== undefined) settings.push({ path: variable.path, value: typed(text, variable.schema) });
    else {
      const meant = nearest(name, [...environmentVariables().keys(), ...foreign]);
      const hint = meant === null ? "" : `; did you mean ${meant}?`;
      problems.push({ code: "CONFIG_UNKNOWN_KEY", path: "", place: name, message: `sets nothing${hint}` });
    }
  }
  return { settings, problems };
}

function collect(node: SchemaNode, path: readonly string[]): Variable[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, schema]) => {
    const at = [...path, key];
    if (schema.properties !== undefined) return collect(schema, at);
    if (schema.type === "array" && schema.items?.type !== "string") return [];
    return pathText(at) === "version" ? [] : [{ name: variableName(at), path: at, schema }];
  });
}

/** The text as the type that the key has; a text that does not fit stays, for the schema to refuse. */
function typed(text: string, schema: SchemaNode): unknown {
  switch (schema.type) {
    case "number":
    case "integer":
      return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : text;
    case "boolean":
      return { true: true, "1": true, false: false, "0": false }[text.toLowerCase()] ?? text;
    case "array":
      return text.split(",").map((item) => item.trim());
    default:
      return text;
  }
}
