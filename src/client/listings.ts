import { ClientError } from "./client-error.js";

interface Listing {
  pattern: string;
  resolve: (channels: string[]) => void;
  reject: (error: ClientError) => void;
}

/** Questions for the server's channels: each is asked again on another connection until it is answered. */
export class Listings {
  readonly #waiting = new Set<Listing>();
  /** Those asked on this connection, by their ids. */
  readonly #asked = new Map<number, Listing>();

  /** Whether somebody waits for an answer. */
  get pending(): boolean {
    return this.#waiting.size + this.#asked.size > 0;
  }

  add(pattern: string): Promise<string[]> {
    return new Promise((resolve, reject) => this.#waiting.add({ pattern, resolve, reject }));
  }

  /** Asks what is not asked yet. `ask` returns the id under which the answer comes. */
  tell(ask: (pattern: string) => number): void {
    for (const listing of this.#waiting) this.#asked.set(ask(listing.pattern), listing);
    this.#waiting.clear();
  }

  answered(id: number, channels: string[]): void {
    this.#take(id)?.resolve(channels);
  }

  /** Whether it was one of these. */
  has(id: number): boolean {
    return this.#asked.has(id);
  }

  refused(id: number, code: string, message: string): void {
    this.#take(id)?.reject(new ClientError("CLIENT_REFUSED", `The server does not list channels: ${code}, ${message}`));
  }

  /** It came too fast: it is to be asked once more. */
  again(id: number): void {
    const listing = this.#take(id);
    if (listing !== undefined) this.#waiting.add(listing);
  }

  /** The connection is lost: nothing asked on it will be answered. */
  lost(): void {
    for (const listing of this.#asked.values()) this.#waiting.add(listing);
    this.#asked.clear();
  }

  /** The client has ended. */
  end(error: ClientError): void {
    this.lost();
    for (const { reject } of this.#waiting) reject(error);
    this.#waiting.clear();
  }

  #take(id: number): Listing | undefined {
    const listing = this.#asked.get(id);
    this.#asked.delete(id);
    return listing;
  }
}
