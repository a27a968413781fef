// The checksum of blocks, against published values, and what a block's own covers.
import { checksum, sealBlock } from "crosstick/internal/record/block";
import { BLOCK_CRC, BLOCK_HEADER_BYTES, BLOCK_TYPE_RECORDS } from "crosstick/internal/record/format";
import { expect, test } from "vitest";

/** RFC 3720 (iSCSI), appendix B.4, and the check value of the CRC catalogues for "123456789". */
const published: [string, Uint8Array, number][] = [
  ["32 zeros", new Uint8Array(32), 0x8a9136aa],
  ["32 ones", new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ["0 to 31", Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ["31 to 0", Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
  ["nine digits", new TextEncoder().encode("123456789"), 0xe3069283],
];

test.each(published)("CRC32C of %s", (_, bytes, value) => {
  expect(checksum(bytes)).toBe(value);
});

test("a block's checksum is that of its header up to it and of its padded payload, in one", () => {
  const bytes = Buffer.alloc(1024, 0xee);
  const at = 64;
  for (let i = 0; i < 100; i++) bytes[at + BLOCK_HEADER_BYTES + i] = i * 7;
  const fields = { type: BLOCK_TYPE_RECORDS, count: 3, firstPosition: 9, firstUs: 1.5, lastUs: 2.5 };
  const length = sealBlock(bytes, at, 100, { ...fields, segment: 1, piece: 0, pieces: 1, lane: 0 });
  const covered = Buffer.concat([
    bytes.subarray(at, at + BLOCK_CRC),
    bytes.subarray(at + BLOCK_HEADER_BYTES, at + length),
  ]);
  expect(bytes.readUInt32LE(at + BLOCK_CRC)).toBe(checksum(covered));
});
