import { CrosstickError, EXIT } from "../errors.js";

/** Why a host gave no answer, and whether it is worth asking again. */
export class QueryError extends CrosstickError {
  override readonly name: string = "QueryError";
  /** After which it may be asked again, ms; null: asking again is of no use. */
  readonly retryMs: number | null;

  constructor(code: string, message: string, retryMs: number | null, cause?: unknown) {
    const away = code === "VENUE_UNREACHABLE" || code === "VENUE_BLOCKED";
    super(code, message, { exitCode: away ? EXIT.unreachable : EXIT.runtime, cause });
    this.retryMs = retryMs;
  }
}
