import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { crosstick } from "./crosstick.js";

const folder = mkdtempSync(join(tmpdir(), "crosstick-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const example = fileURLToPath(new URL("../../examples/crosstick.yaml", import.meta.url));
const CANARY = "canary-c0ffee";

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe("config check", () => {
  test("a good file", () => {
    expect(crosstick(["config", "check", "-c", example])).toEqual({ code: 0, stdout: `${example}: ok\n`, stderr: "" });
  });

  test("a bad file: every problem with line, path and the nearest right key", () => {
    const text = readFileSync(example, "utf8").replace("entryNetBps: 10", "entryNetBp: 10").replace("8080", "-1");
    const file = write("bad.yaml", text);
    const { code, stdout, stderr } = crosstick(["config", "check", "-c", file]);
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr).toContain(`${file}:36: strategies[1].entryNetBp is not a known key; did you mean entryNetBps?`);
    expect(stderr).toContain(`${file}:72: server.port must be at least 0, got -1`);
    expect(stderr).toMatch(/^crosstick: 2 problems\n(.|\n)* \[CONFIG_UNKNOWN_KEY\]\n$/);
  });

  test.each([
    ["unreadable", join(folder, "no.yaml"), "CONFIG_UNREADABLE"],
    ["no YAML", write("syntax.yaml", "a: [1\n"), "CONFIG_SYNTAX"],
    ["too large", write("large.yaml", "# \n".repeat(400_000)), "CONFIG_TOO_LARGE"],
    ["with a secret", write("secret.yaml", `server: { token: ${CANARY} }\n`), "CONFIG_SECRET"],
    ["with a bad value", write("value.yaml", "idle: never\n"), "CONFIG_INVALID"],
  ])("%s", (_, file, name) => {
    const { code, stderr } = crosstick(["config", "check", "-c", file]);
    expect(code).toBe(3);
    expect(stderr).toContain(`[${name}]`);
    expect(stderr).not.toContain(CANARY);
  });

  test("--json", () => {
    const good = crosstick(["config", "check", "-c", example, "--json"]);
    expect(JSON.parse(good.stdout)).toEqual({ file: example, ok: true, problems: [] });
    const bad = crosstick(["config", "check", "-c", write("json.yaml", "gates: { alingMs: 1 }\n"), "--json"]);
    expect(bad.code).toBe(3);
    expect(JSON.parse(bad.stdout)).toMatchObject({
      ok: false,
      problems: [{ code: "CONFIG_UNKNOWN_KEY", path: "gates.alingMs" }],
    });
  });
});

describe("config show", () => {
  const env = {
    CROSSTICK_GATES_ALIGN_MS: "55",
    CROSSTICK_SERVER_TOKEN: CANARY,
    CROSSTICK_PROXY: `http://me:${CANARY}@proxy:3128`,
  };

  test("each value with its source, secrets masked", () => {
    const { code, stdout, stderr } = crosstick(["config", "show", "-c", example], { env });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^gates\.alignMs +55 +environment$/m);
    expect(stdout).toMatch(/^gates\.maxAgeMs +1000 +file$/m);
    expect(stdout).toMatch(/^memory\.instruments +1024 +default$/m);
    expect(stdout).toMatch(/^server\.token +\*{3} +environment$/m);
    expect(stdout).toMatch(/^proxy +http:\/\/\*{3}@proxy:3128\/ +environment$/m);
    expect(stdout).not.toContain(CANARY);
    expect(stdout).not.toContain("\u001b");
  });

  test("--json is an object a line", () => {
    const { stdout } = crosstick(["config", "show", "--json"], { env });
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows).toContainEqual({ path: "gates.alignMs", value: 55, source: "environment" });
    expect(stdout).not.toContain(CANARY);
  });
});

test("config schema is JSON Schema", () => {
  const { code, stdout } = crosstick(["config", "schema"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ $schema: expect.stringContaining("json-schema.org"), type: "object" });
});

describe("config new", () => {
  test("writes a file that passes, and never over another", () => {
    expect(crosstick(["config", "new"], { cwd: folder })).toMatchObject({ code: 0, stderr: "" });
    expect(crosstick(["config", "check", "-c", "crosstick.yaml"], { cwd: folder }).stdout).toBe("crosstick.yaml: ok\n");
    const mine = write("mine.yaml", "version: 1\n");
    const again = crosstick(["config", "new", mine]);
    expect(again.code).toBe(2);
    expect(again.stderr).toBe(`crosstick: ${mine} exists already and stays as it is [CONFIG_EXISTS]\n`);
    expect(readFileSync(mine, "utf8")).toBe("version: 1\n");
    expect(crosstick(["config", "new", join(folder, "no", "such.yaml")]).stderr).toContain("[CONFIG_UNWRITABLE]");
  });

  test("- is stdout", () => {
    expect(crosstick(["config", "new", "-"]).stdout).toMatch(/^# Configuration of crosstick/);
  });
});
