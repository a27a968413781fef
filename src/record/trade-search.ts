import { CrosstickError, EXIT } from "../errors.js";
import * as L from "../layout.js";
import type { BlockFields } from "./block.js";
import * as F from "./format.js";
import { readClose } from "./segment-info.js";
import { listSegments, type SegmentName } from "./segment-name.js";
import { SegmentOutline } from "./segment-outline.js";
import { type Block, SegmentReader } from "./segment-reader.js";

export interface TradeQuestion {
  /** Instrument's id. */
  id: string;
  /** Received at this time or later, and before that one, epoch µs; infinite where it does not matter. */
  fromUs: number;
  toUs: number;
  /** Only records behind this position; null from wherever the times say. */
  after: number | null;
  /** The first so many, or the last ones. */
  limit: number;
  order: "first" | "last";
}

/** A trade as the journal has it. Times are epoch µs; the venue's own is NaN where it does not say. */
export interface JournalTrade {
  /** Position of its record. */
  sequence: number;
  id: bigint;
  receivedTimeUs: number;
  tradeTimeUs: number;
  price: number;
  size: number;
  takerSold: boolean;
  /** False for what is no market trade: insurance fund, block, auto-deleveraging. */
  marketTrade: boolean;
  /** From a channel that sums trades up. */
  aggregated: boolean;
}

export interface TradePage {
  /** In the journal's order. */
  trades: JournalTrade[];
  /** Position after which the search goes on; null while the journal is empty. */
  next: number | null;
  /** Whether what was asked for has more trades, or may have because a search reads only so much at once. */
  more: boolean;
  /** Whether records are missing in what was searched: damaged, lost, or deleted. */
  holes: boolean;
}

/** What a search reads at most, in bytes. */
const BUDGET_BYTES = 128 << 20;
/** Looking at the headers of so many bytes takes as long as reading one. */
const HEADERS_SHARE = 4;
/** Outlines kept; those of segments that were not asked for lately go first. */
const OUTLINES = 32;
/**
 * An engine drains one feed after the other, so a record may come after others that were received later. One that
 * comes so much later is not looked for, µs.
 */
const LATE_US = 10_000_000;

interface Facts {
  firstPosition: number;
  /** Engine time of its last record; Infinity while it grows, NaN without a record. */
  lastUs: number;
}

/** Finds trades in a journal, be it written to meanwhile or not. */
export class TradeSearch {
  private readonly dir: string;
  private readonly budget: number;
  private readonly outlines = new Map<string, SegmentOutline>();
  private readonly facts = new Map<string, Facts>();
  /** Bytes that the search under way may still read. */
  private left = 0;

  /** `budgetBytes`: after about so many a search answers with what it has. */
  constructor(dir: string, budgetBytes = BUDGET_BYTES) {
    this.dir = dir;
    this.budget = budgetBytes;
  }

  /** @throws JOURNAL_SEQUENCE, JOURNAL_VERSION, what the disk says */
  find(question: TradeQuestion): TradePage {
    this.left = this.budget;
    const segments = listSegments(this.dir, F.SEGMENT_JOURNAL);
    for (const path of this.facts.keys()) if (!segments.some((one) => one.path === path)) this.facts.delete(path);
    const last = segments.at(-1);
    const end = last === undefined ? Number.NaN : (this.outline(last)?.position ?? Number.NaN);
    if (question.after !== null && (question.after >= end || last === undefined))
      if (question.after !== end - 1)
        throw new CrosstickError(
          "JOURNAL_SEQUENCE",
          `after_sequence ${question.after} is beyond the journal's last record ${end - 1}: it is of another journal, or of an engine without one. Begin again without it`,
          { exitCode: EXIT.usage },
        );
    return question.order === "first" ? this.first(question, segments) : this.latest(question, segments);
  }

  private first(question: TradeQuestion, segments: readonly SegmentName[]): TradePage {
    const { after, fromUs, toUs, limit } = question;
    const page: TradePage = { trades: [], next: after, more: false, holes: false };
    const begin = this.beginning(question, segments);
    let expected = after === null ? Number.NaN : after + 1;
    for (const segment of segments.slice(begin)) {
      const outline = this.outline(segment);
      if (outline === null || !(outline.position > outline.firstPosition)) continue;
      if (outline.position <= expected) continue;
      if (outline.firstPosition > expected) page.holes = true;
      const from = Number.isNaN(expected) ? outline.firstPosition : Math.max(expected, outline.firstPosition);
      if (outline.holes.some(([, to]) => !(to <= from))) page.holes = true;
      expected = outline.position;
      page.next = outline.position - 1;
      const index = outline.instruments.get(question.id);
      if (index === undefined) {
        page.more = this.left <= 0;
        if (page.more) return page;
        continue;
      }
      const entry = Math.max(outline.entryAt(from), outline.entryBefore(fromUs));
      for (const block of blocksOf(outline, entry, outline.entries.length, from)) {
        if (block.firstUs >= toUs + LATE_US) return this.ended(page, block.firstPosition - 1);
        this.left -= block.bytes;
        take(block, index, question, page.trades);
        if (page.trades.length > limit) {
          page.trades.length = limit;
          page.more = true;
          page.next = page.trades[limit - 1].sequence;
          return page;
        }
        if (this.left > 0) continue;
        page.next = block.firstPosition + block.count - 1;
        page.more = true;
        return page;
      }
    }
    return page;
  }

  /** What comes later is not asked for: whoever goes on gets it. */
  private ended(page: TradePage, next: number): TradePage {
    page.next = page.trades.at(-1)?.sequence ?? next;
    return page;
  }

