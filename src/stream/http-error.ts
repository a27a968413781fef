import { CrosstickError, EXIT } from "../errors.js";
import type { WebResponse } from "./backend.js";

/** An answer other than success: status, code, and what to do. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** `{ "error": { "code", "message" } }` with the status that fits. Nothing of an unforeseen error is shown. */
export function problemResponse(error: unknown): WebResponse {
  if (error instanceof HttpProblem) return json(error.status, errorBody(error.code, error.message), error.headers);
  if (error instanceof CrosstickError && error.exitCode === EXIT.usage)
    return json(400, errorBody(error.code, error.message));
  // A venue that was asked on the way did not answer as it should.
  if (error instanceof CrosstickError && error.code.startsWith("VENUE_"))
    return json(502, errorBody(error.code, error.message));
  return json(500, errorBody("HTTP_FAILED", "the answer could not be made; the log says why"));
}

/** The body of every error. */
export function errorBody(code: string, message: string): { error: { code: string; message: string } } {
  return { error: { code, message } };
}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): WebResponse {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: encodeJson(value),
  };
}

function encodeJson(value: unknown): string {
  return `${JSON.stringify(value ?? null)}\n`;
}
