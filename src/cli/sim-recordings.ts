import { CrosstickError, EXIT } from "../errors.js";
import { cryptofeedMarket, productOfFrame } from "../market/recorders.js";
import { parseTime } from "../market/times.js";
import { parseVenueProduct, type VenueName, type VenueProduct } from "../market/venues.js";
import type { RecordedFrame } from "../simulator/recorded/frame.js";
import { simulatedVenue } from "../simulator/venues.js";
import { openBytes } from "../sources/recording/bytes.js";
import { openCryptofeed } from "../sources/recording/cryptofeed.js";
import { findRecordings } from "../sources/recording/format.js";

const CHUNK_BYTES = 1 << 20;
const LARGEST_FRAME_BYTES = 16 * 2 ** 20;

/**
 * Opens the recordings that `sim --from` names, as one sequence in the order of receive times.
 * @throws INPUT_*, USAGE_*, VENUE_NOT_SUPPORTED
 */
export async function openRecordings(
  inputs: readonly string[],
  venues: readonly VenueName[],
): Promise<AsyncIterable<RecordedFrame>> {
  const sources = (await Promise.all(inputs.map(open))).flat();
  for (const { venue } of sources)
    if (!venues.includes(venue)) {
      const message = `A recording is of ${venue}, which is not served: name it, or leave the recording out`;
      throw new CrosstickError("USAGE_VENUE", message, { exitCode: EXIT.usage });
    }
  return merge(sources.map(({ frames }) => frames));
}

interface Source {
  venue: VenueName;
  frames: AsyncIterator<RecordedFrame>;
}

async function open(input: string): Promise<Source[]> {
  const match = /^([A-Za-z]+(?:\.[A-Za-z]+)?)=(.+)$/.exec(input);
  const market = match === null ? null : parseVenueProduct(match[1]);
  const recordings = findRecordings(match === null ? input : match[2]);
  return Promise.all(
    recordings.map(async ({ path, format }) => {
      if (format === "cryptofeed") return openExchange(path);
      if (format !== "lines" && format !== "empty")
        throw new CrosstickError("INPUT_UNSUPPORTED", `${path} is ${format}, which cannot be served`, {
          exitCode: EXIT.damagedInput,
        });
      if (market === null)
        throw new CrosstickError(
          "USAGE_MARKET",
          `${path} does not say which market it is of: write venue.product=${path}`,
          { exitCode: EXIT.usage },
        );
      return { venue: simulatedVenue(market.venue).name, frames: lines(path, market) };
    }),
  );
}

async function openExchange(path: string): Promise<Source> {
  const input = await openCryptofeed(path);
  const market = cryptofeedMarket(input.exchange);
  if (market === null)
    throw new CrosstickError("INPUT_EXCHANGE", `${path} is a recording of ${input.exchange}, which is not known`, {
      exitCode: EXIT.damagedInput,
    });
  const venue = simulatedVenue(market.venue).name;
  async function* frames(): AsyncGenerator<RecordedFrame> {
    const target = Buffer.alloc(LARGEST_FRAME_BYTES);
    for (
      let length = input.next(target, 0, target.length);
      length !== -1;
      length = input.next(target, 0, target.length)
    ) {
      if (market === null || length < 0) continue;
      const { url, address, receivedUs } = input;
      const product = productOfFrame(market, address, url, target.subarray(0, length)) ?? "";
      yield { receivedUs, text: target.toString("utf8", 0, length), url, venue, product };
    }
    if (input.damage !== null) throw input.damage;
  }
  return { venue, frames: frames() };
}

/** Lines of `<receive time> <raw frame>`; what is no such line is passed over. */
async function* lines(path: string, { venue, product }: VenueProduct): AsyncGenerator<RecordedFrame> {
  const input = openBytes(path);
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let rest = Buffer.alloc(0);
  try {
    for (let count = input.read(chunk); count >= 0; count = input.read(chunk)) {
      if (count === 0) await input.ready();
      const bytes = Buffer.concat([rest, chunk.subarray(0, count)]);
      let from = 0;
      for (let feed = bytes.indexOf(10); feed >= 0; feed = bytes.indexOf(10, from)) {
        const frame = frameOf(bytes.toString("utf8", from, feed));
        if (frame !== null) yield { ...frame, url: null, venue, product };
        from = feed + 1;
      }
      rest = bytes.subarray(from);
    }
    const last = frameOf(rest.toString("utf8"));
    if (last !== null) yield { ...last, url: null, venue, product };
    if (input.damage !== null) throw input.damage;
  } finally {
    input.close();
  }
}

function frameOf(line: string): { receivedUs: number; text: string } | null {
  const space = line.indexOf(" ");
  const time = space < 0 ? null : parseTime(line.slice(0, space));
  return time === null ? null : { receivedUs: time.us, text: line.slice(space + 1).trim() };
}

/** Sorted sequences as one; at equal times the first one goes first. */
async function* merge(sources: readonly AsyncIterator<RecordedFrame>[]): AsyncGenerator<RecordedFrame> {
  const heads = await Promise.all(sources.map((source) => source.next()));
  for (;;) {
    let next = -1;
    for (const [i, { done, value }] of heads.entries())
      if (!done && (next < 0 || value.receivedUs < heads[next].value.receivedUs)) next = i;
    if (next < 0) return;
    yield heads[next].value;
    heads[next] = await sources[next].next();
  }
}
