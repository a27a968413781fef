import type { CrosstickError } from "../errors.js";
import {
  FRAME_BYTES,
  FRAME_ENTRY_BYTES,
  FRAME_HEADER_BYTES,
  FRAME_RECEIVED_NANOS,
  FRAME_RECEIVED_US,
  FRAME_SYMBOL_BYTES,
} from "../ring/byte-ring.js";
import type { BlockFields } from "./block.js";
import { damageOf } from "./damage.js";
import { BLOCK_TYPE_FRAMES, BLOCK_TYPE_META, SEGMENT_RAW } from "./format.js";
import type { SegmentMeta } from "./meta.js";
import { Pieces } from "./pieces.js";
import { readSegmentInfo } from "./segment-info.js";
import { listSegments, type SegmentName } from "./segment-name.js";
import { SegmentReader } from "./segment-reader.js";

/** A market whose frames are kept. */
export interface RawMarket {
  venue: string;
  product: string;
}

/** The markets of a folder's raw log, in the order of their lanes; empty when there is none. @throws JOURNAL_VERSION */
export function rawMarkets(dir: string): RawMarket[] {
  const markets = new Map<string, RawMarket>();
  for (const name of listSegments(dir, SEGMENT_RAW))
    for (const { venue, product } of readSegmentInfo(name, false).meta?.lanes ?? [])
      markets.set(`${venue}.${product}`, { venue, product });
  return [...markets.values()];
}

/** The frames of one market of a raw log, one by one, in the order in which they came. */
export class RawFrames {
  /** Of the frame that `next` gave last: epoch µs, floored, and the nanoseconds below it. NaN before the first. */
  receivedUs = Number.NaN;
  receivedNanos = 0;
  /** The venue's symbol of a reply that does not name its instrument; null otherwise. */
  symbol: string | null = null;
  /** The first damaged place that was passed over; null while there was none. */
  damage: CrosstickError | null = null;
  private readonly segments: readonly SegmentName[];
  private readonly market: RawMarket;
  private turn = 0;
  private reader: SegmentReader | null = null;
  /** Lanes of the present segment that belong to the market. */
  private lanes: number[] = [];
  private readonly isOthers = ({ type, lane }: BlockFields): boolean =>
    type === BLOCK_TYPE_FRAMES && !this.lanes.includes(lane);
  private readonly long = new Pieces();
  /** Entries not yet given: the rest of a block. */
  private entries: Buffer = Buffer.alloc(0);
  private at = 0;

  /** @throws what the disk says */
  constructor(dir: string, market: RawMarket) {
    this.segments = listSegments(dir, SEGMENT_RAW);
    this.market = market;
  }

  /**
   * Writes the bytes of the next frame to target[offset…]; `room` bytes may be used. Returns their number, -1 at
   * the end, -2 when the frame is longer than the room: then it is passed over.
   */
  next(target: Uint8Array, offset: number, room: number): number {
    if (this.at === this.entries.length && !this.load()) return -1;
    const { entries, at } = this;
    const length = entries.readUInt32LE(at + FRAME_BYTES);
    const symbolBytes = entries.readUInt16LE(at + FRAME_SYMBOL_BYTES);
    const from = at + FRAME_HEADER_BYTES + symbolBytes;
    this.receivedUs = entries.readDoubleLE(at + FRAME_RECEIVED_US);
    this.receivedNanos = entries.readUInt16LE(at + FRAME_RECEIVED_NANOS);
    this.symbol = symbolBytes === 0 ? null : entries.toString("utf8", at + FRAME_HEADER_BYTES, from);
    this.at += entries.readUInt32LE(at + FRAME_ENTRY_BYTES);
    if (length > room) return -2;
    target.set(entries.subarray(from, from + length), offset);
    return length;
  }

  close(): void {
    this.reader?.close();
    this.reader = null;
    this.turn = this.segments.length;
  }

  /** Goes on to the next block of the market. False at the end. */
  private load(): boolean {
    for (;;) {
      const reader = this.reader ?? this.open();
      if (reader === null) return false;
      const block = reader.next(this.isOthers);
      const [range] = reader.damages;
      if (range !== undefined) this.damage ??= damageOf(reader.path, range);
      if (block === null) {
        reader.close();
        this.reader = null;
      } else if (block.type === BLOCK_TYPE_META) {
        const { lanes = [] }: SegmentMeta = JSON.parse(block.payload.toString());
        this.lanes = lanes.flatMap(({ venue, product }, lane) =>
          venue === this.market.venue && product === this.market.product ? [lane] : [],
        );
      } else if (block.type === BLOCK_TYPE_FRAMES && this.lanes.includes(block.lane)) {
        const whole = block.pieces === 1 ? block.payload : this.long.add(block);
        if (whole === null) continue;
        this.entries = whole;
        this.at = 0;
        return true;
      }
    }
  }

  private open(): SegmentReader | null {
    if (this.turn === this.segments.length) return null;
    const { path, number } = this.segments[this.turn++];
    this.reader = new SegmentReader(path, number);
    return this.reader;
  }
}
