import type { RecordedFrame } from "../recorded/frame.js";
import type { Connection } from "../server/connection.js";
import { Stream } from "../server/stream.js";
import type { World } from "../world.js";
import { type DeribitContent, symbolOf } from "./content.js";
import { answer } from "./methods.js";
import { PLATFORM, platformStream } from "./platform.js";
import { RecordedBook } from "./recorded-book.js";
import type { Answer, Params } from "./rpc.js";

/** Whoever asks for one interval gets the one that was recorded: most recordings are `raw`. */
const channelForm = /^(book|trades|ticker|quote|perpetual|incremental_ticker)\.([^.]+)(?:\.(?:raw|100ms|agg2))?$/;

/** A recording of Deribit. A channel that was not recorded is accepted and stays silent. */
export class DeribitRecording implements DeribitContent {
  private readonly table = new Map<string, Stream>();
  private readonly books = new Map<string, RecordedBook>();
  private readonly instruments: Record<string, unknown>[] = [];
  private readonly world: World;
  private readonly listened: () => void;

  /** `listened` is called at each subscription. */
  constructor(world: World, listened: () => void) {
    this.world = world;
    this.listened = listened;
    this.table.set(PLATFORM, platformStream(world));
  }

  stream(name: string): Stream | undefined {
    const known = this.table.get(name);
    if (known !== undefined) return known;
    const match = channelForm.exec(name);
    if (match === null) return undefined;
    const [, channel, symbol] = match;
    const stream = new Stream(
      { venue: "deribit", product: null, symbol, channel, stream: name },
      null,
      this.world.desk,
    );
    stream.opened = this.listened;
    this.table.set(name, stream);
    return stream;
  }

  streams(): Iterable<Stream> {
    return this.table.values();
  }

  /** Who joins a book later gets it whole. */
  greet(stream: Stream, connection: Connection): void {
    const text = stream.place.channel === "book" ? this.books.get(symbolOf(stream.name))?.snapshot(stream.name) : null;
    if (text !== null && text !== undefined) connection.deliver(stream, text);
  }

  updates(): Record<string, number> {
    return {};
  }

  /** Recorded lists of instruments, as far as they were played. */
  call(method: string, params: Params): Answer | null {
    if (method !== "public/get_instruments")
      return answer(method, params, { markets: [], nowMs: this.world.venueMs("deribit"), staleUpdates: 0 });
    const { currency = "any", kind = "any" } = params;
    const listed = this.instruments.filter(
      (one) => (currency === "any" || one.base_currency === currency) && (kind === "any" || one.kind === kind),
    );
    return { result: listed };
  }

  play({ text, url }: RecordedFrame): void {
    const { result, params } = parsed(text);
    if (url?.includes("get_instruments") && Array.isArray(result)) this.instruments.push(...result);
    const recorded = params?.channel === undefined ? null : channelForm.exec(params.channel);
    if (recorded === null || params?.channel === undefined) return; // an answer to the recorder, a heartbeat
    const [, channel, symbol] = recorded;
    if (channel === "book") this.bookOf(symbol).take(params.data);
    for (const stream of this.table.values())
      if (stream.place.channel === channel && stream.place.symbol === symbol)
        stream.publish(text.replace(`"${params.channel}"`, `"${stream.name}"`));
  }

  private bookOf(symbol: string): RecordedBook {
    const book = this.books.get(symbol) ?? new RecordedBook();
    this.books.set(symbol, book);
    return book;
  }
}

interface Message {
  result?: unknown;
  params?: { channel?: string; data?: unknown };
}

/** What is no JSON reaches nobody: it names no channel. */
function parsed(text: string): Message {
  try {
    return (JSON.parse(text) ?? {}) as Message;
  } catch {
    return {};
  }
}
