const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Returned by unescapeJson when the text does not fit. */
export const NO_ROOM = -2;
/** Returned by unescapeJson when the text is no JSON string. */
export const NOT_JSON = -3;

/**
 * Hot: writes what a JSON string says, as UTF-8. `from` is the byte after the opening quote, `to` the
 * closing quote. Returns the bytes written, NO_ROOM or NOT_JSON. Bytes of characters that are not
 * escaped are copied as they are; half a surrogate pair becomes U+FFFD.
 */
export function unescapeJson(
  source: Uint8Array,
  from: number,
  to: number,
  target: Uint8Array,
  offset: number,
  room: number,
): number {
  const limit = offset + room;
  let at = offset;
  let i = from;
  while (i < to) {
    const byte = source[i++];
    if (byte !== BACKSLASH) {
      if (at >= limit) return NO_ROOM;
      target[at++] = byte;
      continue;
    }
    const letter = source[i++];
    if (letter === 0x75) {
      let code = hexadecimal(source, i, to);
      if (code < 0) return NOT_JSON;
      i += 4;
      if (code >= 0xd800 && code < 0xe000) {
        const low = source[i] === BACKSLASH && source[i + 1] === 0x75 ? hexadecimal(source, i + 2, to) : -1;
        const isPair = code < 0xdc00 && low >= 0xdc00 && low < 0xe000;
        code = isPair ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00) : 0xfffd;
        if (isPair) i += 6;
      }
      const length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      if (at + length > limit) return NO_ROOM;
      writeUtf8(target, at, code, length);
      at += length;
      continue;
    }
    const plain = escapes[letter];
    if (plain === 0 || i > to) return NOT_JSON;
    if (at >= limit) return NO_ROOM;
    target[at++] = plain;
  }
  return at - offset;
}

/** Index of the quote that closes the JSON string whose text begins at `from`; -1 when there is none before `end`. */
export function closingQuote(source: Buffer, from: number, end: number): number {
  let at = source.indexOf(QUOTE, from);
  while (at >= 0 && at < end) {
    let backslashes = 0;
    while (source[at - 1 - backslashes] === BACKSLASH && at - 1 - backslashes >= from) backslashes++;
    if ((backslashes & 1) === 0) return at;
    at = source.indexOf(QUOTE, at + 1);
  }
  return -1;
}

/** What stands after a backslash, and what it means; 0 for what must not stand there. */
const escapes = new Uint8Array(256);
for (const [written, meaning] of ['""', "\\\\", "//", "b\b", "f\f", "n\n", "r\r", "t\t"]) {
  escapes[written.charCodeAt(0)] = meaning.charCodeAt(0);
}

function hexadecimal(source: Uint8Array, at: number, to: number): number {
  if (at + 4 > to) return -1;
  let value = 0;
  for (let i = at; i < at + 4; i++) {
    const byte = source[i];
    const lower = byte | 0x20;
    if (byte >= 0x30 && byte <= 0x39) value = value * 16 + (byte - 0x30);
    else if (lower >= 0x61 && lower <= 0x66) value = value * 16 + (lower - 0x57);
    else return -1;
  }
  return value;
}

function writeUtf8(target: Uint8Array, at: number, code: number, length: number): void {
  if (length === 1) {
    target[at] = code;
    return;
  }
  for (let i = length - 1; i > 0; i--) {
    target[at + i] = 0x80 | (code & 0x3f);
    code >>= 6;
  }
  target[at] = ((0xf00 >> length) & 0xff) | code;
}
