import { usToNsText } from "../market/times.js";
import type { Alert, Condition } from "./alert.js";

interface Lasting {
  condition: Condition;
  sinceMs: number;
  /** When it was told last; NaN while it has not lasted long enough. */
  toldMs: number;
}

/** Conditions from their beginning to their end: told once, again now and then while they last, and when they are over. */
export class AlertBoard {
  private readonly repeatMs: number;
  private readonly tell: (alert: Alert) => void;
  private readonly lasting = new Map<string, Lasting>();

  /** `repeatMinutes` 0: told only once. */
  constructor(repeatMinutes: number, tell: (alert: Alert) => void) {
    this.repeatMs = repeatMinutes * 60_000;
    this.tell = tell;
  }

  /** What is wrong now, of all that is looked at. `nowMs`: epoch ms. */
  look(conditions: readonly Condition[], nowMs: number): void {
    for (const condition of conditions) {
      const one = this.lasting.get(condition.key) ?? { condition, sinceMs: nowMs, toldMs: Number.NaN };
      one.condition = condition;
      this.lasting.set(condition.key, one);
      if (Number.isNaN(one.toldMs)) {
        if (nowMs - one.sinceMs >= condition.afterMs) this.say("raised", one, nowMs);
      } else if (this.repeatMs > 0 && nowMs - one.toldMs >= this.repeatMs) this.say("repeated", one, nowMs);
    }
    const now = new Set(conditions.map(({ key }) => key));
    for (const [key, one] of this.lasting) {
      if (now.has(key)) continue;
      this.lasting.delete(key);
      if (!Number.isNaN(one.toldMs)) this.say("ended", one, nowMs);
    }
  }

  private say(state: "raised" | "repeated" | "ended", one: Lasting, nowMs: number): void {
    one.toldMs = nowMs;
    const { key, level, venue, text } = one.condition;
    this.tell({ state, level, key, venue, product: null, text, since: usToNsText(one.sinceMs * 1000) });
  }
}
