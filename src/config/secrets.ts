import { readFileSync } from "node:fs";
import { type KeyPath, pathText, valueAt } from "./key-path.js";
import { ConfigError, type ConfigProblem } from "./problems.js";
import type { ResolvedConfig } from "./schema.js";

/** A secret, where it may come from: the environment first, then the file that the configuration names. */
export interface SecretSource {
  name: Exclude<keyof Secrets, "limitedTokens">;
  /** Key that would hold it, were secrets allowed in the file. */
  path: readonly [string, string];
  /** Key that names the file. */
  fileKey: string;
  variable: string;
}

/** What `readSecrets` found; a secret that is neither in the environment nor in a file is absent. */
export interface Secrets {
  serverToken?: string;
  /** Those of `server.tokens`, in their order. */
  limitedTokens: string[];
  validationApiKey?: string;
  alertsWebhook?: string;
}

export const SECRETS: readonly SecretSource[] = [
  { name: "serverToken", path: ["server", "token"], fileKey: "tokenFile", variable: "CROSSTICK_SERVER_TOKEN" },
  {
    name: "validationApiKey",
    path: ["validation", "apiKey"],
    fileKey: "apiKeyFile",
    variable: "CROSSTICK_VALIDATION_API_KEY",
  },
  { name: "alertsWebhook", path: ["alerts", "webhook"], fileKey: "webhookFile", variable: "CROSSTICK_ALERTS_WEBHOOK" },
];

/** Stands for a secret wherever a configuration is printed. */
export const MASK = "***";
const SECRET_BYTES_MAXIMUM = 65_536;

/**
 * Reads the secrets: from `env` (the process environment, or none), else from the files that the
 * configuration names. Line ends at the end of a file do not count.
 * @throws CONFIG_SECRET when a file that is named cannot be read or is empty
 */
export function readSecrets(config: ResolvedConfig, env: Readonly<Record<string, string | undefined>> = {}): Secrets {
  const secrets: Secrets = { limitedTokens: [] };
  const problems: ConfigProblem[] = [];
  for (const { name, path, fileKey, variable } of SECRETS) {
    const file = valueAt(config, [path[0], fileKey]);
    if (env[variable]) secrets[name] = env[variable];
    else if (typeof file === "string") {
      const found = readSecretFile(file);
      if (found.secret !== undefined) secrets[name] = found.secret;
      else problems.push(problem([path[0], fileKey], "", `${found.flaw}: ${file} (or set ${variable})`));
    }
  }
  for (const [index, { tokenFile }] of (config.server?.tokens ?? []).entries()) {
    const { secret, flaw } = readSecretFile(tokenFile);
    if (secret !== undefined) secrets.limitedTokens.push(secret);
    else problems.push(problem(["server", "tokens", index, "tokenFile"], "", `${flaw}: ${tokenFile}`));
  }
  if (problems.length > 0) throw new ConfigError("CONFIG_SECRET", problems);
  return secrets;
}

/** Secrets that stand in a configuration itself: the messages never hold them. */
export function secretProblems(input: unknown, placeOf: (path: KeyPath) => string): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const { path, fileKey, variable } of SECRETS)
    if (valueAt(input, path) !== undefined)
      problems.push(
        problem(path, placeOf(path), `is a secret and does not belong here; use ${path[0]}.${fileKey} or ${variable}`),
      );
  for (const path of [["proxy"], ["validation", "baseUrl"]])
    if (hasCredentials(valueAt(input, path)))
      problems.push(
        problem(
          path,
          placeOf(path),
          path[0] === "proxy"
            ? "holds credentials, which do not belong here; set CROSSTICK_PROXY"
            : "holds credentials, which do not belong here; use validation.apiKeyFile",
        ),
      );
  return problems;
}

/** A value as it may be printed: credentials inside an address are masked. */
export function masked(value: unknown): unknown {
  if (!hasCredentials(value)) return value;
  const url = new URL(String(value));
  return `${url.protocol}//${MASK}@${url.host}${url.pathname}${url.search}`;
}

function hasCredentials(value: unknown): boolean {
  if (typeof value !== "string" || !value.includes("@") || !URL.canParse(value)) return false;
  const { username, password } = new URL(value);
  return username !== "" || password !== "";
}

function readSecretFile(file: string): { secret?: string; flaw: string } {
  try {
    const bytes = readFileSync(file);
    if (bytes.length > SECRET_BYTES_MAXIMUM) return { flaw: "names a file that is too large for a secret" };
    const secret = bytes.toString("utf8").replace(/[\r\n]+$/, "");
    return secret.trim() === "" ? { flaw: "names an empty file" } : { secret, flaw: "" };
  } catch {
    return { flaw: "names a file that cannot be read" };
  }
}

function problem(path: KeyPath, place: string, message: string): ConfigProblem {
  return { code: "CONFIG_SECRET", path: pathText(path), place, message };
}
