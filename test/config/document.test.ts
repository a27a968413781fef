import { loadConfig } from "crosstick/internal/config";
import { describe, expect, test } from "vitest";
import { configErrorOf, temporaryFolder } from "./files.js";

const files = temporaryFolder();
let written = 0;
const load = (text: string | Uint8Array) => loadConfig({ file: files.write(`${++written}.yaml`, text) }).config;
const refusal = (text: string | Uint8Array) => configErrorOf(() => load(text));

describe("what is read", () => {
  test.each([
    ["nothing", "", 8080],
    ["comments", "# nothing\n", 8080],
    ["YAML", "server: { port: 1 }\n", 1],
    ["JSON", '{"server":{"port":2}}', 2],
    ["JSON with tabs", '{\n\t"server": {\n\t\t"port": 3\n\t}\n}\n', 3],
    ["a byte order mark", "\ufeffserver: { port: 4 }\n", 4],
    ["Windows line ends", "server:\r\n  port: 5\r\n", 5],
    ["an alias", "gates: { maxAgeMs: &n 6 }\nserver: { port: *n }\n", 6],
  ])("%s", (_, text, port) => expect(load(text).server?.port ?? 8080).toBe(port));
});

describe("where a problem stands", () => {
  test.each([
    ["a key", "version: 1\ngates:\n  alignMs: 1\n  maxAge: 2\n", ":4: gates.maxAge is not a known key"],
    ["a value", "version: 1\nserver:\n  port: -1\n", ":3: server.port must be at least 0, got -1"],
    ["an entry", "feeds:\n  - { venue: okx, symbols: [A] }\n  - { venue: okex, symbols: [A] }\n", ":3: feeds[1].venue"],
    ["what is missing", "# top\nrecord:\n  raw: true\n", ":2: record.dir is missing"],
    ["an alias's content", "x: &s\n  prt: 1\nserver: *s\n", ":2: server.prt is not a known key"],
    ["one line of JSON", '{\n"server": {\n"port": "x" } }', ':3: server.port must be a number, got "x"'],
  ])("%s", (_, text, message) => expect(refusal(text).message).toContain(message));

  test.each([
    ["an open list", "server:\n  port: [1\n", /:\d+:\d+: is not valid YAML/],
    ["a key given twice", "server: {}\ngates: {}\nserver: {}\n", /:3:1: is not valid YAML: this key is given twice/],
    ["a tab for an indent", "server:\n\tport: 1\n", /:2:\d+: is not valid YAML/],
    ["an alias of nothing", "server: *nothing\n", /is not valid YAML|cannot be read as YAML/],
    ["an alias of itself", "a: &a [*a]\n", /:1:8: is not valid YAML: this alias stands inside what it repeats/],
    ["two documents", "a: 1\n---\nb: 2\n", /is not valid YAML/],
    ["an unknown tag", "server: !!js/function 'x'\n", /is not valid YAML/],
  ])("syntax: %s", (_, text, message) => {
    expect(refusal(text)).toMatchObject({
      code: "CONFIG_SYNTAX",
      exitCode: 3,
      message: expect.stringMatching(message),
    });
  });

  test("no message quotes the file", () => {
    for (const text of [
      'token: "canary-7f3a',
      "canary-7f3a\n  x: [",
      "a: 'canary-7f3a' canary-7f3a\n",
      "@canary-7f3a: 1",
    ])
      expect(refusal(text).message).not.toContain("canary");
  });
});

describe("what is refused before it is understood", () => {
  const within = (limitMs: number, act: () => unknown): void => {
    const started = performance.now();
    act();
    expect(performance.now() - started).toBeLessThan(limitMs);
  };

  test("more than 1 MiB", () => {
    within(2000, () => expect(refusal(new Uint8Array(20 << 20).fill(35)).code).toBe("CONFIG_TOO_LARGE"));
    within(2000, () => expect(configErrorOf(() => loadConfig({ file: "/dev/zero" })).code).toBe("CONFIG_TOO_LARGE"));
  });

  test("aliases that multiply", () => {
    const laughs = ["a: &a [1,1,1,1,1,1,1,1,1]"];
    for (const [above, name] of ["ab", "bc", "cd", "de", "ef", "fg", "gh", "hi"])
      laughs.push(`${name}: &${name} [${Array(9).fill(`*${above}`)}]`);
    within(2000, () => expect(refusal(laughs.join("\n")).code).toBe("CONFIG_TOO_LARGE"));
    within(10_000, () => expect(refusal(`a: &a 1\nb:\n${" - *a\n".repeat(50_000)}`).code).toBe("CONFIG_TOO_LARGE"));
  });

  test("depth, and keys by the thousand", () => {
    within(20_000, () => expect(refusal("[".repeat(100_000)).exitCode).toBe(3));
    within(20_000, () => expect(refusal(`${"a: {".repeat(50_000)}`).exitCode).toBe(3));
    const keys = Array.from({ length: 50_000 }, (_, i) => `key${i}: 1`).join("\n");
    within(20_000, () => expect(refusal(keys).problems).toHaveLength(20));
  });

  test("text that is not UTF-8", () => {
    expect(refusal(Uint8Array.of(0x61, 0x3a, 0x20, 0xff, 0xfe))).toMatchObject({ code: "CONFIG_SYNTAX" });
  });

  test("keys named __proto__", () => {
    const { problems } = refusal("gates: {}\n__proto__: { polluted: true }\nserver: { constructor: { x: 1 } }\n");
    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ["CONFIG_UNKNOWN_KEY", "__proto__"],
      ["CONFIG_UNKNOWN_KEY", "server.constructor"],
    ]);
    expect("polluted" in {}).toBe(false);
  });

  test("files that are not there", () => {
    const missing = configErrorOf(() => loadConfig({ file: files.path("missing.yaml") }));
    expect(missing).toMatchObject({ code: "CONFIG_UNREADABLE", exitCode: 3 });
    expect(missing.message).toContain("missing.yaml: cannot be read: no such file");
    expect(configErrorOf(() => loadConfig({ file: files.path(".") })).message).toContain("it is a directory");
  });
});
