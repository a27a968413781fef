/** Hands things over later, in the order they came. */
export class DelayLine<T> {
  private readonly waiting: { item: T; dueMs: number }[] = [];
  private readonly deliver: (item: T) => void;
  private timer: NodeJS.Timeout | null = null;

  constructor(deliver: (item: T) => void) {
    this.deliver = deliver;
  }

  get empty(): boolean {
    return this.waiting.length === 0;
  }

  /** `delayMs` 0 is not before what is still waiting. */
  add(item: T, delayMs: number): void {
    const last = this.waiting.at(-1)?.dueMs ?? 0;
    this.waiting.push({ item, dueMs: Math.max(last, performance.now() + delayMs) });
    this.arm();
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.waiting.length = 0;
  }

  private arm(): void {
    if (this.timer !== null || this.waiting.length === 0) return;
    this.timer = setTimeout(
      () => {
        this.timer = null;
        const now = performance.now();
        while (this.waiting.length > 0 && this.waiting[0].dueMs <= now + 0.5) {
          const [{ item }] = this.waiting.splice(0, 1);
          this.deliver(item);
        }
        this.arm();
      },
      Math.max(1, this.waiting[0].dueMs - performance.now()),
    );
  }
}
