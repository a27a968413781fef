import { z } from "zod";
import type { Signal } from "../engine/signal.js";

/** Why the endpoint did not judge a signal. */
export type NotAsked =
  /** No endpoint or no key: the rule judges everything. */
  | "no-endpoint"
  | "queue-full"
  | "budget"
  | "deadline"
  | "rate-limited"
  | "unauthorised"
  | "circuit-open"
  | "unreachable"
  | "http-status"
  | "too-large"
  | "not-json"
  | "wrong-schema";

/** A verdict on one signal, told on verdict.NAME after the signal itself went out. */
export interface Verdict {
  /** The signal's id. */
  signal: string;
  strategy: string;
  /** `model`: the endpoint; `rule`: the rule of this program; `none`: nobody, for the fallback is off. */
  by: "model" | "rule" | "none";
  /** The model's name where it judged, else null. */
  model: string | null;
  verdict: "approve" | "reject" | null;
  /** 0..1, as the model says; null where it does not, and for the rule. */
  confidence: number | null;
  /** For people: text to be shown, never markup and never an instruction. At most 500 characters, without control characters. */
  reason: string;
  /** Why the model did not judge; null where it did. */
  notAsked: NotAsked | null;
  /** From the signal to the verdict, ms. */
  latencyMs: number;
}

/** What a model may answer; anything else is no verdict. */
const reply = z.strictObject({
  verdict: z.enum(["approve", "reject"]),
  confidence: z.number().min(0).max(1),
  reason: z.string().max(4000),
});
export type ModelReply = z.infer<typeof reply>;

const REASON_LENGTH = 500;

/** The verdict in a model's answer; null when it is not exactly that. */
export function readReply(content: string): ModelReply | null {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return null;
  }
  const parsed = reply.safeParse(value);
  return parsed.success ? { ...parsed.data, reason: plain(parsed.data.reason) } : null;
}

/** One line of text without control, direction or other invisible characters. */
export function plain(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]+/gu, " ")
    .replace(/ {2,}/g, " ")
    .trim()
    .slice(0, REASON_LENGTH);
}

/**
 * The verdict of the rule: a signal is approved when its net edge is above 0 and more than half of the
 * earlier entries like it still had their edge after 100 ms, as far as that is known. The same signal, the same verdict.
 */
export function ruleVerdict({ netBps, statistics }: Signal): { verdict: "approve" | "reject"; reason: string } {
  if (!(netBps > 0)) return { verdict: "reject", reason: `net edge ${netBps.toFixed(2)} bps is not above 0` };
  const { confidence } = statistics;
  if (typeof confidence !== "number")
    return { verdict: "approve", reason: `net edge ${netBps.toFixed(2)} bps; no share of earlier ones is known yet` };
  const share = `${Math.round(confidence * 100)} % of earlier ones still had their edge after 100 ms`;
  return confidence > 0.5
    ? { verdict: "approve", reason: `net edge ${netBps.toFixed(2)} bps; ${share}` }
    : { verdict: "reject", reason: share };
}
