// A journal's ring that a test fills with random messages, a recorder on the test's own clock, and a way to play
// what was recorded into another ring.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemory, planMemory, type Views, viewsOf } from "crosstick/internal/kernel/memory";
import * as L from "crosstick/internal/layout";
import { diskFiles, type JournalFiles } from "crosstick/internal/record/files";
import { SEGMENT_JOURNAL } from "crosstick/internal/record/format";
import { IdentityTable } from "crosstick/internal/record/identity-table";
import { openJournal } from "crosstick/internal/record/journal";
import { JournalPlayer, PLAY_DONE } from "crosstick/internal/record/journal-player";
import { Recorder } from "crosstick/internal/record/recorder";
import { SegmentLog } from "crosstick/internal/record/segment-log";
import { RingReader } from "crosstick/internal/ring/reader";
import { RingWriter } from "crosstick/internal/ring/writer";
import { generator } from "../ring/numbers.js";

const INSTRUMENTS = 64;

export function memoryPlan(records: number) {
  return planMemory({
    lanes: [1],
    ringRecords: records,
    scratchBytes: 1024,
    instruments: INSTRUMENTS,
    bookLevels: 16,
    vwapTrades: 1,
    windowBytes: 0,
    consumers: [records],
  });
}

export function temporaryFolder(): { dir: string; remove: () => void } {
  const dir = mkdtempSync(join(tmpdir(), "crosstick-journal-"));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** Writes random messages into a ring and remembers their bytes. */
export class MessageSource {
  readonly sent: Buffer[] = [];
  readonly writer: RingWriter;
  readonly views: Views;
  readonly random: () => number;
  private readonly place: ReturnType<typeof memoryPlan>;
  private timeUs = 1_700_000_000_000_000;
  private instruments = 0;

  constructor(views: Views, place: ReturnType<typeof memoryPlan>, ring: number, seed: number) {
    this.views = views;
    this.place = place;
    this.writer = new RingWriter(views, ring, 0);
    this.random = generator(seed);
  }

  /** Some messages, an instrument among them now and then. */
  messages(count: number, longest = 6): void {
    for (let i = 0; i < count; i++) {
      if (this.instruments < INSTRUMENTS && this.random() < 0.01) this.instrument();
      const length = 1 + Math.floor(this.random() * longest);
      // Lanes are not ordered among themselves: receive times run back now and then.
      this.timeUs += Math.floor(this.random() * 2000) - 300;
      for (let n = 0; n < length; n++) this.record(n === length - 1);
    }
    this.writer.publish();
  }

  checkpoint(lostMessages = 0, lostRecords = 0): void {
    this.writer.control(L.KIND_CHECKPOINT, 0, L.INSTRUMENT_NONE, this.timeUs, 0, [lostMessages, lostRecords]);
    this.writer.publish();
  }

  private instrument(): void {
    const index = this.instruments++;
    const { u8, u32 } = this.views;
    const at = this.place.identities + index * L.IDENTITY_BYTES;
    const name = `COIN${index}USDT`;
    for (let i = 0; i < name.length; i++) u8[at + L.IDENTITY_NAME + i] = name.charCodeAt(i);
    u32[(at + L.IDENTITY_NAME_LENGTH) >> 2] = name.length;
    u32[this.place.instrumentCount >> 2] = this.instruments;
    this.writer.control(L.KIND_INSTRUMENT, 0, index, this.timeUs, 0, []);
    this.remember(this.writer.at(-1));
  }

  private record(isLast: boolean): void {
    const { u8, f64 } = this.views;
    const at = this.writer.at(0);
    for (let i = 0; i < L.RECORD_BYTES; i++) u8[at + i] = Math.floor(this.random() * 256);
    u8[at + L.RECORD_KIND] = L.KIND_BBO + Math.floor(this.random() * 10);
    u8[at + L.RECORD_FLAGS] = (u8[at + L.RECORD_FLAGS] & ~L.FLAG_LAST) | (isLast ? L.FLAG_LAST : 0);
    f64[(at + L.RECORD_RECEIVED_TIME_US) >> 3] = this.timeUs;
    this.remember(at);
    this.writer.commit(1);
  }

  private remember(at: number): void {
    this.sent.push(Buffer.from(this.views.u8.slice(at, at + L.RECORD_BYTES)));
  }
}

export interface RigOptions {
  seed?: number;
  ringRecords?: number;
  files?: JournalFiles;
  number?: number;
  position?: number;
  segmentBytes?: number;
  fsyncMs?: number;
}

/** A recorder that a test drives turn by turn. */
export function recorderRig(dir: string, options: RigOptions = {}) {
  const place = memoryPlan(options.ringRecords ?? 65_536);
  const views = viewsOf(createMemory(place));
  const [ring] = place.consumers;
  const clock = { ms: 0 };
  const synced: number[] = [];
  const safe = { since: Number.NaN };
  const states: ArrayBuffer[] = [];
  const log = new SegmentLog({
    files: options.files ?? diskFiles,
    dir,
    kind: SEGMENT_JOURNAL,
    nowMs: () => clock.ms,
    wallUs: () => 1_700_000_000_000_000,
    fsyncMs: options.fsyncMs ?? 1000,
    configHash: "ab".repeat(32),
    meta: { version: "0.0.0", config: "{}" },
    number: options.number ?? 1,
    synced: (since, position) => {
      synced.push(position);
      safe.since = since;
    },
  });
  const recorder = new Recorder({
    views,
    ring,
    engine: place.engine,
    identities: new IdentityTable(views, { ...place, instruments: INSTRUMENTS }),
    log,
    position: options.position ?? 0,
    segmentBytes: options.segmentBytes ?? 256 << 20,
    segmentMs: 3_600_000,
    takeCheckpoint: () => states.shift() ?? null,
  });
  const source = new MessageSource(views, place, ring, options.seed ?? 1);
  return {
    ...{ place, views, clock, synced, safe, states, log, recorder, source },
    /** Lets the clock run so that whatever waits is written, and synced. */
    async settle(): Promise<void> {
      clock.ms += 10;
      recorder.turn();
      clock.ms += 2000;
      recorder.turn();
      while (!log.queue.idle) await new Promise(setImmediate);
    },
    async end(): Promise<void> {
      while (recorder.turn());
      recorder.end();
      while (!log.queue.idle) await new Promise(setImmediate);
    },
    get wantsCheckpoint(): boolean {
      return views.u32[(place.engine + L.ENGINE_CHECKPOINT_REQUEST) >> 2] === 1;
    },
  };
}

/** The records of a journal's part, played through a ring. */
export function played(dir: string, options: { part?: number; from?: number; toUs?: number; ring?: number } = {}) {
  const place = memoryPlan(options.ring ?? 4096);
  const views = viewsOf(createMemory(place));
  const [{ ring }] = place.lanes;
  const journal = openJournal(dir);
  const { segments } = journal.parts[options.part ?? 0];
  const writer = new RingWriter(views, ring, 0);
  const reader = new RingReader(views, ring);
  const identities = new IdentityTable(views, { ...place, instruments: INSTRUMENTS });
  const toUs = options.toUs ?? Number.POSITIVE_INFINITY;
  const player = new JournalPlayer(segments.slice(options.from ?? 0), writer, identities, toUs);
  const records: Buffer[] = [];
  for (;;) {
    const result = player.pump(Number.POSITIVE_INFINITY);
    reader.drain((at) => records.push(Buffer.from(views.u8.slice(at, at + L.RECORD_BYTES))), 4096);
    if (result === PLAY_DONE) break;
  }
  return { journal, player, records, views, place };
}
