import { pathToFileURL } from "node:url";
import { loadConfig, masked, parseConfig, readSecrets } from "crosstick/internal/config";
import { environmentVariables } from "crosstick/internal/config/environment";
import { configRows } from "crosstick/internal/config/show";
import { describe, expect, test } from "vitest";
import { configErrorOf, temporaryFolder } from "./files.js";

const files = temporaryFolder();
const CANARY = "canary-c0ffee";

describe("precedence", () => {
  const file = files.write(
    "all.yaml",
    "server: { port: 1000, origins: [https://a.example] }\ngates: { alignMs: 10, maxAgeMs: 20 }\n",
  );

  test("defaults, file, environment, flags", () => {
    const { config, provenance } = loadConfig({
      file,
      env: { CROSSTICK_SERVER_PORT: "2000", CROSSTICK_GATES_ALIGN_MS: "11", PATH: "/bin", OTHER: undefined },
      flags: { server: { port: 3000, host: undefined } },
    });
    expect(config.server).toMatchObject({ port: 3000, host: "127.0.0.1", origins: ["https://a.example"] });
    expect(config.gates).toEqual({ alignMs: 11, maxAgeMs: 20, maxClockUncertaintyMs: 50 });
    expect(Object.fromEntries(provenance)).toMatchObject({
      "server.port": "flag",
      "server.host": "default",
      "server.origins[0]": "file",
      "server.ready.minVenues": "default",
      "gates.alignMs": "environment",
      "gates.maxAgeMs": "file",
      "gates.maxClockUncertaintyMs": "default",
      strategies: "default",
    });
  });

  test("a list replaces a list", () => {
    const { config, provenance } = loadConfig({
      file,
      env: { CROSSTICK_SERVER_ORIGINS: "https://b.example, https://c.example" },
    });
    expect(config.server?.origins).toEqual(["https://b.example", "https://c.example"]);
    expect(provenance.get("server.origins[1]")).toBe("environment");
    const flagged = loadConfig({ file, flags: { feeds: [{ venue: "okx", symbols: ["BTC/USDT"] }] } });
    expect(flagged.provenance.get("feeds[0].symbols[0]")).toBe("flag");
  });

  test("nothing at all is the defaults", () => {
    const { config, provenance } = loadConfig();
    expect(config.server).toBeUndefined();
    expect(new Set(provenance.values())).toEqual(new Set(["default"]));
  });

  test("a module's path counts from the file's folder", () => {
    const text = "strategies: [{ name: x, use: ./mine.js, notional: { amount: 1, currency: USDT } }]\n";
    const { config } = loadConfig({ file: files.write("module.yaml", text) });
    expect(config.strategies).toMatchObject([{ use: pathToFileURL(files.path("mine.js")).href }]);
  });
});

describe("environment", () => {
  test("reads numbers, words, truth and lists", () => {
    const env = {
      CROSSTICK_RECORD_DIR: "/data",
      CROSSTICK_RECORD_RAW: "true",
      CROSSTICK_IDLE: "park",
      CROSSTICK_FEES_BYBIT_SPOT_MAKER: "-0.5",
      CROSSTICK_FEES_BYBIT_SPOT_TAKER: "1e1",
      CROSSTICK_SERVER_READY_MIN_VENUES: "3",
      CROSSTICK_MEMORY_SCRATCH_MIB: "8",
      CROSSTICK_SERVER_HOST: "",
      CROSSTICK_LOG_LEVEL: "debug",
    };
    const { config } = loadConfig({ env });
    expect(config.record).toMatchObject({ dir: "/data", raw: true });
    expect(config.fees.bybit?.spot).toEqual({ maker: -0.5, taker: 10 });
    expect(config).toMatchObject({ idle: "park", memory: { scratchMiB: 8 }, server: { ready: { minVenues: 3 } } });
    expect(config.server?.host).toBe("127.0.0.1");
  });

  test("names are plain, and each is of one key", () => {
    const names = [...environmentVariables().keys()];
    expect(names).toContain("CROSSTICK_VALIDATION_PRICE_PER_MILLION_TOKENS_INPUT");
    expect(names.every((name) => /^CROSSTICK_[A-Z]+(_[A-Z]+)*$/.test(name))).toBe(true);
    expect(new Set(names).size).toBe(names.length);
  });

  test("an unknown name is an error with the nearest right one", () => {
    const error = configErrorOf(() =>
      loadConfig({ env: { CROSSTICK_SEVER_PORT: "1", CROSSTICK_SERVER_TOKN: CANARY } }),
    );
    expect(error).toMatchObject({ code: "CONFIG_UNKNOWN_KEY", exitCode: 3 });
    expect(error.message).toContain("CROSSTICK_SEVER_PORT: sets nothing; did you mean CROSSTICK_SERVER_PORT?");
    expect(error.message).toContain("CROSSTICK_SERVER_TOKN: sets nothing; did you mean CROSSTICK_SERVER_TOKEN?");
    expect(error.message).not.toContain(CANARY);
  });

  test("a wrong value names the variable and the key", () => {
    const message = (env: Record<string, string>): string => configErrorOf(() => loadConfig({ env })).message;
    expect(message({ CROSSTICK_SERVER_PORT: "0x10" })).toBe(
      'CROSSTICK_SERVER_PORT: server.port must be a number, got "0x10"',
    );
    expect(message({ CROSSTICK_RECORD_RAW: "yes", CROSSTICK_RECORD_DIR: "x" })).toContain("must be true or false");
    expect(configErrorOf(() => loadConfig({ flags: { server: { port: -1 } } })).message).toMatch(
      /^command line: server\.port/,
    );
  });

  test("what a file got wrong stays wrong", () => {
    const file = files.write("wrong.yaml", "server: 5\n");
    const error = configErrorOf(() => loadConfig({ file, env: { CROSSTICK_SERVER_PORT: "1" } }));
    expect(error.message).toContain("server must be a group of keys, got 5");
  });
});

