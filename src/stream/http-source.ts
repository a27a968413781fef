import type { z } from "zod";
import { HttpProblem } from "./http-error.js";

/** A question under /v1/ beyond those that the server always answers. */
export interface HttpQuery {
  /** For openapi.json: what it answers. */
  summary: string;
  /** Names of parameters, with what each means. */
  parameters: Record<string, string>;
  /** The same as a validator, and that of the answer, where there are: openapi.json is made of them. */
  input?: z.ZodObject;
  output?: z.ZodType;
  /**
   * The answer as a value that becomes JSON; null: there is no such thing (404). A CrosstickError with the exit
   * code of wrong usage becomes 400.
   */
  answer(query: URLSearchParams): unknown;
}

/** What the HTTP routes show. Called on the server's thread; values become JSON. */
export interface HttpSource {
  /** Says that the process is alive, and what it is. */
  health(): object;
  /** 503 while too few venues are there; 200 otherwise, with reasons when not all are. */
  ready(): { status: 200 | 503; body: object };
  /** Prometheus text. */
  metrics(): Promise<string>;
  venues(): unknown;
  instruments(): unknown;
  /** null: no such instrument. May throw a CrosstickError, when a symbol is ambiguous. */
  ticker(instrument: string): unknown | Promise<unknown> | null;
  /** At most `depth` levels a side, best first. */
  orderbook(instrument: string, depth: number): unknown | Promise<unknown> | null;
  /** A file of the dashboard by its path as requested, `/` included: out of a map, never from disk. */
  page(path: string): { type: string; body: Uint8Array | string } | null;
  /** Further questions by their name under /v1/, `options/chain` for example. */
  queries?: Record<string, HttpQuery>;
}

/** A question whose parameters are checked before it is answered; a wrong one is told by name (400). */
export function checkedQuery<T extends z.ZodObject>(
  summary: string,
  input: T,
  output: z.ZodType,
  answer: (parameters: z.output<T>) => unknown,
): HttpQuery {
  const parameters = Object.entries(input.shape).map(([name, type]) => [name, (type as z.ZodType).description ?? ""]);
  return {
    ...{ summary, parameters: Object.fromEntries(parameters), input, output },
    answer(query) {
      const unknown = [...query.keys()].find((name) => !Object.hasOwn(input.shape, name));
      if (unknown !== undefined)
        throw new HttpProblem(400, "HTTP_PARAMETER", `there is no parameter ${unknown.slice(0, 100)}`);
      const parsed = input.safeParse(Object.fromEntries(query));
      if (parsed.success) return answer(parsed.data);
      const [issue] = parsed.error.issues;
      throw new HttpProblem(400, "HTTP_PARAMETER", `${issue.path.map(String).join(".")}: ${issue.message}`);
    },
  };
}
