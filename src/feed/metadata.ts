import { ExponentialBackoff, handleAll, retry } from "cockatiel";
import { resolveInstrument } from "../market/symbols.js";
import { wholeList } from "../venues/instrument-list.js";
import type { InstrumentMetadata, ListPage, MetadataSource } from "../venues/venue.js";
import type { LiveLaneSpec, Say } from "./live-spec.js";
import type { RestGate } from "./rest-gate.js";

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;

/** How badly a lane needs the venue's own list before it can count quantities. */
export type MetadataNeed = "none" | "wanted" | "required";

/** Sizes in base coin need nothing; contracts of a known size may have changed; those of an unknown one must be told. */
export function metadataNeed({ venue, product }: LiveLaneSpec, symbols: readonly string[]): MetadataNeed {
  const units = symbols.map((symbol) => resolveInstrument(venue, product, symbol).unit);
  if (units.includes("unknown")) return "required";
  return units.some((unit) => unit !== "base") ? "wanted" : "none";
}

/** A venue's own list of the instruments of one product, fetched before a lane subscribes. */
export class Metadata {
  private readonly source: MetadataSource;
  private readonly gate: RestGate;
  private readonly say: Say;
  private readonly stopped = new AbortController();

  constructor(source: MetadataSource, gate: RestGate, say: Say) {
    this.source = source;
    this.gate = gate;
    this.say = say;
  }

  stop(): void {
    this.stopped.abort();
  }

  /** The list; null when it could not be had and is not required, or when stopped. A required one is asked for until it comes. */
  async fetch(need: MetadataNeed): Promise<InstrumentMetadata[] | null> {
    if (need === "none") return null;
    const maxAttempts = need === "required" ? Number.POSITIVE_INFINITY : 0;
    const policy = retry(handleAll, {
      maxAttempts,
      backoff: new ExponentialBackoff({ initialDelay: FIRST_RETRY_MS, maxDelay: LAST_RETRY_MS }),
    });
    policy.onFailure(({ reason }) => {
      const text = "error" in reason ? reason.error.message : "";
      const then =
        need === "required" ? "asked for again" : "contract sizes are those known when this version was made";
      this.say("warn", `list of instruments: ${text}; ${then}`);
    });
    try {
      return await policy.execute(() => wholeList(this.source, (path) => this.page(path)), this.stopped.signal);
    } catch {
      return null;
    }
  }

  private async page(path: string): Promise<ListPage> {
    const reply = await this.gate.get(path);
    if (reply === null) throw new Error(`${this.gate.base} is not asked for now`);
    if (reply.status !== 200) throw new Error(`HTTP ${reply.status}`);
    return this.source.read(JSON.parse(Buffer.from(reply.body).toString("utf8")));
  }
}
