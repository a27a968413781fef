import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createOutput } from "crosstick/internal/cli/output";
import { describe, expect, test } from "vitest";
import { bin, crosstick } from "./crosstick.js";

const root = new URL("../../", import.meta.url);

describe("usage", () => {
  test.each([
    ["an unknown command", ["confg"], "unknown command 'confg' (Did you mean config?)"],
    ["an unknown subcommand", ["config", "chek"], "unknown command 'chek' (Did you mean check?)"],
    ["an unknown option", ["config", "show", "--jsn"], "unknown option '--jsn' (Did you mean --json?)"],
    ["a missing option", ["config", "check"], "required option '-c, --config <file>' not specified"],
    ["a missing value", ["config", "check", "-c"], "option '-c, --config <file>' argument missing"],
    ["an argument too many", ["config", "schema", "x"], "too many arguments"],
  ])("%s ends with 2 and a line", (_, args, message) => {
    const { code, stdout, stderr } = crosstick(args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^crosstick: [^\n]* \[CLI_USAGE\]\n$/);
    expect(stderr).toContain(message);
  });

  test("--version and --help end with 0, no command with 2", () => {
    const { version } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
    expect(crosstick(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
    const help = crosstick(["--help"]);
    expect(help.code).toBe(0);
    for (const command of ["replay", "bench", "config"]) expect(help.stdout).toMatch(new RegExp(`^ +${command} `, "m"));
    expect(crosstick(["help", "config"])).toMatchObject({ code: 0, stdout: expect.stringContaining("check") });
    expect(crosstick([])).toMatchObject({ code: 2, stderr: expect.stringContaining("Usage: crosstick") });
  });
});

test("a reader that goes away is no failure", async () => {
  const child = spawn(process.execPath, [bin, "config", "schema"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.destroy();
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [code] = await once(child, "close");
  expect([code, stderr]).toEqual([0, ""]);
});

describe("output", () => {
  const printed = (options: { json?: boolean; isTTY?: boolean; env?: Record<string, string> } = {}) => {
    const lines: string[] = [];
    const stream = { isTTY: options.isTTY ?? false, write: (text: string) => lines.push(text) };
    const output = createOutput({ json: options.json, env: options.env ?? {}, stream });
    output.rows([
      { venue: "okx", ageMs: 5, state: null },
      { venue: "binance", ageMs: 1200, state: "\u001b[2Jlive" },
    ]);
    output.line(output.colour("green", "done"));
    return lines.join("");
  };

  test("a table, numbers to the right, no control characters, no colour in a pipe", () => {
    expect(printed()).toBe("VENUE    AGEMS  STATE\nokx          5  -\nbinance   1200  ?[2Jlive\ndone\n");
  });

  test("--json is an object a line and nothing else", () => {
    expect(
      printed({ json: true })
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { venue: "okx", ageMs: 5, state: null },
      { venue: "binance", ageMs: 1200, state: "\u001b[2Jlive" },
    ]);
  });

  test("colour on a terminal, unless NO_COLOR", () => {
    expect(printed({ isTTY: true })).toContain("\u001b[32mdone\u001b[39m");
    expect(printed({ isTTY: true, env: { NO_COLOR: "1" } })).not.toContain("\u001b");
  });
});
