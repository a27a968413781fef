import { closeSync, openSync, readSync } from "node:fs";
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from "yaml";
import type { KeyPath } from "./key-path.js";
import { type ConfigCode, ConfigError } from "./problems.js";

/** A configuration file may have this many bytes. */
const CONFIG_BYTES_MAXIMUM = 1 << 20;
const ALIASES_MAXIMUM = 100;
const TOO_LARGE = "is larger than 1 MiB";
const TOO_MANY_ALIASES = `repeats aliases more than ${ALIASES_MAXIMUM} times`;

/** A YAML or JSON text, and where in it each key stands. */
export interface ConfigDocument {
  value: unknown;
  /** Line of a key, counted from 1; that of the nearest key above it when it is not in the text. */
  lineOf(path: KeyPath): number;
}

/**
 * Reads a configuration file, at most 1 MiB of it.
 * @throws CONFIG_UNREADABLE, CONFIG_TOO_LARGE, CONFIG_SYNTAX
 */
export function readDocument(file: string): ConfigDocument {
  const bytes = readAtMost(file, CONFIG_BYTES_MAXIMUM);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw failure("CONFIG_SYNTAX", file, "is not UTF-8 text", cause);
  }
  return parseText(text, file);
}

/**
 * Parses YAML; JSON is YAML too. `name` stands in messages.
 * @throws CONFIG_SYNTAX, CONFIG_TOO_LARGE
 */
export function parseText(text: string, name: string): ConfigDocument {
  if (text.length > CONFIG_BYTES_MAXIMUM) throw failure("CONFIG_TOO_LARGE", name, TOO_LARGE);
  const lines = new LineCounter();
  // The parser's own check of unique keys takes time square in their number: checkNodes does it below.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const flaws = [...document.errors, ...document.warnings].map(({ pos, message }) => ({ at: pos[0], message }));
  if (flaws.length === 0) flaws.push(...checkNodes(document, name));
  if (flaws.length > 0)
    throw new ConfigError(
      "CONFIG_SYNTAX",
      flaws.slice(0, 10).map(({ at, message }) => {
        const { line, col } = lines.linePos(at);
        return { code: "CONFIG_SYNTAX", path: "", place: `${name}:${line}:${col}`, message: syntaxText(message) };
      }),
    );
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: ALIASES_MAXIMUM });
  } catch (cause) {
    const bomb = cause instanceof ReferenceError && /alias count/i.test(cause.message);
    if (bomb) throw failure("CONFIG_TOO_LARGE", name, TOO_MANY_ALIASES, cause);
    throw failure("CONFIG_SYNTAX", name, "cannot be read as YAML", cause);
  }
  return {
    value: value ?? {},
    lineOf: (path) => {
      const at = offsetOf(document.contents, path, (node) => (isAlias(node) ? (node.resolve(document) ?? null) : node));
      return lines.linePos(at).line;
    },
  };
}

/** Offset of the last key of `path` that the text has. */
function offsetOf(root: Node | null, path: KeyPath, follow: (node: Node | null) => Node | null): number {
  let offset = root?.range?.[0] ?? 0;
  let node = follow(root);
  for (const key of path) {
    let next: unknown = null;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (pair === undefined) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      next = pair.value;
    } else if (isSeq(node)) {
      next = node.items[Number(key)];
      offset = (next as Node | undefined)?.range?.[0] ?? offset;
    }
    if (next === null || next === undefined) break;
    node = follow(next as Node);
  }
  return offset;
}

/** Keys given twice and aliases of themselves; refuses more aliases than any honest file has, before they are followed. */
function checkNodes(document: Document, name: string): { at: number; message: string }[] {
  const flaws: { at: number; message: string }[] = [];
  let aliases = 0;
  visit(document, {
    Alias: (_key, { source, range }, above) => {
      if (++aliases > ALIASES_MAXIMUM) throw failure("CONFIG_TOO_LARGE", name, TOO_MANY_ALIASES);
      if (above.some((node) => isCollection(node) && node.anchor === source))
        flaws.push({ at: range?.[0] ?? 0, message: "This alias stands inside what it repeats" });
    },
    Map: (_key, map) => {
      const keys = new Set<string>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const text = String(key.value);
        if (keys.has(text)) flaws.push({ at: key.range?.[0] ?? 0, message: "This key is given twice" });
        keys.add(text);
      }
    },
  });
  return flaws;
}

/** A parser's message without what it quotes from the file, which may be a secret. */
function syntaxText(message: string): string {
  const [text] = message.split(/: |"|\n/, 1);
  return `is not valid YAML: ${text.charAt(0).toLowerCase()}${text.slice(1).trim()}`;
}

function readAtMost(file: string, bytes: number): Uint8Array {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, "r");
    const buffer = new Uint8Array(bytes + 1);
    let length = 0;
    for (;;) {
      const read = readSync(descriptor, buffer, length, buffer.length - length, null);
      length += read;
      if (length > bytes) throw failure("CONFIG_TOO_LARGE", file, TOO_LARGE);
      if (read === 0) return buffer.subarray(0, length);
    }
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    const why = { ENOENT: "no such file", EACCES: "no permission", EISDIR: "it is a directory" }[code ?? ""] ?? code;
    throw failure("CONFIG_UNREADABLE", file, `cannot be read: ${why}`, cause);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function failure(code: ConfigCode, name: string, message: string, cause?: unknown): ConfigError {
  return new ConfigError(code, [{ code, path: "", place: name, message }], { cause });
}
