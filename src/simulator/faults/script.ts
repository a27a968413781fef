import { z } from "zod";
import { CrosstickError, EXIT } from "../../errors.js";
import { type Fault, faultSchema } from "./schema.js";

/**
 * Reads a script: a list of faults. `name` stands in messages.
 * @throws SIMULATOR_FAULTS, naming each wrong place
 */
export function parseFaults(value: unknown, name: string): Fault[] {
  const result = z.array(faultSchema).safeParse(value);
  if (result.success) return result.data;
  const wrong = result.error.issues.slice(0, 10).map(({ path, message }) => {
    const [at, ...rest] = path;
    return `${at === undefined ? "the whole" : `fault ${Number(at) + 1}`}${rest.map((key) => `.${String(key)}`).join("")}: ${message}`;
  });
  throw new CrosstickError("SIMULATOR_FAULTS", `${name} is no list of faults: ${wrong.join("; ")}`, {
    exitCode: EXIT.configuration,
  });
}

/** One fault. @throws SIMULATOR_FAULTS */
export function parseFault(value: unknown): Fault {
  return parseFaults([value], "The request")[0];
}
