import { createHash, timingSafeEqual } from "node:crypto";
import { FULL_SCOPE, type Scope } from "./scope.js";

interface Attempts {
  wrong: number;
  /** Start of the minute in which they are counted, monotonic ms. */
  sinceMs: number;
  /** No attempt is looked at before, monotonic ms. */
  blockedUntilMs: number;
}

const MINUTE_MS = 60_000;
const ADDRESSES_KEPT = 10_000;
const LONGEST_BLOCK_MS = 60_000;

/** A token and what its bearer may do. */
export interface Grant {
  token: string;
  scope: Scope;
}

/** Compares tokens in constant time; an address that keeps sending wrong ones has to wait, longer each time. */
export class Tokens {
  readonly #allowed: number;
  readonly #attempts = new Map<string, Attempts>();
  #known: { digest: Buffer; scope: Scope }[];

  /** @param grants none: everyone is admitted. @param wrongAllowed wrong tokens of an address in a minute. */
  constructor(grants: readonly Grant[], wrongAllowed: number) {
    this.#known = grants.map(digested);
    this.#allowed = wrongAllowed;
  }

  get required(): boolean {
    return this.#known.length > 0;
  }

  /** Other tokens from now on, one at least; connections that are open stay. */
  replace(grants: readonly Grant[]): void {
    this.#known = grants.map(digested);
  }

  /** Milliseconds that an address has to wait; 0 when it may try. */
  waitMs(address: string, nowMs: number): number {
    return Math.max(0, (this.#attempts.get(address)?.blockedUntilMs ?? 0) - nowMs);
  }

  /** What the token's bearer may do; null for a wrong one, which is counted against the address. */
  check(token: string, address: string, nowMs: number): Scope | null {
    if (!this.required) return FULL_SCOPE;
    if (this.waitMs(address, nowMs) > 0) return null;
    const digest = digestOf(token);
    let found: Scope | null = null;
    // All are compared, so that the time taken does not tell which it is.
    for (const known of this.#known) if (timingSafeEqual(digest, known.digest)) found ??= known.scope;
    if (found === null) this.#count(address, nowMs);
    return found;
  }

  #count(address: string, nowMs: number): void {
    const known = this.#attempts.get(address);
    const fresh = known === undefined || nowMs - Math.max(known.sinceMs, known.blockedUntilMs) > MINUTE_MS;
    const attempts = fresh ? { wrong: 0, sinceMs: nowMs, blockedUntilMs: 0 } : known;
    const beyond = ++attempts.wrong - this.#allowed;
    if (beyond > 0) attempts.blockedUntilMs = nowMs + Math.min(LONGEST_BLOCK_MS, 1000 * 2 ** Math.min(beyond - 1, 6));
    this.#attempts.delete(address);
    this.#attempts.set(address, attempts);
    if (this.#attempts.size > ADDRESSES_KEPT) {
      const [oldest] = this.#attempts.keys();
      this.#attempts.delete(oldest);
    }
  }
}

/** Token of an `Authorization: Bearer` header. */
export function bearer(header: string | undefined): string | null {
  return /^Bearer +(\S+) *$/i.exec(header ?? "")?.[1] ?? null;
}

function digested({ token, scope }: Grant): { digest: Buffer; scope: Scope } {
  return { digest: digestOf(token), scope };
}

function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
