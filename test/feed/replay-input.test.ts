import { LineInput, NEXT_END, NEXT_FRAME } from "crosstick/internal/feed/replay-input";
import { compileKernel, type DecodeKernel, startKernel } from "crosstick/internal/kernel/kernel";
import { viewsOf } from "crosstick/internal/kernel/memory";
import type { ByteInput } from "crosstick/internal/sources/recording/byte-input";
import fc from "fast-check";
import { expect, test } from "vitest";

const seed = Number(process.env.CROSSTICK_SEED ?? Date.now() % 2 ** 31);
console.info(`replay input tests: CROSSTICK_SEED=${seed}`);

const PAGES = 32;
const LANE = 65_536;
const SCRATCH = 131_072 + 5; // at no phase of its own
const SCRATCH_BYTES = 1 << 20;

/** Bytes that come in pieces, each at a place of its own in the input's memory. */
class Pieces implements ByteInput {
  readonly damage = null;
  readonly bytesRead = 0;
  readonly size = 0;
  /** Reads whose target did not lie at the phase of the bytes. */
  misplaced = 0;
  private next = 0;

  constructor(
    private readonly pieces: readonly Buffer[],
    private readonly phases: readonly number[],
  ) {}

  get phase(): number {
    return this.phases[this.next % this.phases.length];
  }

  read(target: Uint8Array, from = 0, to = target.length): number {
    const piece = this.pieces[this.next];
    if (piece === undefined) return -1;
    if (((target.byteOffset + from) & 7) !== this.phase) this.misplaced++;
    if (piece.length > to - from) throw new Error("a piece is longer than the room");
    target.set(piece, from);
    this.next++;
    return piece.length;
  }

  async ready(): Promise<void> {}
  close(): void {}
}

test("lines come whole in whatever pieces, and each piece is put where its own memory has it in a word", () => {
  const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true });
  const views = viewsOf(memory);
  const kernel = startKernel<DecodeKernel>(compileKernel("decode"), memory);
  const frames = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 40 });
  const cuts = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 40 });
  const phases = fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(frames, cuts, phases, (lengths, sizes, places) => {
      const texts = lengths.map((length, i) => `{"${String.fromCharCode(97 + (i % 26)).repeat(length)}"}`);
      const text = Buffer.from(texts.map((frame, i) => `${1_723_161_254_000_000 + i} ${frame}\n`).join(""));
      const pieces: Buffer[] = [];
      for (let at = 0, i = 0; at < text.length; i++) {
        const size = sizes[i % sizes.length];
        pieces.push(text.subarray(at, at + size));
        at += size;
      }
      const bytes = new Pieces(pieces, places);
      const input = new LineInput({
        ...{ views, kernel, lane: LANE, scratch: SCRATCH, scratchBytes: SCRATCH_BYTES },
        ...{ bytes, product: "spot", source: 0 },
      });
      const found: string[] = [];
      while (input.next() === NEXT_FRAME)
        found.push(Buffer.from(views.u8.slice(input.frameAt, input.frameEnd)).toString());
      expect(found).toEqual(texts);
      expect(input.next()).toBe(NEXT_END);
      expect(bytes.misplaced).toBe(0);
    }),
    { seed, numRuns: 300 },
  );
});
