import { CrosstickError, EXIT } from "../errors.js";
import { findInstrument } from "../market/find-instrument.js";
import type { Instrument } from "../market/instrument.js";
import { productOfSymbol, resolveInstrument, resolveUnified } from "../market/symbols.js";
import type { ProductName, VenueName } from "../market/venues.js";
import { venueNamed } from "../venues/index.js";
import { wholeList } from "../venues/instrument-list.js";
import type { InstrumentListing, UnifiedBook, UnifiedTicker, VenueQueries } from "../venues/queries.js";
import { queriedVenues, queriesOf } from "../venues/queries-of.js";
import type { InstrumentMetadata, ListPage } from "../venues/venue.js";
import type { QueryDesk } from "./desk.js";
import { listedInstrument, listing } from "./listing.js";
import { unifiedBook, unifiedTicker } from "./unified.js";

interface Listed {
  instrument: Instrument;
  metadata: InstrumentMetadata;
}

/** Questions about markets that are answered by the venues' HTTP interfaces, in one form for all venues. */
export class MarketQueries {
  readonly desk: QueryDesk;
  /** Lists fetched so far, or under way. */
  private readonly lists = new Map<string, Promise<Listed[]>>();

  constructor(desk: QueryDesk) {
    this.desk = desk;
  }

  async ticker(instrument: Instrument): Promise<UnifiedTicker> {
    const { venue, product } = instrument;
    const figures = await this.desk.ask(venue, product, (await queriesFor(venue)).ticker(instrument));
    return unifiedTicker(instrument, figures);
  }

  async book(instrument: Instrument, depth: number): Promise<UnifiedBook> {
    const { venue, product } = instrument;
    const figures = await this.desk.ask(venue, product, (await queriesFor(venue)).book(instrument, depth));
    return unifiedBook(instrument, figures, depth);
  }

  async instruments(venue: VenueName, product: ProductName): Promise<InstrumentListing[]> {
    const list = await this.list(venue, product);
    return list.map(({ instrument, metadata }) => listing(instrument, metadata));
  }

  /**
   * The one instrument that a venue means by a symbol, unified or its own. The venue's own list is fetched
   * only where the symbol alone leaves the market or the size of a contract open.
   * @throws SYMBOL_UNKNOWN, SYMBOL_AMBIGUOUS, and what asking for the list throws
   */
  async find(venue: VenueName, symbol: string, only: ProductName | null = null): Promise<Instrument> {
    const products = venueNamed(venue).products.filter((product) => only === null || product === only);
    const unified = resolveUnified(venue, symbol);
    const certain =
      unified !== null
        ? [unified].filter(({ product, inferred }) => products.includes(product) && !inferred)
        : products
            .map((product) => resolveInstrument(venue, product, symbol))
            .filter(({ base, inferred }) => base !== null && !inferred);
    if (certain.length === 1 && certain[0].unit !== "unknown") return certain[0];
    // A unified symbol says its market even where the pair itself is a guess.
    const told = certain.length === 1 ? certain[0].product : productOfSymbol(venue, symbol);
    const wanted = told !== null && products.includes(told) ? [told] : products;
    const lists = await Promise.allSettled(wanted.map((product) => this.list(venue, product)));
    const known = lists.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
    try {
      const name = `${venue}${only === null ? "" : `.${only}`}:${symbol}`;
      return findInstrument(
        name,
        known.map(({ instrument }) => instrument),
      );
    } catch (error) {
      // It may stand in the list that did not come.
      const failed = lists.find((one) => one.status === "rejected");
      throw failed?.reason ?? error;
    }
  }

  private list(venue: VenueName, product: ProductName): Promise<Listed[]> {
    const key = `${venue}.${product}`;
    const known = this.lists.get(key);
    if (known !== undefined) return known;
    const list = this.fetchList(venue, product);
    this.lists.set(key, list);
    list.catch(() => this.lists.delete(key));
    return list;
  }

  private async fetchList(venue: VenueName, product: ProductName): Promise<Listed[]> {
    const source = (await queriesFor(venue)).instruments(product);
    const page = (path: string): Promise<ListPage> =>
      this.desk.ask(venue, product, {
        paths: [path],
        read([body]) {
          try {
            return source.read(body);
          } catch (cause) {
            if (cause instanceof CrosstickError) throw cause;
            const problem = cause instanceof Error ? cause.message : String(cause);
            throw unreadable(venue, product, `${problem}; it begins ${JSON.stringify(body).slice(0, 120)}`);
          }
        },
      });
    const all = await wholeList(source, page).catch((cause) => {
      throw cause instanceof CrosstickError ? cause : unreadable(venue, product, String(cause.message));
    });
    return all.map((metadata) => ({ instrument: listedInstrument(venue, product, metadata), metadata }));
  }
}

/** @throws VENUE_NOT_SUPPORTED */
export async function queriesFor(venue: VenueName): Promise<VenueQueries> {
  const queries = await queriesOf(venue);
  if (queries !== null) return queries;
  const message = `${venue} cannot be asked by HTTP in this version; there are: ${queriedVenues().join(", ")}`;
  throw new CrosstickError("VENUE_NOT_SUPPORTED", message, { exitCode: EXIT.usage });
}

function unreadable(venue: VenueName, product: ProductName, problem: string): CrosstickError {
  return new CrosstickError("VENUE_REPLY", `${venue}.${product} list of instruments cannot be read: ${problem}`);
}
