import type { DecodeKernel } from "../kernel/kernel.js";
import type { Views } from "../kernel/memory.js";
import type { ProductName } from "../market/venues.js";
import { openBytes } from "../sources/recording/bytes.js";
import { LineInput, type ReplayInput } from "./replay-input.js";

/** One recording of a replay, as the worker gets it. */
export interface ReplayInputSpec {
  path: string;
  format: "lines" | "cryptofeed";
  /** Position in the canonical order of all inputs. */
  source: number;
  /** Product of every frame; null where each frame tells (cryptofeed). */
  product: ProductName | null;
}

/** Where an input's frames are put. */
export interface InputPlace {
  views: Views;
  kernel: DecodeKernel;
  /** Address of the lane, whose header the line scanner fills. */
  lane: number;
  scratch: number;
  scratchBytes: number;
}

/** Opens a recording for a lane. @throws INPUT_* */
export async function openInput(spec: ReplayInputSpec, place: InputPlace): Promise<ReplayInput> {
  const { path, source } = spec;
  return new LineInput({ ...place, bytes: openBytes(path), product: spec.product ?? "spot", source });
}
