import * as L from "../layout.js";
import { resolveInstrument } from "../market/symbols.js";
import { productName, venueName } from "../market/venues.js";
import type { BlockFields } from "./block.js";
import * as F from "./format.js";
import { IDENTITY_ENTRY_BYTES } from "./identity-table.js";
import type { SegmentName } from "./segment-name.js";
import { SegmentReader } from "./segment-reader.js";

/** A block of records at which a search may begin. */
export interface OutlineEntry {
  offset: number;
  /** Of its first record, with the engine's time there, µs. */
  position: number;
  firstUs: number;
}

/** Distance of two entries, whichever comes first. */
const ENTRY_BYTES = 1 << 20;
const ENTRY_US = 1_000_000;
const decoder = new TextDecoder();

/** Where in a segment what stands, by the headers of its blocks alone; of one that grows, as far as was looked. */
export class SegmentOutline {
  readonly name: SegmentName;
  readonly entries: OutlineEntry[] = [];
  /** Indexes of the instruments that it names, by id. */
  readonly instruments = new Map<string, number>();
  /** Ranges of positions, the end excluded, that are missing inside it. */
  readonly holes: [from: number, to: number][] = [];
  /** Position of its first record, and the one behind its last record; NaN while nothing of it is whole. */
  firstPosition = Number.NaN;
  position = Number.NaN;
  /** Offset behind its last whole block. */
  end = F.SEGMENT_HEADER_BYTES;
  private ended = false;

  constructor(name: SegmentName) {
    this.name = name;
  }

  /** Looks at what was added since. @throws what the disk says, JOURNAL_VERSION */
  extend(): void {
    if (this.ended) return;
    const reader = new SegmentReader(this.name.path, this.name.number);
    try {
      if (Number.isNaN(this.firstPosition)) {
        this.firstPosition = reader.position;
        this.position = reader.position;
      }
      reader.seek(this.end, this.position);
      const pass = (fields: BlockFields, offset: number): boolean => this.pass(fields, offset);
      for (let block = reader.next(pass); block !== null; block = reader.next(pass))
        this.take(block.payload, block.count);
      for (const { firstPosition, nextPosition } of reader.damages) this.holes.push([firstPosition, nextPosition]);
      this.end = reader.validBytes;
      this.position = reader.position;
    } finally {
      reader.close();
    }
  }

  /** The last entry that is not behind a position; 0 without one. */
  entryAt(position: number): number {
    return this.lastThat((entry) => entry.position <= position);
  }

  /** The last entry that begins before a time, µs; 0 without one. */
  entryBefore(timeUs: number): number {
    return this.lastThat((entry) => !(entry.firstUs >= timeUs));
  }

  /** `holds` is true up to some entry, and for none behind it. */
  private lastThat(holds: (entry: OutlineEntry) => boolean): number {
    let [low, high] = [0, this.entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(this.entries[middle])) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  private pass({ type, firstPosition, firstUs }: BlockFields, offset: number): boolean {
    if (type === F.BLOCK_TYPE_CLOSE) this.ended = true;
    if (type === F.BLOCK_TYPE_IDENTITY) return false;
    if (type !== F.BLOCK_TYPE_RECORDS) return true;
    const last = this.entries.at(-1);
    if (last === undefined || offset - last.offset >= ENTRY_BYTES || firstUs - last.firstUs >= ENTRY_US)
      this.entries.push({ offset, position: firstPosition, firstUs });
    return true;
  }

  private take(identities: Buffer, count: number): void {
    for (let i = 0; i < count; i++) {
      const entry = identities.subarray(i * IDENTITY_ENTRY_BYTES, (i + 1) * IDENTITY_ENTRY_BYTES);
      const at = IDENTITY_ENTRY_BYTES - L.IDENTITY_BYTES;
      const name = at + L.IDENTITY_NAME;
      const raw = decoder.decode(entry.subarray(name, name + entry.readUInt32LE(at + L.IDENTITY_NAME_LENGTH)));
      const venue = venueName(entry.readUInt32LE(at + L.IDENTITY_VENUE));
      const { id } = resolveInstrument(venue, productName(entry.readUInt32LE(at + L.IDENTITY_PRODUCT)), raw);
      this.instruments.set(id, entry.readUInt32LE(0));
    }
  }
}
