/** One level: price in quote currency, size in base coin. */
export type Level = [price: number, size: number];

/** One side of a book as a Map: what assembly/side.ts must agree with, at any length and in any order. */
export class SideReference {
  levels = new Map<number, number>();
  dropped = 0;
  trusted = Number.NaN;

  constructor(
    readonly isAsk: boolean,
    readonly capacity: number,
  ) {}

  /** Levels best first. */
  sorted(): Level[] {
    return [...this.levels].sort(([a], [b]) => (this.isAsk ? a - b : b - a));
  }

  apply(price: number, size: number): void {
    if (size === 0) {
      this.levels.delete(price);
      return;
    }
    const isNew = !this.levels.has(price);
    this.levels.set(price, size);
    if (!isNew || this.levels.size <= this.capacity) return;
    const all = this.sorted();
    this.levels.delete(all[all.length - 1][0]);
    this.dropped++;
    this.trust(all[all.length - 2]?.[0] ?? all[0][0]);
  }

  /** What lies beyond this price is not known. */
  trust(price: number): void {
    if (Number.isNaN(this.trusted)) this.trusted = price;
    else this.trusted = this.isAsk ? Math.min(this.trusted, price) : Math.max(this.trusted, price);
  }

  trustWorst(): void {
    const worst = this.sorted().at(-1);
    if (worst) this.trust(worst[0]);
  }

  isTrusted(price: number): boolean {
    return Number.isNaN(this.trusted) || (this.isAsk ? price <= this.trusted : price >= this.trusted);
  }

  clear(): void {
    this.levels.clear();
    this.trusted = Number.NaN;
  }
}
