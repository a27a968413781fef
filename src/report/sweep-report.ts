import type { SweepResult } from "../sweep.js";
import type { Point } from "../sweep-grid.js";
import { median } from "./median.js";
import { type Piece, reportPage, type Table } from "./page.js";

const SHOWN = 200;

export interface SweepReportInput {
  inputs: readonly string[];
  latencyMs: number;
  /** Of bars; null where books were played. */
  halfSpreadBps: number | null;
  results: readonly SweepResult[];
  /** What the figures leave out. */
  note?: string | null;
}

/** One strategy's figures at one point. */
interface Tested {
  point: Point;
  report: SweepResult["reports"][string];
}

/** The HTML report of a sweep: of each strategy how its points fare, what each value of an axis does, and the best ones. */
export function sweepReport({ inputs, latencyMs, halfSpreadBps, results, note = null }: SweepReportInput): string {
  const names = [...new Set(results.flatMap(({ reports }) => Object.keys(reports)))];
  const pieces = names.flatMap((name) => {
    const tested = results.map(({ point, reports }) => ({ point, report: reports[name] }));
    return piecesOf(name, byProfit(tested));
  });
  const made = halfSpreadBps === null ? "" : `, bars with half a spread of ${halfSpreadBps} bps`;
  return reportPage(
    "crosstick backtest: sweep",
    `${inputs.join(", ")}; orders ${latencyMs} ms after their signals${made}${note === null ? "" : `; ${note}`}`,
    pieces,
  );
}

/** The most profitable first; unknown profits last. */
export function byProfit<T extends Tested>(tested: readonly T[]): T[] {
  const of = ({ report: { pnl } }: Tested): number => pnl ?? Number.NEGATIVE_INFINITY;
  return [...tested].sort((a, b) => (of(a) === of(b) ? 0 : of(b) - of(a)));
}

function piecesOf(name: string, tested: readonly Tested[]): Piece[] {
  const [best] = tested;
  const profits = profitsOf(tested);
  const { currency } = best.report;
  const axes = Object.keys(best.point);
  return [
    {
      title: name,
      facts: [
        ["points", String(tested.length)],
        ["with a profit", share(profits)],
        ["median profit", money(median(profits), currency)],
        ["best", money(best.report.pnl, currency)],
        ["worst", money(profits.at(-1) ?? null, currency)],
      ],
    },
    ...axes.map((axis) => ({ table: axisTable(name, axis, tested, currency) })),
    { table: bestTable(name, axes, tested, currency) },
  ];
}

/** What a value does whatever the other settings are: a good one has good neighbours. */
function axisTable(name: string, axis: string, tested: readonly Tested[], currency: string): Table {
  const values = [...new Set(tested.map(({ point }) => point[axis]))].sort((a, b) => a - b);
  const numbers = ["Points", "With a profit", `Median profit ${currency}`, "Best", "Worst", "Median trades"];
  return {
    title: `${name}: by ${axis}`,
    columns: [axis, ...numbers].map((column) => ({ name: column, number: true })),
    rows: values.map((value) => {
      const own = tested.filter(({ point }) => point[axis] === value);
      const profits = profitsOf(own);
      const [best, worst] = [profits[0] ?? null, profits.at(-1) ?? null];
      return [
        ...[value, own.length, share(profits), amount(median(profits)), amount(best), amount(worst)],
        median(own.map(({ report }) => report.trades)),
      ];
    }),
  };
}

function bestTable(name: string, axes: readonly string[], tested: readonly Tested[], currency: string): Table {
  const numbers = [`Profit ${currency}`, "Fees", "Trades", "Hit rate", "Sharpe", "Drawdown", "Turnover"];
  const left = tested.length - SHOWN;
  return {
    title: `${name}: points, the most profitable first`,
    columns: [...axes, ...numbers].map((column) => ({ name: column, number: true })),
    rows: tested
      .slice(0, SHOWN)
      .map(({ point, report }) => [
        ...axes.map((axis) => point[axis]),
        ...[amount(report.pnl), amount(report.fees), report.trades],
        report.hitRate === null ? null : `${(report.hitRate * 100).toFixed(1)} %`,
        report.sharpe === null ? null : report.sharpe.toFixed(2),
        ...[amount(report.maxDrawdown), Math.round(report.turnover).toLocaleString("en")],
      ]),
    note: `${left > 0 ? `${left} further ones are not shown: --out has all. ` : ""}The best of many points is partly luck: trust it where its neighbours are good, and test it on bars that the sweep did not see`,
  };
}

/** The known ones, falling. */
function profitsOf(tested: readonly Tested[]): number[] {
  return tested.flatMap(({ report: { pnl } }) => (pnl === null ? [] : [pnl])).sort((a, b) => b - a);
}

function share(profits: readonly number[]): string {
  if (profits.length === 0) return "–";
  return `${((profits.filter((profit) => profit > 0).length / profits.length) * 100).toFixed(1)} %`;
}

function amount(value: number | null): string | null {
  return value === null ? null : value.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function money(value: number | null, currency: string): string {
  return value === null ? "–" : `${amount(value)} ${currency}`;
}
