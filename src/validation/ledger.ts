import { appendFile, mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Outcome } from "../engine/outcomes.js";
import type { NotAsked, Verdict } from "./verdict.js";

/** One call to a model, or one signal that was judged without. */
export interface LedgerEntry {
  /** Epoch ms. */
  atMs: number;
  signal: string;
  strategy: string;
  by: Verdict["by"];
  model: string | null;
  verdict: Verdict["verdict"];
  notAsked: NotAsked | null;
  /** Null where no call was made, or the endpoint did not say. */
  inputTokens: number | null;
  outputTokens: number | null;
  /** In the budget's currency; the most that it can have been where the endpoint told no usage (`costIsBound`). */
  cost: number;
  costIsBound: boolean;
  latencyMs: number;
  /** Net edge that was left 100 ms after the signal, bps; null while, or because, it is not known. */
  netBpsAfter100Ms: number | null;
}

/** How often a judge was right: of the approved, those whose edge was still above 0 after 100 ms. */
export interface Precision {
  judged: number;
  approved: number;
  rejected: number;
  /** Approved ones whose outcome is known, and those of them whose edge was still there. */
  known: number;
  held: number;
  /** held / known; null while none is known. */
  precision: number | null;
  /** Rejected ones whose outcome is known, and those whose edge was gone. */
  rejectedKnown: number;
  rejectedGone: number;
}

const KEPT = 10_000;

/** What verdicts cost and what they were worth. In memory the last 10,000; in a file, where one is given, all. */
export class Ledger {
  private readonly file: string | null;
  private readonly entries: LedgerEntry[] = [];
  private readonly bySignal = new Map<string, LedgerEntry>();
  private writing: Promise<void> = Promise.resolve();
  /** What went wrong with the file last; null when nothing did. */
  problem: string | null = null;

  constructor(file: string | null) {
    this.file = file;
  }

  /** Costs of the entries that the file holds, so that a new start does not begin the day's budget anew. */
  async past(): Promise<{ cost: number; atMs: number }[]> {
    if (this.file === null) return [];
    let text: string;
    try {
      text = await readFile(this.file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") this.problem = (error as Error).message;
      return [];
    }
    return text.split("\n").flatMap((line) => {
      try {
        const { cost, atMs } = JSON.parse(line) as LedgerEntry;
        return Number.isFinite(cost) && Number.isFinite(atMs) ? [{ cost, atMs }] : [];
      } catch {
        return []; // the last line of a crash
      }
    });
  }

  add(entry: LedgerEntry): void {
    this.entries.push(entry);
    this.bySignal.set(entry.signal, entry);
    if (this.entries.length > KEPT) {
      const [oldest] = this.entries.splice(0, 1);
      this.bySignal.delete(oldest.signal);
    }
    this.write(entry);
  }

  outcome({ signal, after }: Outcome): void {
    const entry = this.bySignal.get(signal);
    if (entry !== undefined) entry.netBpsAfter100Ms = after.find(({ ms }) => ms === 100)?.netBps ?? null;
  }

  last(count: number): readonly LedgerEntry[] {
    return this.entries.slice(-count);
  }

  /** By judge. */
  precision(): Record<string, Precision> {
    const result: Record<string, Precision> = {};
    for (const { by, verdict, netBpsAfter100Ms: left } of this.entries) {
      if (verdict === null) continue;
      const fresh = { judged: 0, approved: 0, rejected: 0, known: 0, held: 0, precision: null };
      const one: Precision = result[by] ?? { ...fresh, rejectedKnown: 0, rejectedGone: 0 };
      result[by] = one;
      one.judged++;
      if (verdict === "approve") {
        one.approved++;
        if (left !== null) one.known++;
        if (left !== null && left > 0) one.held++;
      } else {
        one.rejected++;
        if (left !== null) one.rejectedKnown++;
        if (left !== null && !(left > 0)) one.rejectedGone++;
      }
      one.precision = one.known === 0 ? null : one.held / one.known;
    }
    return result;
  }

  /** Resolves when all entries are in the file. */
  flushed(): Promise<void> {
    return this.writing;
  }

  private write(entry: LedgerEntry): void {
    const { file } = this;
    if (file === null) return;
    this.writing = this.writing.then(async () => {
      try {
        await mkdir(dirname(file), { recursive: true });
        await appendFile(file, `${JSON.stringify(entry)}\n`);
        this.problem = null;
      } catch (error) {
        this.problem = (error as Error).message;
      }
    });
  }
}
