import type { WholeFrame } from "./frame-reader.js";

/** One WebSocket connection, by whichever driver. */
export interface Wire {
  send(text: string): void;
  ping(): void;
  /** Closes at once; nothing is told any more. */
  terminate(): void;
}

/** What a wire tells; after `unexpected`, `failed` or `closed` it tells nothing more. */
export interface WireHandlers {
  opened(): void;
  /** Something came; a pong if so. Before what it brought. */
  heard(isPong: boolean): void;
  /** A whole message; the buffer is valid during the call. */
  frame(data: Buffer): void;
  /** Hot: messages may lie in [at, end) of the memory that the wire reads into: as FrameSink.burst(). */
  burst(at: number, end: number, longest: number): number;
  /** Hot: a whole message lies in [at, end) of the memory that the wire reads into, valid during the call. */
  placed(at: number, end: number): void;
  /** An answer in HTTP instead of an upgrade, and what it says in Retry-After. */
  unexpected(status: number, retryAfter: string | undefined): void;
  failed(reason: string): void;
  /** 1006 when the connection ended without a word. */
  closed(code: number, reason: string): void;
}

export interface WireOptions {
  url: string;
  /** Longest message taken, bytes. */
  maxPayload: number;
  /** Until the connection stands, ms. */
  handshakeMs: number;
  /** Address of an HTTP proxy that is to connect; absent: none. */
  proxy?: string;
}

/** Memory that sockets of one thread read into, one read after the other; the kernel sees it too. */
export interface Landing {
  /** All of the shared memory. */
  bytes: Uint8Array;
  /** Where reads land, and how much of it there is, bytes. SIMD loads may go beyond it, into padding. */
  at: number;
  size: number;
  whole: WholeFrame;
}
