/** A question under /v1/ beyond those that the server always answers. */
export interface HttpQuery {
  /** For openapi.json: what it answers. */
  summary: string;
  /** Names of parameters, with what each means. */
  parameters: Record<string, string>;
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
  ticker(instrument: string): unknown | null;
  /** At most `depth` levels a side, best first. */
  orderbook(instrument: string, depth: number): unknown | null;
  /** A file of the dashboard by its path as requested, `/` included: out of a map, never from disk. */
  page(path: string): { type: string; body: Uint8Array | string } | null;
  /** Further questions by their name under /v1/, `options/chain` for example. */
  queries?: Record<string, HttpQuery>;
}
