import { CrosstickError, EXIT } from "../../errors.js";

/** INPUT_MISSING or INPUT_UNREADABLE for what the file system refused. */
export function fileError(path: string, cause: unknown): CrosstickError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return code === "ENOENT"
    ? inputError("INPUT_MISSING", `There is no file or directory ${path}`, cause)
    : inputError("INPUT_UNREADABLE", `Cannot read ${path}: ${message}`, cause);
}

/** An error of the input; exit code 5. */
export function inputError(code: string, message: string, cause?: unknown): CrosstickError {
  return new CrosstickError(code, message, { exitCode: EXIT.damagedInput, cause });
}
