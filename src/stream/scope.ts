import { type ChannelName, matchesRest, parseChannel } from "./channels.js";

/** What the bearer of a token may follow and ask. */
export interface Scope {
  /** Names the token in logs. */
  name: string;
  /** Channels and patterns that cover what may be subscribed to; null: all. */
  channels: readonly string[] | null;
  /** Paths that may be asked, `/v1/ticker` or `/metrics`; `/v1/*` is all below it. null: all. */
  paths: readonly string[] | null;
}

/** Whoever may do everything: the bearer of the server's own token, and everyone where there is none. */
export const FULL_SCOPE: Scope = { name: "full", channels: null, paths: null };

/**
 * Whether all that a channel or pattern stands for lies within the scope. An asterisk of the pattern counts as a
 * character that only an asterisk of the scope covers.
 */
export function scopeHasChannel({ channels }: Scope, { kind, rest }: Pick<ChannelName, "kind" | "rest">): boolean {
  if (channels === null) return true;
  return channels.some((text) => {
    const allowed = parseChannel(text);
    return !("code" in allowed) && allowed.kind === kind && matchesRest(allowed.rest, rest);
  });
}

export function scopeHasPath({ paths }: Scope, path: string): boolean {
  return paths === null || paths.some((allowed) => matchesRest(allowed, path));
}
