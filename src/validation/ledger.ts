import { appendFile, mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Outcome, OutcomeAt } from "../engine/outcomes.js";
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
  /** In `currency`; the most that it can have been where the endpoint told no usage (`costIsBound`). */
  cost: number;
  costIsBound: boolean;
  /** Null without an endpoint: nothing was paid. */
  currency: string | null;
  /** What the cost was reckoned with. */
  pricePerMillionTokens: { input: number; output: number } | null;
  latencyMs: number;
  /** Net edge that was left 100 ms after the signal, bps; null while, or because, it is not known. */
  netBpsAfter100Ms: number | null;
  /** What became of the signal, 10 ms to 1 s after it; null while it is not known. */
  after: readonly OutcomeAt[] | null;
}

/** The file's second kind of line: what became of a signal, for the last entry of that signal before it. */
interface OutcomeLine {
  outcome: string;
  after: readonly OutcomeAt[];
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

/**
 * What verdicts cost and what they were worth. In memory the last 10,000, of earlier runs too; in a file, where one is
 * given, all.
 */
export class Ledger {
  private readonly file: string | null;
  private readonly entries: LedgerEntry[] = [];
  /** Entries of this run whose outcome is awaited. */
  private readonly awaiting = new Map<string, LedgerEntry>();
  /** Outcomes that came before their verdict: a model may think longer than the second that they take. */
  private readonly early = new Map<string, readonly OutcomeAt[]>();
  private writing: Promise<void> = Promise.resolve();
  /** What went wrong with the file last; null when nothing did. */
  problem: string | null = null;

  constructor(file: string | null) {
    this.file = file;
  }

  /**
   * Takes up what the file holds: the last entries and their outcomes. Returns the costs of all, so that a new start
   * does not begin the day's budget anew.
   */
  async past(): Promise<{ cost: number; atMs: number }[]> {
    if (this.file === null) return [];
    let text: string;
    try {
      text = await readFile(this.file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") this.problem = (error as Error).message;
      return [];
    }
    const lines = text.split("\n").flatMap(parsed);
    this.entries.unshift(...entriesOf(lines).slice(-KEPT));
    return lines.filter(isEntry).map(({ cost, atMs }) => ({ cost, atMs }));
  }

  add(entry: LedgerEntry): void {
    const early = this.early.get(entry.signal);
    this.early.delete(entry.signal);
    const known = early === undefined ? entry : withOutcome(entry, early);
    this.entries.push(known);
    if (this.entries.length > KEPT) this.entries.shift();
    if (early === undefined) remember(this.awaiting, entry.signal, known);
    this.write(known);
  }

  /** Of any signal: what nobody judges is forgotten after a while. */
  outcome({ signal, after }: Outcome): void {
    const entry = this.awaiting.get(signal);
    if (entry === undefined) {
      remember(this.early, signal, after);
      return;
    }
    this.awaiting.delete(signal);
    Object.assign(entry, withOutcome(entry, after));
    this.write({ outcome: signal, after });
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

  private write(line: LedgerEntry | OutcomeLine): void {
    const { file } = this;
    if (file === null) return;
    this.writing = this.writing.then(async () => {
      try {
        await mkdir(dirname(file), { recursive: true });
        await appendFile(file, `${JSON.stringify(line)}\n`);
        this.problem = null;
      } catch (error) {
        this.problem = (error as Error).message;
      }
    });
  }
}

const CONFIDENCE_MS = 100;

function withOutcome(entry: LedgerEntry, after: readonly OutcomeAt[]): LedgerEntry {
  return { ...entry, after, netBpsAfter100Ms: after.find(({ ms }) => ms === CONFIDENCE_MS)?.netBps ?? null };
}

/** Keeps the last ones. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  if (map.size > KEPT) map.delete(map.keys().next().value as string);
}

/** Nothing for a line that is none, such as the last one of a crash. */
function parsed(line: string): (LedgerEntry | OutcomeLine)[] {
  try {
    const value = JSON.parse(line) as LedgerEntry | OutcomeLine | null;
    return value !== null && ("outcome" in value || isEntry(value)) ? [value] : [];
  } catch {
    return [];
  }
}

function isEntry(line: LedgerEntry | OutcomeLine): line is LedgerEntry {
  return "cost" in line && Number.isFinite(line.cost) && Number.isFinite(line.atMs);
}

/** Entries with the outcomes that follow them. A run's signals are numbered from 1, so the last entry of a name is meant. */
function entriesOf(lines: readonly (LedgerEntry | OutcomeLine)[]): LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  const last = new Map<string, number>();
  for (const line of lines) {
    if (isEntry(line)) {
      last.set(line.signal, entries.length);
      entries.push(line);
      continue;
    }
    const at = last.get(line.outcome);
    if (at !== undefined) entries[at] = withOutcome(entries[at], line.after);
  }
  return entries;
}
