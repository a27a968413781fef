/** What a client asks for. */
export interface OpRequest {
  /** Empty for what is no request. */
  op: string;
  args: readonly string[];
  id: string;
}

export function readRequest(text: string): OpRequest {
  const none = { op: "", args: [], id: "" };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return none;
    const { op, args = [], req_id = "" } = value as Record<string, unknown>;
    if (typeof op !== "string" || !Array.isArray(args) || args.some((arg) => typeof arg !== "string")) return none;
    return { op, args: args as string[], id: String(req_id) };
  } catch {
    return none;
  }
}
