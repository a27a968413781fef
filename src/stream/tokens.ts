import { createHash, timingSafeEqual } from "node:crypto";

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

/** Compares tokens in constant time; an address that keeps sending wrong ones has to wait, longer each time. */
export class Tokens {
  readonly #allowed: number;
  readonly #attempts = new Map<string, Attempts>();
  #digest: Buffer | null;

  /** @param token null: everyone is admitted. @param wrongAllowed wrong tokens of an address in a minute. */
  constructor(token: string | null, wrongAllowed: number) {
    this.#digest = token === null ? null : digestOf(token);
    this.#allowed = wrongAllowed;
  }

  get required(): boolean {
    return this.#digest !== null;
  }

  /** Another token from now on; connections that are open stay. */
  replace(token: string): void {
    this.#digest = digestOf(token);
  }

  /** Milliseconds that an address has to wait; 0 when it may try. */
  waitMs(address: string, nowMs: number): number {
    return Math.max(0, (this.#attempts.get(address)?.blockedUntilMs ?? 0) - nowMs);
  }

  /** Whether the token is right. A wrong one is counted against the address. */
  check(token: string, address: string, nowMs: number): boolean {
    if (this.#digest === null) return true;
    if (this.waitMs(address, nowMs) > 0) return false;
    if (timingSafeEqual(digestOf(token), this.#digest)) return true;
    this.#count(address, nowMs);
    return false;
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

function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
