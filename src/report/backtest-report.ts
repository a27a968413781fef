import type { StrategyBacktest } from "../backtest.js";
import type { EquityPoint, Trade } from "../research/account.js";
import { type Chart, type Piece, reportPage, type Table } from "./page.js";
import { thinned } from "./thin.js";
import { nsToIso } from "./times.js";

const POINTS = 4000;
const TRADES_SHOWN = 500;

export interface BacktestReportInput {
  inputs: readonly string[];
  latencyMs: number;
  /** Of bars; null where books were played. */
  halfSpreadBps: number | null;
  strategies: Readonly<Record<string, StrategyBacktest>>;
}

/** The HTML report of a backtest: of each strategy figures, equity and drawdown, months, trades. */
export function backtestReport({ inputs, latencyMs, halfSpreadBps, strategies }: BacktestReportInput): string {
  const pieces = Object.entries(strategies).flatMap(([name, one]) => strategyPieces(name, one));
  const made = halfSpreadBps === null ? "" : `, bars with half a spread of ${halfSpreadBps} bps`;
  const about = `${inputs.join(", ")}; orders ${latencyMs} ms after their signals${made}`;
  return reportPage("crosstick backtest", about, pieces);
}

function strategyPieces(name: string, { report, trades, equity, signals, refused }: StrategyBacktest): Piece[] {
  const money = (value: number | null): string => (value === null ? "–" : `${value.toFixed(2)} ${report.currency}`);
  const share = (value: number | null): string => (value === null ? "–" : `${(value * 100).toFixed(1)} %`);
  return [
    {
      title: name,
      facts: [
        ["profit", money(report.pnl)],
        ["of it fees", money(-report.fees)],
        ["of it funding", money(report.funding)],
        ["trades closed", `${report.closed} of ${report.trades}`],
        ["hit rate", share(report.hitRate)],
        ["Sharpe, yearly", report.sharpe === null ? "–" : report.sharpe.toFixed(2)],
        ["deepest drawdown", money(report.maxDrawdown)],
        ["turnover", money(report.turnover)],
        ["time in a trade", share(report.exposure)],
        ["partial fills", String(report.partialFills)],
        ["signals", String(signals)],
      ],
    },
    { chart: equityChart(name, equity, report.currency) },
    { table: monthsTable(name, equity, report.currency) },
    { table: tradesTable(name, trades, report.currency) },
    {
      table: {
        title: `${name}: refusals by reason`,
        columns: [{ name: "Reason" }, { name: "Count", number: true }],
        rows: Object.entries(refused).sort(([, a], [, b]) => b - a),
      },
    },
  ];
}

function equityChart(name: string, equity: readonly EquityPoint[], currency: string): Chart {
  let highest = 0;
  const withFall = equity.map((point) => {
    highest = Math.max(highest, point.equity);
    return { ...point, fall: point.equity - highest };
  });
  const points = thinned(withFall, ({ equity: value }) => value, POINTS);
  return {
    ...{
      title: `${name}: profit and drawdown`,
      unit: currency,
      time: points.map(({ ts }) => Number(BigInt(ts) / 1000n) / 1e6),
    },
    series: [
      { name: "profit", values: points.map(({ equity: value }) => value) },
      { name: "drawdown", values: points.map(({ fall }) => fall) },
    ],
  };
}

function monthsTable(name: string, equity: readonly EquityPoint[], currency: string): Table {
  const ends = new Map<string, number>();
  for (const { ts, equity: value } of equity) ends.set(nsToIso(ts).slice(0, 7), value);
  let before = 0;
  const rows = [...ends].map(([month, end]) => {
    const profit = end - before;
    before = end;
    return [month, profit.toFixed(2)];
  });
  return { title: `${name}: months`, columns: [{ name: "Month" }, { name: `Profit ${currency}`, number: true }], rows };
}

function tradesTable(name: string, trades: readonly Trade[], currency: string): Table {
  const shown = trades.slice(-TRADES_SHOWN).reverse();
  return {
    title: `${name}: trades (${trades.length})`,
    columns: [
      { name: "Entry" },
      { name: "Opened UTC" },
      { name: "Closed UTC" },
      { name: `Profit ${currency}`, number: true },
    ],
    rows: shown.map(({ signal, opened, closed, pnl }) => [
      ...[signal, nsToIso(opened), closed === null ? null : nsToIso(closed), pnl === null ? null : pnl.toFixed(2)],
    ]),
    note: trades.length > shown.length ? `${trades.length - shown.length} earlier ones are not shown` : undefined,
  };
}
