/**
 * Every error that crosses crosstick's public border. `code` is stable; the message says what was
 * wrong, where, and what to do. The list of codes is in docs/errors.md.
 */
export class CrosstickError extends Error {
  override readonly name: string = "CrosstickError";
  readonly code: string;
  /** Exit code of the command line when this error ends it. */
  readonly exitCode: number;

  constructor(code: string, message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.exitCode = options.exitCode ?? EXIT.runtime;
  }
}

/** Exit codes of the command line. */
export const EXIT = {
  ok: 0,
  runtime: 1,
  usage: 2,
  configuration: 3,
  unreachable: 4,
  damagedInput: 5,
  inUse: 6,
  threshold: 99,
} as const;

/** An error as a worker tells it to main: errors cross threads as plain data. */
export interface WorkerFailure {
  type: "failed";
  code: string;
  message: string;
  exitCode: number;
}

/** `code` stands for an error that is not one of ours: then the message is its stack, for a report. */
export function workerFailure(error: unknown, code: string): WorkerFailure {
  if (error instanceof CrosstickError)
    return { type: "failed", code: error.code, message: error.message, exitCode: error.exitCode };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { type: "failed", code, message, exitCode: EXIT.runtime };
}
