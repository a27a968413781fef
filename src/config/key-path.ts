import type { SchemaNode } from "./schema.js";

/** Keys and list indexes from the top of a configuration. */
export type KeyPath = readonly (string | number)[];

/** `strategies[1].entryNetBps` */
export function pathText(path: KeyPath): string {
  return path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? key : `${text}.${key}`),
    "",
  );
}

/** The value at a path, undefined where there is none. Own keys only. */
export function valueAt(value: unknown, path: KeyPath): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string | number, unknown>)[key];
  }
  return at;
}

/** The schema of a path; where a list has several kinds of entries, that of the entry's `kind`. */
export function schemaAt(schema: SchemaNode, path: KeyPath, input: unknown): SchemaNode | undefined {
  let node: SchemaNode | undefined = schema;
  let at = input;
  for (const key of path) {
    at = valueAt(at, [key]);
    const next: SchemaNode | undefined = typeof key === "number" ? node.items : ownProperty(node, key);
    node = next?.oneOf === undefined ? next : branchOf(next.oneOf, at);
    if (node === undefined) return undefined;
  }
  return node;
}

/** Calls `visit` with the path and value of every key and list entry, the outer ones first. */
export function eachKey(value: unknown, visit: (path: KeyPath, value: unknown) => void, above: KeyPath = []): void {
  for (const [key, item] of entriesOf(value)) {
    const path = [...above, key];
    visit(path, item);
    eachKey(item, visit, path);
  }
}

/** Calls `visit` with every leaf: a value that holds no others. Absent ones are left out. */
export function eachLeaf(value: unknown, visit: (path: KeyPath, value: unknown) => void): void {
  eachKey(value, (path, item) => {
    if (item !== undefined && entriesOf(item).length === 0) visit(path, item);
  });
}

/** A copy of `value` with `item` at a path of keys; what is in the way and no group of keys stays. */
export function withValue(value: unknown, path: readonly string[], item: unknown): unknown {
  if (path.length === 0) return item;
  if (value !== undefined && value !== null && !isGroup(value)) return value;
  const [key, ...rest] = path;
  return { ...(value ?? {}), [key]: withValue(valueAt(value, [key]), rest, item) };
}

/** True for an object that is a group of keys: no list, no class of its own. */
export function isGroup(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function entriesOf(value: unknown): [string | number, unknown][] {
  if (Array.isArray(value)) return value.map((item, index) => [index, item]);
  return isGroup(value) ? Object.entries(value) : [];
}

function ownProperty(node: SchemaNode, key: string): SchemaNode | undefined {
  return node.properties !== undefined && Object.hasOwn(node.properties, key) ? node.properties[key] : undefined;
}

function branchOf(branches: readonly SchemaNode[], entry: unknown): SchemaNode | undefined {
  const kind = valueAt(entry, ["kind"]);
  return branches.find(({ properties }) => properties?.kind?.const === kind);
}