  private latest(question: TradeQuestion, segments: readonly SegmentName[]): TradePage {
    const { toUs, limit } = question;
    const page: TradePage = { trades: [], next: null, more: false, holes: false };
    let follows = Number.NaN;
    for (const segment of [...segments].reverse()) {
      const outline = this.outline(segment);
      if (outline === null || !(outline.position > outline.firstPosition)) continue;
      page.next ??= outline.position - 1;
      if (outline.position < follows) page.holes = true;
      follows = outline.firstPosition;
      const index = outline.instruments.get(question.id);
      if (index === undefined || outline.entries[0]?.firstUs >= toUs + LATE_US) {
        page.more = this.left <= 0;
        if (page.more) break;
        continue;
      }
      let to = outline.entries.length;
      for (let entry = outline.entryBefore(toUs + LATE_US); entry >= 0; entry--) {
        const found: JournalTrade[] = [];
        for (const block of blocksOf(outline, entry, to)) {
          this.left -= block.bytes;
          take(block, index, question, found);
        }
        if (outline.holes.some(([hole]) => hole >= (outline.entries[entry]?.position ?? 0))) page.holes = true;
        to = entry;
        page.trades = found.concat(page.trades);
        page.more = page.trades.length > limit || this.left <= 0;
        if (!page.more) continue;
        page.trades = page.trades.slice(-limit);
        if (Number.isFinite(toUs)) page.next = page.trades.at(-1)?.sequence ?? page.next;
        return page;
      }
    }
    if (Number.isFinite(toUs)) page.next = page.trades.at(-1)?.sequence ?? page.next;
    return page;
  }

  /** Index of the segment in which a search for the first ones begins. */
  private beginning({ after, fromUs }: TradeQuestion, segments: readonly SegmentName[]): number {
    for (let i = segments.length - 1; i > 0; i--) {
      const own = this.factsOf(segments[i]);
      const before = this.factsOf(segments[i - 1]);
      if (after !== null && own !== null && own.firstPosition <= after + 1) return i;
      if (after === null && before !== null && before.lastUs < fromUs) return i;
    }
    return 0;
  }

  private factsOf(segment: SegmentName): Facts | null {
    const known = this.facts.get(segment.path);
    if (known !== undefined) return known;
    const facts = gone(() => {
      const reader = new SegmentReader(segment.path, segment.number);
      reader.close();
      const close = readClose(segment);
      return { firstPosition: reader.position, lastUs: close === null ? Number.POSITIVE_INFINITY : close.lastUs };
    });
    if (facts !== null && facts.lastUs !== Number.POSITIVE_INFINITY) this.facts.set(segment.path, facts);
    return facts;
  }

  /** Null for a segment that was deleted meanwhile. */
  private outline(segment: SegmentName): SegmentOutline | null {
    const outline = this.outlines.get(segment.path) ?? new SegmentOutline(segment);
    this.outlines.delete(segment.path);
    return gone(() => {
      const before = outline.end;
      outline.extend();
      this.left -= (outline.end - before) / HEADERS_SHARE;
      this.outlines.set(segment.path, outline);
      if (this.outlines.size > OUTLINES) this.outlines.delete(this.outlines.keys().next().value as string);
      return outline;
    });
  }
}

/** Blocks of records between two entries of an outline, verified; those before a position are passed over. A file that was deleted meanwhile has none. */
function* blocksOf(outline: SegmentOutline, from: number, to: number, position = 0): Generator<Block> {
  const entry = outline.entries[from];
  if (entry === undefined) return;
  const end = outline.entries[to]?.offset ?? outline.end;
  const reader = gone(() => new SegmentReader(outline.name.path, outline.name.number));
  if (reader === null) return;
  try {
    reader.seek(entry.offset, entry.position);
    const pass = ({ type, firstPosition, count }: BlockFields): boolean =>
      type === F.BLOCK_TYPE_RECORDS && firstPosition + count <= position;
    for (let block = reader.next(pass); block !== null && block.offset < end; block = reader.next(pass))
      if (block.type === F.BLOCK_TYPE_RECORDS) yield block;
  } finally {
    reader.close();
  }
}

/** Hot: adds the trades of a block that were asked for. */
function take(block: Block, instrument: number, question: TradeQuestion, found: JournalTrade[]): void {
  const { payload, count, firstPosition } = block;
  const first = question.after === null ? 0 : Math.max(0, question.after + 1 - firstPosition);
  for (let i = first; i < count; i++) {
    const at = i << L.RECORD_SHIFT;
    if (payload[at + L.RECORD_KIND] !== L.KIND_TRADE) continue;
    if (payload.readUInt16LE(at + L.RECORD_INSTRUMENT) !== instrument) continue;
    const receivedTimeUs = payload.readDoubleLE(at + L.RECORD_RECEIVED_TIME_US);
    if (receivedTimeUs < question.fromUs || receivedTimeUs >= question.toUs) continue;
    const flags = payload[at + L.RECORD_FLAGS];
    found.push({
      ...{ sequence: firstPosition + i, id: payload.readBigUInt64LE(at + L.RECORD_SEQUENCE), receivedTimeUs },
      tradeTimeUs: payload.readDoubleLE(at + L.TRADE_TIME_US),
      price: payload.readDoubleLE(at + L.TRADE_PRICE),
      size: payload.readDoubleLE(at + L.TRADE_SIZE),
      takerSold: (flags & L.FLAG_SELL) !== 0,
      marketTrade: (flags & L.FLAG_EXCLUDED) === 0,
      aggregated: (flags & L.FLAG_AGGREGATE) !== 0,
    });
  }
}

/** What reading a file gives; null when retention has deleted it. */
function gone<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
