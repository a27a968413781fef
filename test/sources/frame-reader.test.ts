// The reader of frames beside the one of `ws`: the same bytes, cut at any places, say the same to both.
import type { Writable } from "node:stream";
import { compileKernel, type DecodeKernel, startKernel } from "crosstick/internal/kernel/kernel";
import { FrameReader, type WholeFrame } from "crosstick/internal/sources/frame-reader";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as ws from "ws";
import { runs } from "../runs.js";

// Its types leave it out.
const { Receiver } = ws as unknown as { Receiver: new (options: { maxPayload: number }) => Writable };

const memory = new WebAssembly.Memory({ initial: 16, maximum: 16, shared: true });
const kernel = startKernel<DecodeKernel>(compileKernel("decode"), memory);
const bytes = new Uint8Array(memory.buffer);
const PLACE = 65_536;

interface Frame {
  first: number;
  payload: Buffer;
  /** Declared length, where it is not that of the payload. */
  declared?: number;
  isMasked?: boolean;
}

function encode({ first, payload, declared = payload.length, isMasked = false }: Frame): Buffer {
  const mask = isMasked ? 0x80 : 0;
  let head = Buffer.from([first, declared | mask]);
  if (declared > 65_535) {
    head = Buffer.alloc(10);
    head.writeBigUInt64BE(BigInt(declared), 2);
    head.set([first, 127 | mask]);
  } else if (declared > 125) {
    head = Buffer.from([first, 126 | mask, declared >> 8, declared & 255]);
  }
  return Buffer.concat([head, isMasked ? Buffer.alloc(4) : Buffer.alloc(0), payload]);
}

/** Of a whole frame, by its second byte. */
const headBytes = (length: number): number => (length < 126 ? 2 : length === 126 ? 4 : 10);

/** What a reader said of a stream, in order; the end of it by its code alone, for words differ. */
function ours(stream: Buffer, cuts: readonly number[], maxPayload: number, whole: WholeFrame): string[] {
  const said: string[] = [];
  const reader = new FrameReader({
    ...{ bytes, whole, maxPayload },
    sink: {
      burst: (at, end, longest) => {
        for (let most = at % 4; most > 0; most--) {
          const stop = whole(at, end, longest);
          if (stop === 0) break;
          said.push(`message ${Buffer.from(bytes.slice(at + headBytes(bytes[at + 1]), stop)).toString("hex")}`);
          at = stop;
        }
        return at;
      },
      placed: (at, end) => said.push(`message ${Buffer.from(bytes.slice(at, end)).toString("hex")}`),
      message: (data) => said.push(`message ${data.toString("hex")}`),
      ping: (payload) => said.push(`ping ${payload.toString("hex")}`),
      pong: () => said.push("pong"),
      close: (code, reason) => said.push(`close ${code} ${reason}`),
      fault: (code) => said.push(`fault ${code}`),
    },
  });
  let from = 0;
  for (const to of [...cuts, stream.length]) {
    // Reads land anywhere, and what lay there before must not matter.
    const at = PLACE + ((from * 7) % 61);
    bytes.fill(0xff, PLACE, at + to - from + 128);
    bytes.set(stream.subarray(from, to), at);
    reader.take(at, at + to - from);
    from = to;
  }
  return said;
}

async function theirs(stream: Buffer, cuts: readonly number[], maxPayload: number): Promise<string[]> {
  const said: string[] = [];
  const receiver = new Receiver({ maxPayload });
  receiver.on("message", (data: Buffer) => said.push(`message ${data.toString("hex")}`));
  receiver.on("ping", (data: Buffer) => said.push(`ping ${data.toString("hex")}`));
  receiver.on("pong", () => said.push("pong"));
  receiver.on("conclude", (code: number, reason: Buffer) => said.push(`close ${code} ${reason}`));
  receiver.on("error", (error) => {
    const codes = Object.getOwnPropertySymbols(error).map((key) => Reflect.get(error, key));
    said.push(`fault ${codes[0]}`);
  });
  let from = 0;
  for (const to of [...cuts, stream.length]) {
    if (receiver.writableEnded || receiver.errored !== null) break;
    receiver.write(stream.subarray(from, to));
    from = to;
  }
  await new Promise((resolve) => setImmediate(resolve));
  receiver.destroy();
  return said;
}

const sizes = fc.oneof(
  fc.integer({ min: 0, max: 300 }),
  fc.constantFrom(0, 1, 15, 16, 17, 63, 64, 65, 124, 125, 126, 127, 128, 65_534, 65_535, 65_536, 65_600),
);
const ascii = fc.tuple(sizes, fc.nat(94)).map(([size, shift]) => {
  const text = Buffer.alloc(size);
  for (let i = 0; i < size; i++) text[i] = 0x20 + ((i * 31 + shift) % 95);
  return text;
});
const unicode = fc.string({ unit: "binary", maxLength: 90 }).map((text) => Buffer.from(text));
/** ASCII but for one byte, anywhere: no UTF-8. */
const spoilt = fc.tuple(ascii, fc.nat(), fc.integer({ min: 0x80, max: 0xff })).map(([text, where, byte]) => {
  if (text.length > 0) text[where % text.length] = byte;
  return text;
});
const anything = fc.uint8Array({ maxLength: 200 }).map((data) => Buffer.from(data));
const short = fc.uint8Array({ maxLength: 125 }).map((data) => Buffer.from(data));

