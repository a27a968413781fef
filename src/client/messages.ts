import type { Alert } from "../alerts/alert.js";
import type { Outcome } from "../engine/outcomes.js";
import type { Signal } from "../engine/signal.js";
import type { ChannelKind } from "../stream/channels.js";
import type * as Data from "../stream/data.js";
import type { BookSnapshotData, BookUpdateData } from "../stream/protocol.js";
import type { Verdict } from "../validation/verdict.js";

/** Data of the updates of each kind of channel. */
export interface UpdateData {
  bbo: Data.TouchData;
  trade: Data.TradeData;
  /** Absolute sizes; 0 removes the level. */
  book: BookUpdateData;
  metrics: Data.MetricsData;
  mark: Data.MarkData;
  funding: Data.FundingData;
  liquidation: Data.LiquidationData;
  options: unknown;
  pair: Data.FiguresData;
  signal: Signal;
  refusal: Data.RefusalData;
  verdict: Verdict;
  outcome: Outcome;
  status: Data.StatusData;
  clock: Data.ClockData;
  latency: Data.LatencyData;
  alert: Alert;
}

/** Data of a snapshot: of events the last one, of a book the whole of it, best first. */
export type SnapshotData = Omit<UpdateData, "book"> & { book: BookSnapshotData };

interface Common<K extends ChannelKind> {
  kind: K;
  /** `bbo.binance:BTC/USDT` */
  ch: string;
  /** Number in the channel and the server's session. With `bin` the updates of one message share it. */
  seq: number;
  /** Nanoseconds since 1970, as text. */
  ts: string;
  /** Earlier messages of the channel that went into this one, or that it replaced: policy `latest`. */
  conflated: number;
}

/** What now is; null when there is nothing yet. Comes first, and after any break: it replaces what was known. */
export interface Snapshot<K extends ChannelKind = ChannelKind> extends Common<K> {
  type: "snapshot";
  data: SnapshotData[K] | null;
}

export interface Update<K extends ChannelKind = ChannelKind> extends Common<K> {
  type: "update";
  data: UpdateData[K];
}

/**
 * Why messages of a channel are missing:
 * - `dropped`: the server left them out, for this reader was slow (policy `latest`);
 * - `resume`: they came while the connection was away, and the server did not keep them;
 * - `session`: the server was started anew and counts afresh;
 * - `overflow`: the reader of a subscription of policy `all` was too slow for its queue;
 * - `jump`: their numbers never came. That would be a fault of the server, or of something between.
 */
export type GapReason = "dropped" | "resume" | "session" | "overflow" | "jump";

/** Messages of a channel that are missing. What it holds now comes next, as a snapshot or an update. */
export interface Gap {
  type: "gap";
  reason: GapReason;
  ch: string;
  /** Numbers of the last message before and the last one missing; `session`: of the new session's first. */
  from: number;
  to: number;
  /**
   * How many; null when nobody can know. After `resume` a reset of the channel counts as one, and what happened while
   * nobody followed it (after 30 s of absence) was not numbered.
   */
  count: number | null;
}

/** The server refuses a channel, or a command. `ch` is null when it is about no single channel. */
export interface Refused {
  type: "refused";
  ch: string | null;
  /** `STREAM_…`, listed in docs/errors.md. */
  code: string;
  message: string;
}

/** What a subscription brings. Tell them apart by `type`, then by `kind`. */
export type Item<K extends ChannelKind = ChannelKind> =
  | { [Kind in K]: Snapshot<Kind> | Update<Kind> }[K]
  | Gap
  | Refused;

/** A message of any channel, before its data are looked at. */
export interface Message extends Common<ChannelKind> {
  type: "snapshot" | "update";
  data: unknown;
}
/** What goes through the queues. */
export type AnyItem = Message | Gap | Refused;

/** Kind of a channel's name or pattern; all kinds when it is not known while compiling. */
export type KindOf<C extends string> = string extends C
  ? ChannelKind
  : C extends `${infer K}.${string}`
    ? Extract<ChannelKind, K>
    : Extract<ChannelKind, C>;

export function kindOf(channel: string): ChannelKind {
  const dot = channel.indexOf(".");
  return (dot < 0 ? channel : channel.slice(0, dot)) as ChannelKind;
}

type Told = Pick<Message, "type" | "ch" | "seq" | "ts"> & { data?: unknown };

/** A message as the server told it. */
export function messageOf({ type, ch, seq, ts, data }: Told): Message {
  return { type, kind: kindOf(ch), ch, seq, ts, data: data ?? null, conflated: 0 };
}
