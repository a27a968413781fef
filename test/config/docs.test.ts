import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadConfig, parseConfig } from "crosstick/internal/config";
import { parseText } from "crosstick/internal/config/document";
import { STARTER } from "crosstick/internal/config/starter";
import { describe, expect, test } from "vitest";
import { root } from "./files.js";

const text = (path: string): string => readFileSync(new URL(path, root), "utf8");

describe("examples", () => {
  test("examples/crosstick.yaml is a valid configuration", () => {
    const { config } = loadConfig({ file: fileURLToPath(new URL("examples/crosstick.yaml", root)) });
    expect(config.strategies.map(({ kind }) => kind)).toEqual(["cross-venue", "basis", "pair-zscore"]);
  });

  for (const name of ["crosstick.yaml", "embed.ts", "leaning-cross.ts"]) {
    const given = new URL(`../shared/examples/${name}`, root);
    if (existsSync(given))
      test(`examples/${name} is the one that was given`, () => {
        expect(text(`examples/${name}`)).toBe(readFileSync(given, "utf8"));
      });
    else console.log(`not compared: ../shared/examples/${name} is not there`);
  }

  test("the starter is valid as written and with every commented key taken in", () => {
    const all = STARTER.replace(/^#(?=[a-z]+:| {2}\S| {4}\S)(?! {3}crosstick)/gm, "");
    expect(all.split("\n").filter((line) => line.startsWith("#"))).toHaveLength(2);
    parseConfig(parseText(STARTER, "starter").value);
    const config = parseConfig(parseText(all, "starter").value);
    expect(config.strategies).toHaveLength(3);
    expect(config).toMatchObject({ record: { raw: true }, alerts: { repeatMinutes: 30 }, server: { port: 8080 } });
  });
});

describe("docs", () => {
  test("docs/configuration.md is what the schema says", () => {
    execFileSync(process.execPath, ["scripts/build-docs.js", "--check"], { cwd: fileURLToPath(root), stdio: "pipe" });
  });

  const listed = [...text("docs/errors.md").matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code);
  const sources = ["src", "bin", "bench"].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ts|js)$/.test(name))
      .map((name) => ({ name: `${folder}/${name}`, content: text(`${folder}/${name}`) })),
  );

  test("docs/errors.md lists every code in the source", () => {
    const families = new Set(listed.map((code) => code.split("_")[0]));
    const missing = sources.flatMap(({ name, content }) => {
      const thrown = [...content.matchAll(/new \w*Error\(\s*"([A-Z]+_[A-Z_]+)"/g)].map(([, code]) => code);
      const named = [...content.matchAll(/"([A-Z]+(?:_[A-Z]+)+)"/g)].map(([, code]) => code);
      const codes = [...thrown, ...named.filter((code) => families.has(code.split("_")[0]))];
      return codes.filter((code) => !listed.includes(code)).map((code) => `${name}: ${code}`);
    });
    expect(missing).toEqual([]);
  });

  test("docs/errors.md lists nothing else, in order", () => {
    expect(listed).toEqual([...new Set(listed)].sort());
    expect(listed.filter((code) => !sources.some(({ content }) => content.includes(code)))).toEqual([]);
  });
});
