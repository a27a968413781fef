import type { ResolvedConfig } from "../config.js";
import { CrosstickError, EXIT } from "../errors.js";
import type { LiveLaneSpec } from "../feed/live-spec.js";
import type { Instrument } from "../market/instrument.js";
import { nearest } from "../market/nearest.js";
import { tardisSymbol } from "../market/recorders.js";
import { resolveInstrument, resolveUnified } from "../market/symbols.js";
import { PRODUCTS_OF, type ProductName, type VenueName } from "../market/venues.js";
import { supportedVenues, venueNamed } from "../venues/index.js";
import type { Channel } from "../venues/venue.js";

type Feed = ResolvedConfig["feeds"][number];
type Addresses = Partial<Record<string, Partial<Record<string, Pick<LiveLaneSpec, "socket" | "rest" | "backups">>>>>;

/** What is asked for unless a feed says which channels it wants. */
const SPOT_CHANNELS: readonly Channel[] = ["book", "bbo", "trade"];
const OPTION_CHANNELS: readonly Channel[] = [...SPOT_CHANNELS, "options"];
const DERIVATIVE_CHANNELS: readonly Channel[] = [...SPOT_CHANNELS, "mark", "funding", "openInterest", "liquidation"];

export interface FeedsPlan {
  lanes: LiveLaneSpec[];
  instruments: Instrument[];
  /** What the configuration asks for and this version leaves out, in words. */
  leftOut: string[];
}

/**
 * Feeds of a configuration as lanes: one a product of a venue and address.
 * @throws FEED_SYMBOL (configuration) for a symbol that the venue's products cannot mean.
 */
export function planFeeds({
  feeds,
  endpoints,
  connections,
  proxy,
}: Pick<ResolvedConfig, "feeds" | "endpoints" | "connections" | "proxy">): FeedsPlan {
  const lanes = new Map<string, LiveLaneSpec>();
  const instruments = new Map<string, Instrument>();
  const leftOut: string[] = [];
  for (const feed of feeds) {
    if (!supportedVenues().includes(feed.venue)) {
      leftOut.push(`${feed.venue} is not supported in this version: its feed is left out`);
      continue;
    }
    for (const symbol of feed.symbols) {
      const instrument = instrumentOf(feed.venue, symbol);
      const { product, rawSymbol, id } = instrument;
      if (instruments.has(id)) continue;
      instruments.set(id, instrument);
      const usual = (endpoints as Addresses)[feed.venue]?.[product];
      const relay = feed.relay;
      const socket = feed.endpoint ?? usual?.socket;
      const rest = feed.rest ?? usual?.rest;
      const key = [feed.venue, product, relay ?? "", feed.receive, socket ?? "", rest ?? ""].join(" ");
      const lane = lanes.get(key) ?? {
        ...{ index: lanes.size, venue: feed.venue, product, wanted: [], settings: { ...connections, proxy } },
        ...{ receive: feed.receive, relay, socket, rest, backups: relay === undefined ? usual?.backups : undefined },
      };
      lanes.set(key, lane);
      const name = relay === undefined ? rawSymbol : tardisSymbol(feed.venue, product, rawSymbol);
      lane.wanted.push({ symbol: name, channels: channelsOf(feed, product) });
    }
  }
  return { lanes: [...lanes.values()], instruments: [...instruments.values()], leftOut };
}

function channelsOf(feed: Feed, product: ProductName): readonly Channel[] {
  return (
    feed.channels ?? (product === "spot" ? SPOT_CHANNELS : product === "option" ? OPTION_CHANNELS : DERIVATIVE_CHANNELS)
  );
}

/** A unified symbol, or the venue's own where only one product can mean it. */
function instrumentOf(venue: VenueName, symbol: string): Instrument {
  const unified = resolveUnified(venue, symbol);
  if (unified !== null && venueNamed(venue).products.includes(unified.product)) return unified;
  const candidates = PRODUCTS_OF[venue]
    .map((product) => resolveInstrument(venue, product, symbol))
    .filter(({ base }) => base !== null);
  if (candidates.length === 1) return candidates[0];
  const hint =
    candidates.length > 1
      ? `may be ${candidates.map(({ symbol: name }) => name).join(" or ")}`
      : `is no symbol of ${venue}; did you mean ${nearest(symbol, ["BTC/USDT", "BTC/USDT:USDT", "BTC/USD:BTC"])}?`;
  throw new CrosstickError("FEED_SYMBOL", `${venue}: ${symbol} ${hint}`, { exitCode: EXIT.configuration });
}
