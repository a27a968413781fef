import type { RecordedFrame } from "../recorded/frame.js";
import { RecordedReplies } from "../recorded/replies.js";
import { Stream } from "../server/stream.js";
import type { HttpReply } from "../venue.js";
import type { World } from "../world.js";
import { type HtxContent, type HtxProduct, symbolOf } from "./content.js";

const topicForm = /^(?:market|public)\.[\w-]+\.[\w.]+$/;

/** A recording of HTX. A topic that was not recorded is accepted and stays silent; a request is never answered. */
export class HtxRecording implements HtxContent {
  private readonly table = new Map<string, Stream>();
  private readonly replies = new RecordedReplies();
  private readonly world: World;
  private readonly listened: () => void;

  /** `listened` is called at each subscription. */
  constructor(world: World, listened: () => void) {
    this.world = world;
    this.listened = listened;
  }

  stream(product: HtxProduct, topic: string): Stream | undefined {
    if (!topicForm.test(topic)) return undefined;
    const known = this.table.get(topic);
    if (known !== undefined) return known;
    const place = {
      ...{ venue: "htx", product, symbol: symbolOf(topic), channel: topic.split(".")[2], stream: topic },
    } as const;
    const stream = new Stream(place, null, this.world.desk);
    stream.opened = this.listened;
    this.table.set(topic, stream);
    return stream;
  }

  streams(): Iterable<Stream> {
    return this.table.values();
  }

  /** Whole books come ten times a second: nobody has to be given one. */
  greet(): void {}

  request(): null {
    return null;
  }

  answer({ pathname }: URL): HttpReply | Promise<HttpReply> {
    const ts = Math.floor(this.world.venueMs("htx"));
    if (pathname === "/v1/common/timestamp") return { status: 200, body: JSON.stringify({ status: "ok", data: ts }) };
    if (pathname === "/api/v1/timestamp") return { status: 200, body: JSON.stringify({ status: "ok", ts }) };
    return pathname.endsWith("_info") ? this.replies.answerNow(pathname) : this.replies.answer(pathname);
  }

  play({ text, url }: RecordedFrame): void {
    if (url !== null) {
      this.replies.add(new URL(url, "http://recorded").pathname, text);
      return;
    }
    const topic = /"(?:ch|topic)"\s*:\s*"([^"]+)"/.exec(text.slice(0, 200))?.[1];
    if (topic === undefined) return; // a ping, or an answer to the recorder
    this.table.get(topic)?.publish(text);
    // Who asks for changes gets what was recorded in their place: the whole book each time, under its own name.
    const [prefix, symbol, channel] = topic.split(".");
    if (channel !== "depth" || !topic.endsWith(".step0")) return;
    for (const levels of [20, 150]) this.table.get(`${prefix}.${symbol}.depth.size_${levels}.high_freq`)?.publish(text);
  }

  ended(): void {
    this.replies.ended();
  }
}
