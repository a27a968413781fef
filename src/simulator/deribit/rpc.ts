/** What JSON-RPC carries, by HTTP and by WebSocket alike. */
export type Params = Readonly<Record<string, unknown>>;
export type Answer = { result: unknown } | { error: { code: number; message: string } };

export function failed(code: number, message: string): Answer {
  return { error: { code, message } };
}

/** What every answer says of when the request came and when the answer went, us. */
export function times(usIn: number, usOut: number): Record<string, number | boolean> {
  return { usIn, usOut, usDiff: usOut - usIn, testnet: false };
}
