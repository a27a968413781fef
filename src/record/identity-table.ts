import { CrosstickError, EXIT } from "../errors.js";
import type { Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import { IDENTITY_ENTRY_HEADER_BYTES } from "./format.js";

export const IDENTITY_ENTRY_BYTES = IDENTITY_ENTRY_HEADER_BYTES + L.IDENTITY_BYTES;

/** The instruments of the shared table, in the form that a segment holds them, both ways. */
export class IdentityTable {
  private readonly views: Views;
  private readonly identities: number;
  private readonly instrumentCount: number;
  private readonly capacity: number;

  /** Addresses of the table and of the number of its instruments, and how many it holds at most. */
  constructor(views: Views, place: { identities: number; instrumentCount: number; instruments: number }) {
    this.views = views;
    this.identities = place.identities;
    this.instrumentCount = place.instrumentCount;
    this.capacity = place.instruments;
  }

  /** One instrument, whose identity is complete. */
  entry(index: number): Uint8Array {
    const content = new Uint8Array(IDENTITY_ENTRY_BYTES);
    this.write(content, 0, index);
    return content;
  }

  /** All instruments that are complete by now. */
  all(): { content: Uint8Array; count: number } {
    const { u32 } = this.views;
    const known: number[] = [];
    const total = Math.min(this.capacity, Atomics.load(u32, this.instrumentCount >> 2));
    for (let index = 0; index < total; index++)
      if (Atomics.load(u32, (this.at(index) + L.IDENTITY_NAME_LENGTH) >> 2) > 0) known.push(index);
    const content = new Uint8Array(known.length * IDENTITY_ENTRY_BYTES);
    known.forEach((index, i) => {
      this.write(content, i * IDENTITY_ENTRY_BYTES, index);
    });
    return { content, count: known.length };
  }

  /** Puts the instruments of a segment back into the table. @throws JOURNAL_CAPACITY */
  restore(content: Uint8Array, count: number): void {
    const { u8, u32 } = this.views;
    const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
    for (let i = 0; i < count; i++) {
      const at = i * IDENTITY_ENTRY_BYTES;
      const index = view.getUint32(at, true);
      if (index >= this.capacity)
        throw new CrosstickError(
          "JOURNAL_CAPACITY",
          `The journal has an instrument number ${index} and memory.instruments is ${this.capacity}: replay it with as many as it was recorded with`,
          { exitCode: EXIT.configuration },
        );
      u8.set(content.subarray(at + IDENTITY_ENTRY_HEADER_BYTES, at + IDENTITY_ENTRY_BYTES), this.at(index));
      const total = Atomics.load(u32, this.instrumentCount >> 2);
      if (index >= total) Atomics.store(u32, this.instrumentCount >> 2, index + 1);
    }
  }

  private at(index: number): number {
    return this.identities + index * L.IDENTITY_BYTES;
  }

  private write(content: Uint8Array, at: number, index: number): void {
    new DataView(content.buffer).setUint32(at, index, true);
    const from = this.at(index);
    content.set(this.views.u8.subarray(from, from + L.IDENTITY_BYTES), at + IDENTITY_ENTRY_HEADER_BYTES);
  }
}
