import * as L from "../layout.js";
import { Cadence } from "./cadence.js";

/** Channels whose silence means something; liquidations are silent by nature, and what is polled is no stream. */
export const WATCHED_CHANNELS = ["book", "bbo", "trade", "mark"] as const;
export type WatchedChannel = (typeof WATCHED_CHANNELS)[number];

const CHANNELS = WATCHED_CHANNELS.length;
/** Place in WATCHED_CHANNELS by KIND_* of a record; 255 for what is not watched. */
const PLACE_OF_KIND = new Uint8Array(64).fill(255);
for (const [kind, place] of [
  [L.KIND_DEPTH, 0],
  [L.KIND_SNAPSHOT, 0],
  [L.KIND_BBO, 1],
  [L.KIND_TRADE, 2],
  [L.KIND_MARK, 3],
  [L.KIND_FUNDING, 3],
])
  PLACE_OF_KIND[kind] = place;

/** When each channel of each instrument of a lane spoke last, and how often it does. */
export class Liveness {
  private readonly cadences: (Cadence | undefined)[] = [];
  /** Link by which a channel came last, by the same index; 0 before any. */
  private readonly links: number[] = [];

  /**
   * Hot: so many messages of an instrument came by a link, all at once. `kinds` is KIND_* of their first records, and of
   * the second ones 8 bits higher where that is another (tickers that bring a touch and a mark).
   */
  seen(instrument: number, kinds: number, link: number, us: number, messages = 1): void {
    const place = PLACE_OF_KIND[kinds & 0xff];
    if (place !== 255) this.spoke(instrument, place, link, us, messages);
    if (kinds < 256) return;
    const other = PLACE_OF_KIND[kinds >>> 8];
    if (other !== 255 && other !== place) this.spoke(instrument, other, link, us, messages);
  }

  private spoke(instrument: number, place: number, link: number, us: number, messages: number): void {
    const index = instrument * CHANNELS + place;
    const cadence = this.at(index);
    this.links[index] = link;
    cadence.seen(us, messages);
  }

  /** The cadence of a channel; one that has seen nothing where none came yet. */
  of(instrument: number, channel: WatchedChannel): Cadence {
    return this.at(instrument * CHANNELS + WATCHED_CHANNELS.indexOf(channel));
  }

  /** The link by which a channel came last; 0 before any. */
  linkOf(instrument: number, channel: WatchedChannel): number {
    return this.links[instrument * CHANNELS + WATCHED_CHANNELS.indexOf(channel)] ?? 0;
  }

  /** A connection ended: the channels that came by it begin anew. */
  ended(link: number): void {
    for (let index = 0; index < this.links.length; index++)
      if (this.links[index] === link) this.cadences[index]?.begin();
  }

  private at(index: number): Cadence {
    const known = this.cadences[index];
    if (known !== undefined) return known;
    const fresh = new Cadence();
    this.cadences[index] = fresh;
    return fresh;
  }
}
