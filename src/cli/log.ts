import { type Logger, pino } from "pino";
import { CrosstickError, EXIT } from "../errors.js";

const LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"];

/** Keys whose values never reach a log, at the top and one level below. */
const SECRET_KEYS = ["token", "apiKey", "webhook", "authorization", "Authorization", "password", "secret", "proxy"];

/**
 * A logger to stderr: pretty on a terminal, else NDJSON with times in ISO 8601. The level is
 * CROSSTICK_LOG_LEVEL, info when it is not set.
 * @throws CLI_LOG_LEVEL
 */
export async function createLog(env: Readonly<Record<string, string | undefined>> = process.env): Promise<Logger> {
  const level = env.CROSSTICK_LOG_LEVEL || "info";
  if (!LEVELS.includes(level))
    throw new CrosstickError(
      "CLI_LOG_LEVEL",
      `CROSSTICK_LOG_LEVEL must be one of ${LEVELS.join(", ")}, got '${level}'`,
      {
        exitCode: EXIT.usage,
      },
    );
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`]), censor: "***" },
  };
  if (!process.stderr.isTTY) return pino(options, pino.destination({ dest: 2, sync: true }));
  const { default: pretty } = await import("pino-pretty");
  return pino(
    options,
    pretty({ destination: 2, sync: true, colorize: !env.NO_COLOR, translateTime: "SYS:HH:MM:ss.l" }),
  );
}
