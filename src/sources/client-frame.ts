import { randomFillSync } from "node:crypto";

export const TEXT_FRAME = 1;
export const CLOSE_FRAME = 8;
export const PING_FRAME = 9;
export const PONG_FRAME = 10;

const mask = Buffer.alloc(4);

/** A client's frame, final and masked by chance (RFC 6455, 5.3). `opcode` is *_FRAME. */
export function clientFrame(opcode: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const headBytes = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headBytes + 4 + length);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (headBytes === 4) frame.writeUInt16BE(length, 2);
  else if (headBytes === 10) frame.writeBigUInt64BE(BigInt(length), 2);
  randomFillSync(mask);
  frame.set(mask, headBytes);
  for (let i = 0; i < length; i++) frame[headBytes + 4 + i] = payload[i] ^ mask[i & 3];
  return frame;
}

/** A close frame with a code; without one for 1005, which is never sent. */
export function closeFrame(code: number): Buffer {
  return clientFrame(CLOSE_FRAME, code === 1005 ? new Uint8Array(0) : Uint8Array.of(code >> 8, code & 255));
}
