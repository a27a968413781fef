import * as L from "crosstick/internal/layout";
import { describe, expect, test } from "vitest";
import { type Moment, playInOneThread } from "./one-thread.js";
import { binanceRecordings, hasRecordings } from "./shared-data.js";

type Touch = [bid: number, bidSize: number, ask: number, askSize: number];

const venueTouch = ({ value }: Moment): Touch => [
  value(L.INSTRUMENT_BBO_BID),
  value(L.INSTRUMENT_BBO_BID_SIZE),
  value(L.INSTRUMENT_BBO_ASK),
  value(L.INSTRUMENT_BBO_ASK_SIZE),
];

const bookTouch = ({ kernel, book }: Moment): Touch => [
  kernel.bookBestBid(book),
  kernel.bookBestBidSize(book),
  kernel.bookBestAsk(book),
  kernel.bookBestAskSize(book),
];

/** Compares the rebuilt book with the venue's own best bid and offer wherever both carry the same update id. */
class Comparison {
  equal = 0;
  readonly mismatches: { id: bigint; venue: Touch; book: Touch }[] = [];
  /** What the venue's channel said, by instrument and update id: it may come before or after the change itself. */
  private readonly said = new Map<string, Touch>();
  private readonly compared = new Set<string>();

  look(moment: Moment): void {
    const { kind, instrument, sequence, bookSequence, state } = moment;
    if (kind === L.KIND_BBO) this.said.set(`${instrument} ${sequence}`, venueTouch(moment));
    const key = `${instrument} ${bookSequence}`;
    const venue = this.said.get(key);
    if (state !== L.STATE_LIVE || venue === undefined || this.compared.has(key)) return;
    this.compared.add(key);
    const book = bookTouch(moment);
    if (venue.every((value, i) => value === book[i])) this.equal++;
    else this.mismatches.push({ id: bookSequence, venue, book });
  }
}

/** Comparisons that each recording allows: most changes end at an id of which the other channel says nothing. */
const comparisons: Record<string, number> = {
  "spot/btcusdt_20240808.gz": 564,
  "spot/ethusdt_20240808.gz": 577,
  "usdm/btcusdt_20240808.gz": 629,
  "usdm/ethusdt_20240808.gz": 551,
  "usdm/btcusdt_20230404.dat.gz": 310,
  "cm/btcusd_perp_20240808.gz": 1124,
  "cryptofeed/BINANCE.jsonl.gz": 26,
  "cryptofeed/BINANCE_FUTURES.jsonl.gz": 50,
};

describe.skipIf(!hasRecordings)("the rebuilt touch is the venue's, where the update ids agree", () => {
  test.each(binanceRecordings.map((recording) => ({ recording, name: recording.path.split("/").slice(-2).join("/") })))(
    "$name",
    async ({ recording, name }) => {
      const comparison = new Comparison();
      await playInOneThread(recording, (moment) => comparison.look(moment));
      expect(comparison.mismatches).toEqual([]);
      expect(comparison.equal).toBe(comparisons[name]);
    },
  );
});
