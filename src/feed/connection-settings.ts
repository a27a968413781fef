/** How patient a feed is with its venues; the section `connections` of a configuration. */
export interface ConnectionSettings {
  /** Requests that fail in a row before a host is left alone, and for how long, ms. */
  breakerFailures: number;
  breakerOpenMs: number;
  /** Times a request that failed for no fault of its own is repeated. */
  retries: number;
  /** Connections that fail or go silent in a row before the next address is used, and when the first is tried again, ms. */
  switchAfterTimeouts: number;
  returnAfterMs: number;
  /** Share of the symbols that are listened to at a second endpoint too, and compared; 0 for none. */
  canary: number;
  /** Address of the HTTP proxy that all connections go through; absent: none. */
  proxy?: string;
}
