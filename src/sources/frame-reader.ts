import { isUtf8 } from "node:buffer";

/** What a reader of frames makes of what came; no call keeps what it was given. */
export interface FrameSink {
  /**
   * Hot: whole messages may lie in [at, end), one after the other, each of at most `longest` bytes. Takes as many as it can at
   * once: where it stopped, at the beginning of a frame; `at` for none, and what lies there is given in another way.
   */
  burst(at: number, end: number, longest: number): number;
  /** Hot: a whole message lies in [at, end) of the bytes that were read into. */
  placed(at: number, end: number): void;
  /** A message that came in pieces, or that is not plain ASCII. The buffer is valid during the call. */
  message(data: Buffer): void;
  /** The payload is to be sent back. */
  ping(payload: Buffer): void;
  pong(): void;
  /** The other side closes; 1005 when it gave no code (RFC 6455, 7.1.5). Nothing is read after it. */
  close(code: number, reason: string): void;
  /** What came breaks the protocol or a limit; `code` is what the other side is to be told. Nothing is read after it. */
  fault(code: number, reason: string): void;
}

/** End of the frame at `at` when it is a plain and whole message in [at, end) of at most `limit` bytes, else 0; see assembly/frame.ts. */
export type WholeFrame = (at: number, end: number, limit: number) => number;

const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const FIN = 0x80;
const RESERVED = 0x70;
const MASKED = 0x80;
/** RFC 6455, 5.5. */
const CONTROL_BYTES = 125;
/** Longest head that is not masked. */
const HEAD_BYTES = 10;
const FIRST_BYTES = 4096;
/** What a longer message needed is given back. */
const KEPT_BYTES = 262_144;

/**
 * Reads a server's WebSocket frames (RFC 6455) out of the memory that a socket reads into, without extensions. A plain
 * message that lies there whole is given by its place; what is split over reads or frames is put together elsewhere.
 */
export class FrameReader {
  private readonly bytes: Uint8Array;
  private readonly whole: WholeFrame;
  private readonly maxPayload: number;
  private readonly sink: FrameSink;
  /** Head of a frame as far as it has come, and how long it will be. */
  private readonly head = Buffer.alloc(HEAD_BYTES);
  private headBytes = 0;
  private headNeeds = 2;
  /** Payload of the present frame that has not come yet; -1 between frames and within heads. */
  private missing = -1;
  /** Text or binary of the message of which fragments have come; 0 for none. */
  private fragmented = 0;
  private message = Buffer.alloc(0);
  private messageBytes = 0;
  private readonly control = Buffer.alloc(CONTROL_BYTES);
  private controlBytes = 0;
  private isOver = false;

  /** `maxPayload`: longest message, bytes; a longer one is a fault before it is held in memory. */
  constructor(options: { bytes: Uint8Array; whole: WholeFrame; maxPayload: number; sink: FrameSink }) {
    this.bytes = options.bytes;
    this.whole = options.whole;
    this.maxPayload = options.maxPayload;
    this.sink = options.sink;
  }

  /** Nothing is read any more, not even the rest of the present read. */
  stop(): void {
    this.isOver = true;
  }

  /** Hot: what one read brought to [at, end). */
  take(at: number, end: number): void {
    const { bytes, whole, maxPayload, sink } = this;
    while (at < end && !this.isOver) {
      if (this.missing < 0 && this.headBytes === 0 && this.fragmented === 0) {
        const next = sink.burst(at, end, maxPayload);
        if (next !== at) {
          at = next;
          continue;
        }
        const stop = whole(at, end, maxPayload);
        if (stop !== 0) {
          const length = bytes[at + 1];
          sink.placed(at + (length < 126 ? 2 : length === 126 ? 4 : HEAD_BYTES), stop);
          at = stop;
          continue;
        }
      }
      at = this.missing < 0 ? this.takeHead(at, end) : this.takePayload(at, end);
    }
  }

  private takeHead(at: number, end: number): number {
    const { head, bytes } = this;
    while (at < end && this.headBytes < this.headNeeds) {
      head[this.headBytes++] = bytes[at++];
      if (this.headBytes !== 2) continue;
      const fault = this.faultOf(head[0], head[1]);
      if (fault !== null) {
        this.fault(1002, fault);
        return end;
      }
      this.headNeeds = head[1] === 127 ? HEAD_BYTES : head[1] === 126 ? 4 : 2;
    }
    if (this.headBytes === this.headNeeds) this.beginPayload();
    return at;
  }

