import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as layout from "crosstick/internal/layout";
import ts from "typescript";
import { afterAll, expect, test } from "vitest";

const source = fileURLToPath(new URL("../../src/layout.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "crosstick-layout-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What is not allowed in a file that tsc and asc must read alike, by line; empty when all is well. */
function faultsOf(text: string): string[] {
  const file = ts.createSourceFile("layout.ts", text, ts.ScriptTarget.ES2022, true);
  const known = new Set<string>();
  const faults: string[] = [];
  const fault = (node: ts.Node): void => {
    faults.push(`${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${node.getText()}`);
  };
  /** Integer literals, constants from above, and sums, differences and products of these. */
  const isInteger = (node: ts.Expression): boolean => {
    if (ts.isNumericLiteral(node)) return /^\d+$/.test(node.getText()) && Number(node.text) < 2 ** 31;
    if (ts.isIdentifier(node)) return known.has(node.text);
    if (ts.isPrefixUnaryExpression(node)) return node.operator === ts.SyntaxKind.MinusToken && isInteger(node.operand);
    if (!ts.isBinaryExpression(node)) return false;
    const { PlusToken, MinusToken, AsteriskToken } = ts.SyntaxKind;
    const allowed: ts.SyntaxKind[] = [PlusToken, MinusToken, AsteriskToken];
    return allowed.includes(node.operatorToken.kind) && isInteger(node.left) && isInteger(node.right);
  };
  for (const statement of file.statements) {
    const isConstant =
      ts.isVariableStatement(statement) &&
      statement.declarationList.flags & ts.NodeFlags.Const &&
      statement.modifiers?.map(({ kind }) => kind).join() === `${ts.SyntaxKind.ExportKeyword}`;
    if (!isConstant) fault(statement);
    else
      for (const { name, type, initializer } of statement.declarationList.declarations) {
        if (type || !initializer || !isInteger(initializer)) fault(statement);
        known.add(name.getText());
      }
  }
  return faults;
}

test("layout.ts holds integer constants and comments, nothing else", () => {
  expect(faultsOf(readFileSync(source, "utf8"))).toEqual([]);
});

test.for([
  'import "x";',
  "const A = 1;",
  "export let A = 1;",
  "export const A: number = 1;",
  "export const A = 1.5;",
  "export const A = 0.5e1;",
  "export const A = 1 / 2;",
  "export const A = 2147483648;",
  "export const A = B + 1;",
  'export const A = "1";',
  "export function f() {}",
  "export const A = 1n;",
])("the rule of layout.ts sees %s", (line) => {
  expect(faultsOf(`export const FIRST = 1;\n${line}\n`)).toEqual([`2: ${line}`]);
});

test("asc and tsc read every constant alike", { timeout: 30_000 }, () => {
  const names = Object.keys(layout);
  expect(names.length).toBeGreaterThan(100);
  expect(readFileSync(source, "utf8").match(/^export const /gm)).toHaveLength(names.length);
  copyFileSync(source, join(folder, "layout.ts"));
  mkdirSync(join(folder, "assembly"));
  const functions = names.map((name) => `export function ${name}(): f64 { return f64(L.${name}); }`);
  writeFileSync(join(folder, "assembly/entry.ts"), ['import * as L from "../layout";', ...functions].join("\n"));
  const asc = createRequire(import.meta.url).resolve("assemblyscript/bin/asc.js");
  // Not the options of ./asconfig.json, which asc would otherwise merge in: it runs in the temporary folder.
  execFileSync(process.execPath, [asc, "assembly/entry.ts", "--outFile", "entry.wasm", "--runtime", "stub"], {
    cwd: folder,
  });
  const env = { abort: () => {} };
  const module = new WebAssembly.Module(readFileSync(join(folder, "entry.wasm")));
  const { exports } = new WebAssembly.Instance(module, { env });
  const asRead = Object.fromEntries(names.map((name) => [name, (exports[name] as () => number)()]));
  expect(asRead).toEqual({ ...layout });
});
