import { join } from "node:path";
import type { ResolvedConfig, Secrets } from "../config.js";
import { Validator } from "../validation/validator.js";
import type { Verdict } from "../validation/verdict.js";
import type { EngineNote } from "./live-engine.js";

/** File of the ledger, in the folder of the journal where one is kept. */
const LEDGER_FILE = "ledger.ndjson";

/** What judges entries as the configuration has it; null without a section `validation`. */
export function startValidation(
  config: ResolvedConfig,
  { validationApiKey }: Secrets,
  told: { verdict: (verdict: Verdict) => void; note: (note: EngineNote) => void },
): Validator | null {
  const section = config.validation;
  if (section === undefined) return null;
  const { strategies, baseUrl, model, pricePerMillionTokens, maxOutputTokens, temperature } = section;
  const { deadlineMs, queueLimit, dailyBudget, fallback } = section;
  const isComplete = baseUrl !== undefined && model !== undefined && pricePerMillionTokens !== undefined;
  if (isComplete && validationApiKey === undefined)
    queueMicrotask(() =>
      told.note({ level: "warn", text: "validation: there is no key for the endpoint: the rule judges instead" }),
    );
  const chat =
    isComplete && validationApiKey !== undefined
      ? {
          ...{ baseUrl, model, apiKey: validationApiKey, maxOutputTokens, temperature },
          ...{ prices: pricePerMillionTokens, currency: pricePerMillionTokens.currency },
        }
      : undefined;
  return new Validator({
    ...{ strategies, chat, deadlineMs, queueLimit, dailyBudget, fallback },
    ledgerFile: config.record === undefined ? null : join(config.record.dir, LEDGER_FILE),
    verdict: told.verdict,
    note: (text, isAlert) => told.note({ level: isAlert ? "error" : "warn", text, isAlert: isAlert || undefined }),
    now: () => performance.timeOrigin + performance.now(),
  });
}
