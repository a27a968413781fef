import type { PublishedFigures } from "../engine/live-report.js";
import type { Outcome } from "../engine/outcomes.js";
import type { Signal } from "../engine/signal.js";
import type { ReplaySummary } from "../summary.js";
import { outcomesTable } from "./outcomes-table.js";
import { type Chart, type Piece, reportPage, type Table } from "./page.js";
import { agesTable, signalsTable } from "./signals-table.js";
import { thinned } from "./thin.js";

const POINTS = 4000;

export interface ReplayReportInput {
  inputs: readonly string[];
  summary: ReplaySummary;
  signals: readonly Signal[];
  figures: readonly PublishedFigures[];
  outcomes?: readonly Outcome[];
}

/** The HTML report of a replay: what was in it, each strategy's spread and z, signals with their proof, refusals, clocks. */
export function replayReport({ inputs, summary, signals, figures, outcomes = [] }: ReplayReportInput): string {
  const pieces: Piece[] = [
    {
      title: "Replay",
      facts: [
        ["frames", summary.frames.toLocaleString("en")],
        ["refused", summary.rejected.toLocaleString("en")],
        ["unused", summary.ignored.toLocaleString("en")],
        ["instruments", String(Object.keys(summary.instruments).length)],
        ["signals", String(signals.length)],
        ["frames a second", summary.framesPerSecond.toLocaleString("en")],
        ["digest of the signals", summary.digest.slice(0, 16)],
      ],
    },
    ...figureCharts(figures).map((chart) => ({ chart })),
    { table: outcomesTable(outcomes) },
    { table: signalsTable(signals) },
    { table: agesTable(signals) },
    { table: refusalsTable(summary) },
    { table: instrumentsTable(summary) },
    { table: clocksTable(summary) },
    { table: rejectionsTable(summary) },
  ];
  return reportPage("crosstick replay", inputs.join(", "), pieces);
}

/** Of each strategy: its spread or basis with the mean, and its z. */
function figureCharts(figures: readonly PublishedFigures[]): Chart[] {
  const names = [...new Set(figures.map(({ strategy }) => strategy))];
  return names.flatMap((strategy) => {
    const own = figures.filter((one) => one.strategy === strategy);
    const keys = ["basisBps", "spread"].filter((key) => own.some(({ figures: each }) => typeof each[key] === "number"));
    const charts: Chart[] = [];
    const add = (title: string, unit: string, series: string[]) => {
      const points = thinned(own, ({ figures: each }) => Number(each[series[0]] ?? Number.NaN), POINTS);
      charts.push({
        ...{ title: `${strategy}: ${title}`, unit, time: points.map(({ timeUs }) => timeUs / 1e6) },
        series: series.map((name) => ({ name, values: points.map(({ figures: each }) => finite(each[name])) })),
      });
    };
    const has = (key: string): boolean => own.some(({ figures: each }) => typeof each[key] === "number");
    for (const key of keys)
      add(
        key === "basisBps" ? "basis" : "spread",
        key === "basisBps" ? "bps" : "",
        has("mean") ? [key, "mean"] : [key],
      );
    if (own.some(({ figures: each }) => typeof each.z === "number")) add("z", "", ["z"]);
    return charts;
  });
}

const finite = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);

function refusalsTable({ strategies }: ReplaySummary): Table {
  const rows = Object.entries(strategies).flatMap(([name, { refused }]) =>
    Object.entries(refused)
      .sort(([, a], [, b]) => b - a)
      .map(([reason, count]) => [name, reason, count]),
  );
  return {
    title: "Refusals by reason",
    columns: [{ name: "Strategy" }, { name: "Reason" }, { name: "Count", number: true }],
    rows,
  };
}

function instrumentsTable({ instruments }: ReplaySummary): Table {
  const numbers = ["Trades", "Volume", "VWAP", "BBO", "Depth", "Snapshots", "Gaps", "Crossed"];
  return {
    title: "Instruments",
    columns: [{ name: "Instrument" }, { name: "State" }, ...numbers.map((name) => ({ name, number: true }))],
    rows: Object.entries(instruments).map(([id, one]) => [
      ...[
        id,
        one.state,
        one.trades,
        Number(one.volume.toPrecision(8)),
        one.vwap === null ? null : Number(one.vwap.toPrecision(10)),
      ],
      ...[one.bboUpdates, one.depthUpdates, one.snapshots, one.gaps, one.crossed],
    ]),
  };
}

function clocksTable({ clock }: ReplaySummary): Table {
  const ms = (us: number | null): number | null => (us === null ? null : Number((us / 1000).toFixed(3)));
  return {
    title: "Clocks",
    columns: [
      { name: "Venue" },
      { name: "Offset ms", number: true },
      { name: "± ms", number: true },
      { name: "Method" },
    ],
    rows: Object.entries(clock).map(([venue, { offsetUs, uncertaintyUs, method }]) => [
      ...[venue, ms(offsetUs), ms(uncertaintyUs), method],
    ]),
    note: "Offset: the venue's clock less the recorder's; from receive times alone the shortest delay is inside it",
  };
}

function rejectionsTable({ rejections }: ReplaySummary): Table {
  return {
    title: "Refused frames by reason",
    columns: [{ name: "Reason" }, { name: "Count", number: true }],
    rows: Object.entries(rejections).sort(([, a], [, b]) => b - a),
  };
}
