// WebSocket frames as a server sends them (RFC 6455, 5.2), recognised where the socket has put them.

/** Whether no byte of [at, end) has its high bit set. Reads past `end`, into the padding. */
function isAscii(at: usize, end: usize): bool {
  while (at + 64 <= end) {
    const half = v128.or(v128.load(at), v128.load(at + 16));
    if (i8x16.bitmask(v128.or(half, v128.or(v128.load(at + 32), v128.load(at + 48)))) != 0) return false;
    at += 64;
  }
  while (at + 16 <= end) {
    if (i8x16.bitmask(v128.load(at)) != 0) return false;
    at += 16;
  }
  if (at == end) return true;
  return (i8x16.bitmask(v128.load(at)) & ((1 << <i32>(end - at)) - 1)) == 0;
}

/**
 * Hot: the end of the frame that begins at `at`, when it is a whole message that nothing is to be said of: final,
 * of text or binary, unmasked, without extension bits, of no more than `limit` bytes, all of it in [at, end), and text only
 * of ASCII, which is UTF-8 for sure. 0 for every other frame: those are looked at with more patience elsewhere.
 */
export function frameEnd(at: usize, end: usize, limit: u32): usize {
  if (end - at < 2) return 0;
  const head = <u32>load<u8>(at);
  if (head != 0x81 && head != 0x82) return 0;
  let length = <u32>load<u8>(at, 1);
  let from = at + 2;
  if (length == 126) {
    if (end - at < 4) return 0;
    length = <u32>bswap<u16>(load<u16>(at, 2));
    from = at + 4;
  } else if (length == 127) {
    if (end - at < 10) return 0;
    const long = bswap<u64>(load<u64>(at, 2));
    if (long > <u64>limit) return 0;
    length = <u32>long;
    from = at + 10;
  } else if (length > 127) return 0; // masked
  if (length > limit || <usize>length > end - from) return 0;
  const stop = from + <usize>length;
  return head == 0x82 || isAscii(from, stop) ? stop : 0;
}

/** Hot: where the message begins of a frame that frameEnd() has found whole. */
// @ts-ignore: decorator
@inline
export function payloadAt(at: usize): usize {
  const length = load<u8>(at, 1);
  return at + (length < 126 ? 2 : length == 126 ? 4 : 10);
}
