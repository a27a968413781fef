import type { Block } from "./segment-reader.js";

/** Puts a content together that takes several blocks. */
export class Pieces {
  private parts: Buffer[] = [];

  /** Adds a block. Returns the whole content with the last piece, null before it and when a piece is missing. */
  add(block: Block): Buffer | null {
    if (block.piece === 0) this.parts = [];
    if (block.piece !== this.parts.length) return null;
    this.parts.push(Buffer.from(block.payload));
    if (block.piece < block.pieces - 1) return null;
    const whole = Buffer.concat(this.parts);
    this.parts = [];
    return whole;
  }
}