const control: fc.Arbitrary<Frame> = fc
  .tuple(fc.constantFrom(0x89, 0x8a), short)
  .map(([first, payload]) => ({ first, payload }));

/** A message as one or more frames, with control frames between them. */
const message: fc.Arbitrary<Frame[]> = fc
  .record({
    content: fc.oneof(
      { weight: 8, arbitrary: ascii.map((payload) => ({ opcode: 1, payload })) },
      { weight: 3, arbitrary: unicode.map((payload) => ({ opcode: 1, payload })) },
      { weight: 2, arbitrary: anything.map((payload) => ({ opcode: 2, payload })) },
      { weight: 1, arbitrary: spoilt.map((payload) => ({ opcode: 1, payload })) },
    ),
    pieces: fc.oneof({ weight: 3, arbitrary: fc.constant<number[]>([]) }, fc.array(fc.nat(), { maxLength: 3 })),
    between: fc.array(control, { maxLength: 2 }),
  })
  .map(({ content: { opcode, payload }, pieces, between }) => {
    const cuts = pieces.map((at) => at % (payload.length + 1)).sort((a, b) => a - b);
    const edges = [0, ...cuts, payload.length];
    return edges.slice(1).flatMap((to, i) => {
      const isLast = i === edges.length - 2;
      const frame = { first: (isLast ? 0x80 : 0) | (i === 0 ? opcode : 0), payload: payload.subarray(edges[i], to) };
      return isLast ? [frame] : [frame, ...between];
    });
  });

const closing: fc.Arbitrary<Frame> = fc
  .tuple(fc.oneof(fc.integer({ min: 990, max: 1020 }), fc.integer({ min: 2990, max: 5010 })), short)
  .chain(([code, reason]) =>
    fc.constantFrom(
      Buffer.alloc(0),
      Buffer.from([3]),
      Buffer.from([code >> 8, code & 255]),
      Buffer.from([code >> 8, code & 255, ...Buffer.from("bye")]),
      Buffer.from([code >> 8, code & 255, ...reason.subarray(0, 123)]),
    ),
  )
  .map((payload) => ({ first: 0x88, payload }));

const broken: fc.Arbitrary<Frame> = fc.oneof(
  closing,
  fc.record({ first: fc.integer({ min: 0, max: 255 }), payload: anything, isMasked: fc.boolean() }),
  fc.record({ first: fc.constantFrom(0x81, 0x82, 0x89), payload: ascii, isMasked: fc.constant(true) }),
  fc.record({
    first: fc.constantFrom(0x81, 0x82),
    payload: short,
    declared: fc.integer({ min: 65_537, max: 2 ** 45 }),
  }),
  fc.record({ first: fc.constantFrom(0x88, 0x89, 0x8a), payload: ascii }),
);

const conversation = fc.record({
  frames: fc
    .tuple(fc.array(message, { maxLength: 8 }), fc.option(broken), fc.array(message, { maxLength: 2 }))
    .map(([before, fault, after]) => [...before.flat(), ...(fault === null ? [] : [fault]), ...after.flat()]),
  cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }),
  isByByte: fc.boolean(),
  maxPayload: fc.constantFrom(100, 65_536, 1_000_000),
});

describe.each<[string, WholeFrame]>([
  ["with the kernel's look ahead", (at, end, limit) => kernel.wholeFrame(at, end, limit)],
  ["without it", () => 0],
])("%s", (_, whole) => {
  test("every stream, cut anywhere, is understood as by ws", async () => {
    await fc.assert(
      fc.asyncProperty(conversation, async ({ frames, cuts, isByByte, maxPayload }) => {
        const stream = Buffer.concat(frames.map(encode));
        const places = isByByte
          ? Array.from({ length: Math.min(2000, stream.length) }, (_, i) => i)
          : cuts.map((share) => Math.floor(share * stream.length)).sort((a, b) => a - b);
        expect(ours(stream, places, maxPayload, whole)).toEqual(await theirs(stream, places, maxPayload));
      }),
      { numRuns: runs(500) },
    );
  }, 30_000);

  test("a small frame that promises much costs no memory", () => {
    const head = encode({ first: 0x82, payload: Buffer.alloc(0), declared: 4 * 2 ** 20 });
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 50; i++) expect(ours(Buffer.concat([head, Buffer.alloc(10)]), [], 2 ** 23, whole)).toEqual([]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 22);
  });
});

test("most of what venues send is recognised where it lies", () => {
  const frames = ["{}", '{"b":"1.5"}'.repeat(20), "x".repeat(70_000)].map((text) =>
    encode({ first: 0x81, payload: Buffer.from(text) }),
  );
  const stream = Buffer.concat(frames);
  bytes.set(stream, PLACE);
  const ends: number[] = [];
  for (let at = PLACE; at !== 0 && at < PLACE + stream.length; ) {
    at = kernel.wholeFrame(at, PLACE + stream.length, 2 ** 20);
    ends.push(at - PLACE);
  }
  expect(ends).toEqual([frames[0].length, frames[0].length + frames[1].length, stream.length]);
});
