import type { z } from "zod";
import { CrosstickError, EXIT } from "../errors.js";
import { nearest } from "../market/nearest.js";
import { type KeyPath, pathText, schemaAt, valueAt } from "./key-path.js";
import { configJsonSchema } from "./schema.js";

export type ConfigCode =
  | "CONFIG_UNKNOWN_KEY"
  | "CONFIG_INVALID"
  | "CONFIG_UNREADABLE"
  | "CONFIG_SYNTAX"
  | "CONFIG_TOO_LARGE"
  | "CONFIG_SECRET";

/** Further problems are not looked for: a file full of them would take minutes. */
export const PROBLEMS_MAXIMUM = 20;

/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  code: ConfigCode;
  /** Key path, `strategies[1].entryNetBp`; empty when the whole input is meant. */
  path: string;
  /** Where it was written: `crosstick.yaml:31`, `CROSSTICK_SERVER_PORT`; empty when nowhere. */
  place: string;
  /** What is wrong, to be read after the path. Holds no secret. */
  message: string;
}

/** A configuration that cannot be used; exit code 3. `code` is that of the first problem. */
export class ConfigError extends CrosstickError {
  override readonly name = "ConfigError";
  readonly problems: readonly ConfigProblem[];

  constructor(code: ConfigCode, problems: readonly ConfigProblem[], options: { cause?: unknown } = {}) {
    const lines = problems.map(problemText);
    const many = lines.length >= PROBLEMS_MAXIMUM ? `${lines.length} problems or more` : `${lines.length} problems`;
    const text = lines.length === 1 ? lines[0] : [many, ...lines].join("\n  ");
    super(code, text, { exitCode: EXIT.configuration, cause: options.cause });
    this.problems = problems;
  }
}

/** `crosstick.yaml:31: strategies[1].entryNetBp is not a known key; did you mean entryNetBps?` */
export function problemText({ place, path, message }: ConfigProblem): string {
  const text = `${place === "" ? "" : `${place}: `}${path === "" ? "" : `${cut(path, 200)} `}${cut(message, 600)}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a file must not write to the terminal by its keys
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "?");
}

/** What zod found, in our words. `input` is what was parsed, `placeOf` says where a path was written. */
export function problemsOf(
  issues: readonly z.core.$ZodIssue[],
  input: unknown,
  placeOf: (path: KeyPath) => string,
): ConfigProblem[] {
  const strangers = new Set<string>();
  const found = issues.flatMap((issue): { issue: z.core.$ZodIssue; path: KeyPath }[] => {
    const path = issue.path as KeyPath;
    if (issue.code !== "unrecognized_keys") return [{ issue, path }];
    strangers.add(pathText(path));
    return issue.keys.map((key) => ({ issue, path: [...path, key] }));
  });
  // A mistyped key may itself be why two keys disagree: one mistake, one problem.
  const follows = ({ issue, path }: (typeof found)[number]): boolean =>
    issue.code === "custom" && issue.params?.betweenKeys === true && strangers.has(pathText(path.slice(0, -1)));
  return found
    .filter((entry) => !follows(entry))
    .slice(0, PROBLEMS_MAXIMUM)
    .map(({ issue, path }) => {
      const place = placeOf(path);
      if (issue.code === "unrecognized_keys") return unknownKey(path, input, place);
      return { code: "CONFIG_INVALID", path: pathText(path), place, message: messageOf(issue, path, input) };
    });
}

/** A key that the schema does not have at this path. */
function unknownKey(path: KeyPath, input: unknown, place: string): ConfigProblem {
  const parent = path.slice(0, -1);
  const known = Object.keys(schemaAt(configJsonSchema(), parent, input)?.properties ?? {});
  const meant = nearest(String(path.at(-1)), known);
  const hint = meant === null ? (known.length === 0 ? "" : `; known: ${known.join(", ")}`) : `; did you mean ${meant}?`;
  return { code: "CONFIG_UNKNOWN_KEY", path: pathText(path), place, message: `is not a known key${hint}` };
}

function messageOf(issue: z.core.$ZodIssue, path: KeyPath, input: unknown): string {
  const value = valueAt(input, path);
  const got = `, got ${shown(value, path)}`;
  switch (issue.code) {
    case "invalid_type":
      return value === undefined ? "is missing" : `must be ${article(issue.expected)}${got}`;
    case "invalid_value":
      return `${value === undefined ? "is missing: it" : ""} must be ${choice(issue.values)}${value === undefined ? "" : got}${meantOf(value, issue.values)}`.trim();
    case "invalid_union":
      return `must be ${choice(kinds())}${got}${meantOf(value, kinds())}`;
    case "too_small":
      return `must be ${issue.inclusive ? "at least" : "more than"} ${issue.minimum}${counted(issue.origin)}${got}`;
    case "too_big":
      return `must be at most ${issue.maximum}${counted(issue.origin)}${got}`;
    case "custom":
      if (value === undefined && path.at(-1) === "use")
        return `is missing: a strategy needs a kind (${kinds().join(", ")}) or use, the address of your module`;
      return issue.message;
    default:
      return `${issue.message}${got}`;
  }
}

function kinds(): string[] {
  const branches = configJsonSchema().properties?.strategies?.items?.oneOf ?? [];
  return branches.flatMap(({ properties }) =>
    typeof properties?.kind?.const === "string" ? [properties.kind.const] : [],
  );
}

function choice(values: readonly unknown[]): string {
  const words = values.map(String);
  return words.length === 1 ? words[0] : `one of ${words.join(", ")}`;
}

function meantOf(value: unknown, values: readonly unknown[]): string {
  const meant = typeof value === "string" ? nearest(value, values.map(String)) : null;
  return meant === null ? "" : `; did you mean ${meant}?`;
}

function counted(origin: string): string {
  return origin === "array" ? " entries" : origin === "string" ? " characters" : "";
}

const article = (expected: string): string =>
  ({
    int: "a whole number",
    array: "a list",
    object: "a group of keys",
    record: "a group of keys",
    boolean: "true or false",
  })[expected] ?? `a ${expected}`;

/** A value for a message: short, on one line, and never one that may hold a secret. */
function shown(value: unknown, path: KeyPath): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return "a group of keys";
  if (/file$|proxy|url|endpoint|rest/i.test(String(path.at(-1)))) return `a ${typeof value}`;
  const text = JSON.stringify(value) ?? String(value);
  return cut(text, 40);
}

const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length)}...` : text);