describe("secrets", () => {
  test.each([
    ["token", `server: { token: ${CANARY} }`, "server.token is a secret", "CROSSTICK_SERVER_TOKEN"],
    ["key", `validation: { apiKey: ${CANARY} }`, "validation.apiKey is a secret", "CROSSTICK_VALIDATION_API_KEY"],
    ["webhook", `alerts: { webhook: ${CANARY} }`, "alerts.webhook is a secret", "CROSSTICK_ALERTS_WEBHOOK"],
    ["proxy", `proxy: http://me:${CANARY}@proxy:3128`, "proxy holds credentials", "CROSSTICK_PROXY"],
    [
      "address",
      `validation: { baseUrl: 'https://me:${CANARY}@x' }`,
      "validation.baseUrl holds",
      "validation.apiKeyFile",
    ],
  ])("a %s in the file is refused and not repeated", (name, text, what, instead) => {
    const error = configErrorOf(() => loadConfig({ file: files.write(`${name}.yaml`, `${text}\n`) }));
    expect(error.code).toBe("CONFIG_SECRET");
    expect(error.message).toContain(what);
    expect(error.message).toContain(instead);
    expect(error.message).not.toContain(CANARY);
  });

  test("a mistyped secret is not repeated either", () => {
    const text = `server: { tokne: ${CANARY}, tokenFile: { x: ${CANARY} } }\nproxy: ${CANARY}\nalerts: { webhookFile: [${CANARY}] }\n`;
    expect(configErrorOf(() => loadConfig({ file: files.write("typo.yaml", text) })).message).not.toContain(CANARY);
  });

  const env = {
    CROSSTICK_SERVER_TOKEN: CANARY,
    CROSSTICK_VALIDATION_API_KEY: CANARY,
    CROSSTICK_ALERTS_WEBHOOK: CANARY,
    CROSSTICK_PROXY: `http://me:${CANARY}@proxy:3128`,
  };

  test("are masked wherever a configuration is shown", () => {
    const loaded = loadConfig({ env });
    const rows = configRows(loaded, env);
    expect(JSON.stringify(rows)).not.toContain(CANARY);
    expect(rows).toContainEqual({ path: "server.token", value: "***", source: "environment" });
    expect(rows).toContainEqual({ path: "proxy", value: "http://***@proxy:3128/", source: "environment" });
    expect(masked("https://example.com/a@b")).toBe("https://example.com/a@b");
  });

  test("are read when asked for, the environment first", () => {
    const text = `server: { tokenFile: ${files.write("token", `${CANARY}\n`)} }\n`;
    const { config } = loadConfig({ file: files.write("with-token.yaml", text) });
    expect(JSON.stringify(config)).not.toContain(CANARY);
    expect(readSecrets(config)).toEqual({ serverToken: CANARY, limitedTokens: [] });
    expect(readSecrets(config, { CROSSTICK_SERVER_TOKEN: "other" })).toEqual({
      serverToken: "other",
      limitedTokens: [],
    });
    expect(readSecrets(loadConfig().config)).toEqual({ limitedTokens: [] });
  });

  test("the tokens of limited scope are read from their files, each missing one named", () => {
    const tokens = (file: string) => ({ server: { tokens: [{ name: "page", tokenFile: file, channels: ["bbo.*"] }] } });
    expect(readSecrets(parseConfig(tokens(files.write("limited", `${CANARY}\n`)))).limitedTokens).toEqual([CANARY]);
    const error = configErrorOf(() => readSecrets(parseConfig(tokens("no-such-file"))));
    expect(error.message).toContain("server.tokens[0].tokenFile names a file that cannot be read");
    const twice = { server: { tokens: [1, 2].map(() => ({ name: "a", tokenFile: "b" })) } };
    expect(configErrorOf(() => parseConfig(twice)).message).toContain("two tokens have the same name");
    const blank = { server: { tokens: [{ name: "a", tokenFile: "b", channels: ["bbo *"], paths: ["v1"] }] } };
    const { message } = configErrorOf(() => parseConfig(blank));
    for (const path of ["tokens[0].channels[0]", "tokens[0].paths[0]"]) expect(message).toContain(path);
  });

  test("a file that is missing or empty is an error only then", () => {
    const missing = files.path("no-such-token");
    const empty = files.write("empty", "\n");
    const text = `server: { tokenFile: ${missing} }\nalerts: { webhookFile: ${empty} }\n`;
    const { config } = loadConfig({ file: files.write("absent.yaml", text) });
    const error = configErrorOf(() => readSecrets(config));
    expect(error).toMatchObject({ code: "CONFIG_SECRET", exitCode: 3 });
    expect(error.message).toContain(`server.tokenFile names a file that cannot be read: ${missing}`);
    expect(error.message).toContain(`alerts.webhookFile names an empty file: ${empty}`);
  });
});
