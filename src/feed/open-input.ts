import { CrosstickError } from "../errors.js";
import { CRYPTOFEED_NAMES, cryptofeedMarket, TARDIS_NAMES, tardisMarket } from "../market/recorders.js";
import type { ProductName, VenueName } from "../market/venues.js";
import type { BarSpan } from "../sources/recording/bars.js";
import { openBytes } from "../sources/recording/bytes.js";
import { openCryptofeed } from "../sources/recording/cryptofeed.js";
import { tardisHeader } from "../sources/recording/tardis-csv.js";
import { type BarBook, BarInput } from "./bar-input.js";
import { FramesInput } from "./frames-input.js";
import { FundingInput } from "./funding-input.js";
import { RawInput } from "./raw-input.js";
import { type InputPlace, LineInput, type ReplayInput } from "./replay-input.js";
import { TardisInput } from "./tardis-input.js";

/** One recording of a replay, as the worker gets it. */
export type ReplayInputSpec = {
  path: string;
  /** Position in the canonical order of all inputs. */
  source: number;
} & (
  | { format: "lines"; product: ProductName }
  | { format: "cryptofeed" }
  | { format: "tardis-csv" }
  | { format: "bars"; product: ProductName; rawSymbol: string; book: BarBook; span: BarSpan }
  | { format: "funding"; product: ProductName; rawSymbol: string; span: BarSpan }
  /** `path` is the folder. */
  | { format: "raw"; venue: VenueName; product: ProductName }
);

/** Opens a recording for a lane. @throws INPUT_* */
export async function openInput(spec: ReplayInputSpec, place: InputPlace): Promise<ReplayInput> {
  const { path, source } = spec;
  if (spec.format === "lines")
    return new LineInput({ ...place, bytes: openBytes(path), product: spec.product, source });
  if (spec.format === "raw") return new RawInput(path, spec, source, place);
  if (spec.format === "tardis-csv") return openTardis(path, source, place);
  if (spec.format === "bars") return BarInput.open(path, spec, spec, source, place);
  if (spec.format === "funding") return FundingInput.open(path, spec, spec.span, source, place);
  const frames = await openCryptofeed(path);
  const market = cryptofeedMarket(frames.exchange);
  if (market === null) throw unknownExchange(path, frames.exchange);
  return new FramesInput({ ...place, frames, market, source });
}

async function openTardis(path: string, source: number, place: InputPlace): Promise<ReplayInput> {
  const header = await tardisHeader(path);
  const exchange = header.exchange ?? "no exchange";
  const market = tardisMarket(exchange);
  if (market === null) throw unknownTardisExchange(path, exchange);
  return new TardisInput(path, header, market, source, place);
}

/** The error for a file of Tardis of an exchange that is not known here. */
export function unknownTardisExchange(path: string, exchange: string): CrosstickError {
  return new CrosstickError(
    "INPUT_EXCHANGE",
    `${path} is Tardis CSV of ${exchange}; known are ${TARDIS_NAMES.join(", ")}`,
    { exitCode: 5 },
  );
}

/** The error for a cryptofeed recording of an exchange that is not known here. */
export function unknownExchange(path: string, exchange: string): CrosstickError {
  return new CrosstickError(
    "INPUT_EXCHANGE",
    `${path} is a cryptofeed recording of ${exchange}; known are ${CRYPTOFEED_NAMES.join(", ")}`,
    { exitCode: 5 },
  );
}