  /** What is wrong with the first two bytes of a frame. */
  private faultOf(first: number, second: number): string | null {
    const opcode = first & 15;
    if ((first & RESERVED) !== 0) return "a reserved bit is set, and no extension was agreed on";
    if ((second & MASKED) !== 0) return "a server's frame is masked";
    if (opcode === 0) return this.fragmented === 0 ? "a message goes on that has not begun" : null;
    if (opcode === TEXT || opcode === BINARY)
      return this.fragmented === 0 ? null : "a message begins before the one under way is complete";
    if (opcode !== CLOSE && opcode !== PING && opcode !== PONG) return `there is no opcode ${opcode}`;
    if ((first & FIN) === 0) return "a control frame is fragmented";
    if (second > CONTROL_BYTES) return "a control frame is longer than 125 bytes";
    return opcode === CLOSE && second === 1 ? "a close frame has half a code" : null;
  }

  private beginPayload(): void {
    const { head } = this;
    const opcode = head[0] & 15;
    const short = head[1];
    const length = short < 126 ? short : short === 126 ? head.readUInt16BE(2) : Number(head.readBigUInt64BE(2));
    if (opcode < CLOSE && this.messageBytes + length > this.maxPayload) {
      this.fault(1009, `a message is longer than ${this.maxPayload} bytes`);
      return;
    }
    if (opcode === TEXT || opcode === BINARY) this.fragmented = opcode;
    this.missing = length;
    this.controlBytes = 0;
    if (length === 0) this.endFrame();
  }

  private takePayload(at: number, end: number): number {
    const count = Math.min(end - at, this.missing);
    if ((this.head[0] & 15) >= CLOSE) {
      this.control.set(this.bytes.subarray(at, at + count), this.controlBytes);
      this.controlBytes += count;
    } else {
      this.reserve(this.messageBytes + count);
      this.message.set(this.bytes.subarray(at, at + count), this.messageBytes);
      this.messageBytes += count;
    }
    this.missing -= count;
    if (this.missing === 0) this.endFrame();
    return at + count;
  }

  /** Grows with what has come, never with what a head promises. */
  private reserve(bytes: number): void {
    if (bytes <= this.message.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, bytes, Math.min(2 * bytes, this.maxPayload)));
    larger.set(this.message.subarray(0, this.messageBytes));
    this.message = larger;
  }

  private endFrame(): void {
    const opcode = this.head[0] & 15;
    const isFinal = (this.head[0] & FIN) !== 0;
    this.missing = -1;
    this.headBytes = 0;
    this.headNeeds = 2;
    if (opcode >= CLOSE) this.endControl(opcode);
    else if (isFinal) this.endMessage();
  }

  private endMessage(): void {
    const data = this.message.subarray(0, this.messageBytes);
    const isText = this.fragmented === TEXT;
    this.fragmented = 0;
    this.messageBytes = 0;
    if (isText && !isUtf8(data)) {
      this.fault(1007, "a text message is no UTF-8");
      return;
    }
    this.sink.message(data);
    if (this.message.length > KEPT_BYTES) this.message = Buffer.alloc(0);
  }

  private endControl(opcode: number): void {
    const payload = this.control.subarray(0, this.controlBytes);
    if (opcode === PING) this.sink.ping(payload);
    else if (opcode === PONG) this.sink.pong();
    else this.endByClose(payload);
  }

  private endByClose(payload: Buffer): void {
    const code = payload.length === 0 ? 1005 : payload.readUInt16BE(0);
    const reason = payload.subarray(2);
    if (payload.length > 0 && !isSendable(code)) this.fault(1002, `there is no close code ${code}`);
    else if (!isUtf8(reason)) this.fault(1007, "a close frame's reason is no UTF-8");
    else {
      this.isOver = true;
      this.sink.close(code, reason.toString());
    }
  }

  private fault(code: number, reason: string): void {
    this.isOver = true;
    this.sink.fault(code, reason);
  }
}

/** RFC 6455, 7.4, and the IANA registry: codes that an endpoint may put into a close frame. */
function isSendable(code: number): boolean {
  const isRegistered = code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006;
  return isRegistered || (code >= 3000 && code <= 4999);
}
