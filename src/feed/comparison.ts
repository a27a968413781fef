import type { Views } from "../kernel/memory.js";
import * as L from "../layout.js";

/** Which of the two endpoints says something. */
export type Side = 0 | 1;

/** What two endpoints of a venue said of the same things. */
export interface ComparisonResult {
  /** Events that both brought. */
  compared: number;
  /** Fields in which they differed, by name. */
  differences: Record<string, number>;
  /** Events that only one brought: a channel that sums up differently there, or a loss. */
  onlyFirst: number;
  onlySecond: number;
}

/** An event is judged when it is so old: the two need not be equally quick. */
const SETTLED_MS = 2000;
const EVENTS = 20_000;

/** Fields of a record by kind: name and offset. Levels come in pairs. */
const FIELDS = new Map<number, readonly (readonly [name: string, offset: number])[]>([
  [
    L.KIND_BBO,
    [
      ["bbo.bid", L.BBO_BID],
      ["bbo.bidSize", L.BBO_BID_SIZE],
      ["bbo.ask", L.BBO_ASK],
      ["bbo.askSize", L.BBO_ASK_SIZE],
    ],
  ],
  [
    L.KIND_TRADE,
    [
      ["trade.price", L.TRADE_PRICE],
      ["trade.size", L.TRADE_SIZE],
    ],
  ],
  [
    L.KIND_DEPTH,
    [
      ["book.price", L.LEVEL_PRICE],
      ["book.size", L.LEVEL_SIZE],
      ["book.price", L.LEVEL_SECOND_PRICE],
      ["book.size", L.LEVEL_SECOND_SIZE],
    ],
  ],
  [
    L.KIND_MARK,
    [
      ["mark.mark", L.MARK_PRICE],
      ["mark.index", L.MARK_INDEX],
    ],
  ],
]);

/** Flags that are part of what is said: sides, and whether a second level stands there. */
const SAID_FLAGS = L.FLAG_ASK | L.FLAG_SECOND | L.FLAG_EMPTY;

interface Event {
  kind: number;
  atMs: number;
  /** Flags and fields of its records, one side after the other. */
  said: [number[], number[]];
}

/**
 * Compares what two endpoints of the same venue say, event by event and field by field. An event is
 * known by its kind, its instrument and its id, or its time where it has none.
 */
export class Comparison {
  readonly result: ComparisonResult = { compared: 0, differences: {}, onlyFirst: 0, onlySecond: 0 };
  private readonly views: Views;
  private readonly instruments: ReadonlySet<number>;
  private readonly differs: (field: string, first: number, second: number) => void;
  private readonly events = new Map<string, Event>();

  constructor(
    views: Views,
    instruments: ReadonlySet<number>,
    differs: (field: string, first: number, second: number) => void,
  ) {
    this.views = views;
    this.instruments = instruments;
    this.differs = differs;
  }

  /** One record of a side. */
  take(side: Side, at: number, nowMs: number): void {
    const { u8, u16, u64, f64 } = this.views;
    const kind = u8[at + L.RECORD_KIND];
    const fields = FIELDS.get(kind);
    const instrument = u16[(at + L.RECORD_INSTRUMENT) >> 1];
    if (fields === undefined || !this.instruments.has(instrument)) return;
    const id = u64[(at + L.RECORD_SEQUENCE) >> 3] || f64[(at + L.RECORD_EXCHANGE_TIME_US) >> 3];
    const key = `${kind} ${instrument} ${id}`;
    let event = this.events.get(key);
    if (event === undefined) {
      event = { kind, atMs: nowMs, said: [[], []] };
      this.events.set(key, event);
    }
    const said = event.said[side];
    const flags = u8[at + L.RECORD_FLAGS] & SAID_FLAGS;
    // Levels that are not there may hold anything.
    const present = kind !== L.KIND_DEPTH ? fields.length : flags & L.FLAG_EMPTY ? 0 : flags & L.FLAG_SECOND ? 4 : 2;
    said.push(flags);
    for (let i = 0; i < fields.length; i++) said.push(i < present ? f64[(at + fields[i][1]) >> 3] : Number.NaN);
  }

  /** Now and then: judges what is old enough. */
  settle(nowMs: number): void {
    for (const [key, event] of this.events) {
      if (nowMs - event.atMs < SETTLED_MS && this.events.size <= EVENTS) break;
      this.events.delete(key);
      this.judge(event);
    }
  }

  /** What is open says nothing: one of the two was not there all the time. */
  forget(): void {
    this.events.clear();
  }

  private judge({ kind, said: [first, second] }: Event): void {
    const { result } = this;
    if (first.length === 0) result.onlySecond++;
    else if (second.length === 0) result.onlyFirst++;
    else {
      result.compared++;
      const fields = FIELDS.get(kind) ?? [];
      const width = fields.length + 1;
      if (first.length !== second.length) this.differ("records", first.length / width, second.length / width);
      else
        for (let i = 0; i < first.length; i++)
          if (!Object.is(first[i], second[i]))
            this.differ(i % width === 0 ? "flags" : fields[(i % width) - 1][0], first[i], second[i]);
    }
  }

  private differ(field: string, first: number, second: number): void {
    const { differences } = this.result;
    differences[field] = (differences[field] ?? 0) + 1;
    this.differs(field, first, second);
  }
}
