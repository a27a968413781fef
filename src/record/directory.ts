import { mkdirSync } from "node:fs";
import { CrosstickError, EXIT } from "../errors.js";
import { SEGMENT_JOURNAL, SEGMENT_RAW } from "./format.js";
import { lockDirectory } from "./lock.js";
import { recoverLast } from "./recovery.js";

/** Where the next segment of a kind begins. */
export interface Continuation {
  number: number;
  position: number;
}

export interface OpenDirectory {
  journal: Continuation;
  raw: Continuation;
  /** Lets go of the folder. */
  release(): void;
}

/**
 * Makes a folder ready for one writer: takes its lock and completes what a killed one left.
 * @throws JOURNAL_IN_USE, JOURNAL_VERSION, JOURNAL_UNWRITABLE
 */
export function openDirectory(dir: string): OpenDirectory {
  try {
    mkdirSync(dir, { recursive: true });
    const release = lockDirectory(dir);
    try {
      return { journal: after(dir, SEGMENT_JOURNAL), raw: after(dir, SEGMENT_RAW), release };
    } catch (error) {
      release();
      throw error;
    }
  } catch (error) {
    if (error instanceof CrosstickError) throw error;
    const { message } = error as Error;
    throw new CrosstickError("JOURNAL_UNWRITABLE", `Cannot record into ${dir}: ${message}`, {
      exitCode: EXIT.runtime,
      cause: error,
    });
  }
}

function after(dir: string, kind: number): Continuation {
  const { number, position } = recoverLast(dir, kind);
  return { number: number + 1, position };
}
