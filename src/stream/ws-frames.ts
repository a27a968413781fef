import { isText } from "./record-message.js";

/** A server's frame around a message, RFC 6455 section 5.2: final, not masked; text or binary by the first byte. */
export function frameOf(payload: Uint8Array): Buffer {
  const { length } = payload;
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = isText(payload) ? 0x81 : 0x82;
  if (head === 2) frame[1] = length;
  else if (head === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.set(payload, head);
  return frame;
}

/** Joins lists of frames; readers with the same list, most of them in a fan-out, share one buffer. */
export class FrameBatches {
  readonly #recent: { frames: readonly Buffer[]; bytes: Buffer }[] = [];

  join(frames: readonly Buffer[]): Buffer {
    if (frames.length === 1) return frames[0];
    for (const batch of this.#recent) if (sameItems(batch.frames, frames)) return batch.bytes;
    const bytes = Buffer.concat(frames);
    this.#recent.unshift({ frames: [...frames], bytes });
    if (this.#recent.length > RECENT) this.#recent.pop();
    return bytes;
  }

  clear(): void {
    this.#recent.length = 0;
  }
}

const RECENT = 4;

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
