/** Which of a venue's equal addresses a connection uses: the next one after so many failures in a row, the first again later. */
export class EndpointChoice {
  private readonly bases: readonly string[];
  private readonly switchAfter: number;
  private readonly returnAfterMs: number;
  private index = 0;
  private failures = 0;
  private leftMs = 0;

  constructor(bases: readonly string[], switchAfter: number, returnAfterMs: number) {
    this.bases = bases;
    this.switchAfter = switchAfter;
    this.returnAfterMs = returnAfterMs;
  }

  get onBackup(): boolean {
    return this.index > 0;
  }

  /** An address of the venue's own endpoint, at the one in use. */
  at(url: string): string {
    return this.moved(url, this.index);
  }

  /** The same at the first endpoint. */
  home(url: string): string {
    return this.moved(url, 0);
  }

  /** A connection failed or went silent. True: another address is used from now on. */
  failed(nowMs: number): boolean {
    if (++this.failures < this.switchAfter || this.bases.length === 1) return false;
    this.next(nowMs);
    return true;
  }

  /** Another address at once, if there is one. */
  next(nowMs: number): void {
    this.failures = 0;
    this.index = (this.index + 1) % this.bases.length;
    if (this.index > 0) this.leftMs = nowMs;
  }

  /** A connection has lasted. */
  worked(): void {
    this.failures = 0;
  }

  /** True when the first address, left for a while, is worth a trial; asked again only after as long. */
  returnDue(nowMs: number): boolean {
    if (!this.onBackup || nowMs - this.leftMs < this.returnAfterMs) return false;
    this.leftMs = nowMs;
    return true;
  }

  /** The trial of the first address succeeded. */
  returned(): void {
    this.index = 0;
    this.failures = 0;
  }

  private moved(url: string, index: number): string {
    return url.startsWith(this.bases[0]) ? this.bases[index] + url.slice(this.bases[0].length) : url;
  }
}
