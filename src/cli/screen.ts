import type { Signal } from "../engine/signal.js";
import type { EngineStatus } from "../live/status.js";
import type { InstrumentStatus } from "../stream/data.js";
import type { Colour } from "./output.js";

/** What the first screen shows besides the engine's status. */
export interface ScreenFacts {
  title: string;
  /** SIMULATED or LIVE. */
  kind: string;
  seed: number | null;
  url: string | null;
  status: EngineStatus;
  /** Last signals, newest last. */
  signals: readonly Signal[];
  /** What the user may do next. */
  next: string;
}

type Paint = (colour: Colour, text: string) => string;

const WIDTH = 100;
const SIGNALS_SHOWN = 5;
const INSTRUMENTS_SHOWN = 16;

/** The first screen as lines of at most 100 columns, colour codes not counted. */
export function screenLines(facts: ScreenFacts, paint: Paint): string[] {
  const { status, title, kind, seed, url } = facts;
  const head = [
    paint("bold", title),
    kind,
    ...(seed === null ? [] : [`seed ${seed}`]),
    `up ${duration(status.uptimeMs)}`,
    `books live ${status.booksLive}/${status.books}`,
    ...(url === null ? [] : [url]),
  ].join("  ");
  return [
    head,
    "",
    paint("bold", row(["VENUE", "INSTRUMENT", "STATE", "BID", "ASK", "SPREAD bps", "AGE ms", "MSG/s", "GAPS"])),
    ...status.instruments.slice(0, INSTRUMENTS_SHOWN).map((one) => instrumentLine(one, paint)),
    ...(status.instruments.length > INSTRUMENTS_SHOWN
      ? [paint("dim", `… ${status.instruments.length - INSTRUMENTS_SHOWN} more on the dashboard`)]
      : []),
    "",
    ...signalLines(facts.signals, paint),
    "",
    refusalLine(status),
    ...latencyLines(status),
    clockLine(status),
    "",
    facts.next,
  ].map((line) => cut(line));
}

const COLUMNS = [9, 16, 8, 11, 11, 10, 7, 6, 5];

function row(cells: readonly string[]): string {
  return cells
    .map((cell, i) => (i < 3 ? cell.slice(0, COLUMNS[i]).padEnd(COLUMNS[i]) : cell.padStart(COLUMNS[i])))
    .join(" ")
    .trimEnd();
}

function instrumentLine(one: InstrumentStatus, paint: Paint): string {
  const symbol = one.instrument.slice(one.instrument.indexOf(":") + 1);
  const line = row([
    one.venue,
    symbol,
    one.state,
    price(one.bid),
    price(one.ask),
    one.spreadBps === null ? "-" : one.spreadBps.toFixed(3),
    one.feedAgeMs === null ? "-" : String(one.feedAgeMs),
    String(one.messagesPerSecond),
    String(one.gaps),
  ]);
  const at = COLUMNS[0] + COLUMNS[1] + 2;
  return line.slice(0, at) + paint(colourOf(one.state), line.slice(at, at + COLUMNS[2])) + line.slice(at + COLUMNS[2]);
}

function colourOf(state: string): Colour {
  if (state === "live") return "green";
  return state === "syncing" || state === "stale" ? "yellow" : "red";
}

function signalLines(signals: readonly Signal[], paint: Paint): string[] {
  const shown = signals.slice(-SIGNALS_SHOWN).reverse();
  const head = paint(
    "bold",
    "SIGNALS    STRATEGY         DIRECTION                             SIZE    GROSS   FEES   NET bps",
  );
  if (shown.length === 0) return [head, paint("dim", "none yet")];
  return [
    head,
    ...shown.map(({ ts, strategy, action, direction, legs, grossBps, feesBps, netBps }) => {
      const time = new Date(Number(BigInt(ts) / 1_000_000n)).toISOString().slice(11, 19);
      const what = `${action === "exit" ? "exit " : ""}${direction}`;
      return [
        time.padEnd(10),
        strategy.slice(0, 16).padEnd(16),
        (what.length > 34 ? `${what.slice(0, 33)}…` : what).padEnd(34),
        (legs[0]?.size ?? 0).toPrecision(4).padStart(8),
        grossBps.toFixed(2).padStart(8),
        feesBps.toFixed(2).padStart(6),
        netBps.toFixed(2).padStart(8),
      ].join(" ");
    }),
  ];
}

function refusalLine({ strategies }: EngineStatus): string {
  const sums = new Map<string, number>();
  for (const { refused } of Object.values(strategies))
    for (const [reason, count] of Object.entries(refused)) sums.set(reason, (sums.get(reason) ?? 0) + count);
  const parts = [...sums].sort(([, a], [, b]) => b - a).map(([reason, count]) => `${reason} ${count}`);
  return `refused: ${parts.length === 0 ? "none" : parts.join(", ")}`;
}

function latencyLines({ latency }: EngineStatus): string[] {
  const parts = Object.entries(latency)
    .filter(([, { count }]) => count > 0)
    .map(([stage, { p50, p99, p999 }]) => `${stage} ${p50.toFixed(0)}/${p99.toFixed(0)}/${p999.toFixed(0)}`);
  return ["processing µs p50/p99/p99.9:", `  ${parts.length === 0 ? "-" : parts.join("   ")}`];
}

function clockLine({ clock }: EngineStatus): string {
  const parts = Object.entries(clock).map(([venue, { offsetUs, uncertaintyUs }]) =>
    offsetUs === null || uncertaintyUs === null
      ? `${venue} unknown`
      : `${venue} ${(offsetUs / 1000).toFixed(2)} ± ${(uncertaintyUs / 1000).toFixed(2)} ms`,
  );
  return `clock offsets: ${parts.length === 0 ? "-" : parts.join("  ")}`;
}

function price(value: number | null): string {
  if (value === null) return "-";
  return value >= 1000 ? value.toFixed(2) : value.toPrecision(6);
}

function duration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes > 0 ? `${minutes}m${String(seconds % 60).padStart(2, "0")}s` : `${seconds}s`;
}

/** Cuts to the width; escape sequences take no room. */
function cut(line: string): string {
  let shown = 0;
  let out = "";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with ESC
  for (const part of line.split(/(\u001b\[[0-9;]*m)/)) {
    if (part.startsWith("\u001b[")) out += part;
    else {
      out += part.slice(0, Math.max(0, WIDTH - shown));
      shown += part.length;
    }
  }
  return out;
}
