import { createHash } from "node:crypto";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import type { ResolvedConfig } from "../config.js";
import { CrosstickError } from "../errors.js";
import type { MemoryPlan } from "../kernel/memory.js";
import type { VenueProduct } from "../market/venues.js";
import type { RecordMessage, RecordOrder, RecordStatus } from "../record/status.js";
import type { RecordWorkerData } from "../record/worker.js";
import { version } from "../version.js";

type RecordSection = NonNullable<ResolvedConfig["record"]>;

/** Records the ring to the recorder holds: a quarter of a second at a million records a second. */
export const JOURNAL_RECORDS = 262_144;
/** Bytes of each lane's ring for frames: three of Coinbase's whole books, the longest frames there are. */
export const RAW_BYTES = 16 << 20;
/** Writing what is left and closing the segments may take this long. */
const STOP_MS = 10_000;

/** The thread that writes the journal (and the raw log), as the engine's wiring sees it. */
export class Recorder {
  /** Where the engine hands over its checkpoints. */
  readonly checkpoints: MessagePort;
  /** Resolves when the directory is open. Rejects with JOURNAL_IN_USE, JOURNAL_*. */
  readonly ready: Promise<void>;
  /** The last that the thread told; null before it has begun. */
  status: RecordStatus | null = null;
  private readonly worker: Worker;
  private readonly done: Promise<void>;

  constructor(options: {
    section: RecordSection;
    config: ResolvedConfig;
    memory: WebAssembly.Memory;
    plan: MemoryPlan;
    /** Market of each lane, by its number; those with a byte ring have their frames kept. */
    lanes: readonly VenueProduct[];
    /** Recording stopped, began again, or the thread is lost. */
    onChange: (status: RecordStatus | null, problem: string | null) => void;
  }) {
    const { section, config, memory, plan, lanes, onChange } = options;
    const { port1, port2 } = new MessageChannel();
    this.checkpoints = port1;
    const text = journalConfig(config);
    const workerData: RecordWorkerData = {
      ...{ memory, engine: plan.engine, ring: plan.journal },
      ...{ identities: plan.identities, instrumentCount: plan.instrumentCount, instruments: plan.sizes.instruments },
      ...{ dir: section.dir, fsyncMs: section.fsyncMs, retain: section.retain },
      ...{ segmentBytes: section.segmentMiB * 2 ** 20, segmentMs: section.segmentMinutes * 60_000 },
      rawRings: section.raw ? lanes.map(({ venue, product }, i) => ({ at: plan.lanes[i].raw, venue, product })) : [],
      meta: { config: text, configHash: hashOf(text), version: version() },
      checkpoints: port2,
    };
    this.worker = new Worker(new URL("../record/worker.js", import.meta.url), { workerData, transferList: [port2] });
    let lost = (_error: Error): void => {};
    const failed = new Promise<never>((_, reject) => {
      lost = reject;
    });
    let isReady = (): void => {};
    let isDone = (): void => {};
    this.ready = Promise.race([new Promise<void>((resolve) => (isReady = resolve)), failed]);
    this.done = Promise.race([new Promise<void>((resolve) => (isDone = resolve)), failed]);
    for (const promise of [this.ready, this.done]) promise.catch(() => {});
    this.worker.on("message", (message: RecordMessage) => {
      if (message.type === "ready") isReady();
      else if (message.type === "failed")
        lost(new CrosstickError(message.code, message.message, { exitCode: message.exitCode }));
      else if (message.type === "status" || message.type === "done") {
        const before = this.status?.state;
        this.status = message.status;
        if (before !== undefined && before !== message.status.state) onChange(message.status, message.status.reason);
        if (message.type === "done") isDone();
      }
    });
    const gone = (reason: string): void => {
      lost(new CrosstickError("JOURNAL_LOST", `The recorder's thread ended: ${reason}`));
      this.status = null;
      onChange(null, reason);
    };
    this.worker.on("error", (error) => gone(error.message));
    this.worker.on("exit", () => lost(new CrosstickError("JOURNAL_LOST", "The recorder's thread ended")));
  }

  /** After the engine has closed its rings: everything is written, the segments are closed. */
  async stop(): Promise<void> {
    this.worker.postMessage("stop" satisfies RecordOrder);
    await Promise.race([
      this.done.catch(() => {}),
      new Promise<void>((resolve) => {
        setTimeout(resolve, STOP_MS).unref();
      }),
    ]);
    this.checkpoints.close();
    await this.worker.terminate();
  }
}

/** What of a configuration decides an engine's results, as JSON: it is kept with the journal, and holds no secret. */
export function journalConfig({ version: format, fees, gates, strategies, metrics, memory }: ResolvedConfig): string {
  return JSON.stringify({ version: format, fees, gates, strategies, metrics, memory });
}

/** SHA-256, hexadecimal. */
export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
