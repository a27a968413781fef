import type { StrategyBacktest } from "../backtest.js";
import type { Trade, TradeLeg } from "../research/account-report.js";
import type { EquityPoint } from "../research/equity-curve.js";
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
  /** Descriptor of each strategy by name: what was tested. */
  settings?: Readonly<Record<string, object>>;
  /** What the figures leave out. */
  note?: string | null;
}

/** The HTML report of a backtest: of each strategy figures, equity and drawdown, months, trades. */
export function backtestReport(input: BacktestReportInput): string {
  const { inputs, latencyMs, halfSpreadBps, strategies, settings = {}, note = null } = input;
  const pieces = Object.entries(strategies).flatMap(([name, one]) =>
    strategyPieces(name, one, settings[name] ?? {}, note),
  );
  const made = halfSpreadBps === null ? "" : `, bars with half a spread of ${halfSpreadBps} bps`;
  const about = `${inputs.join(", ")}; orders ${latencyMs} ms after their signals${made}${note === null ? "" : `; ${note}`}`;
  return reportPage("crosstick backtest", about, pieces);
}

function strategyPieces(
  name: string,
  { report, trades, equity, signals, refused }: StrategyBacktest,
  settings: object,
  note: string | null,
): Piece[] {
  const money = (value: number | null): string => (value === null ? "–" : `${amount(value)} ${report.currency}`);
  const share = (value: number | null): string => (value === null ? "–" : `${(value * 100).toFixed(1)} %`);
  return [
    {
      title: name,
      facts: [
        ["profit", money(report.pnl)],
        ["of it fees", money(-report.fees)],
        ["of it funding", note === null ? money(report.funding) : "–"],
        ["trades closed", `${report.closed} of ${report.trades}`],
        ["hit rate", share(report.hitRate)],
        ["Sharpe, yearly", report.sharpe === null ? "–" : report.sharpe.toFixed(2)],
        ["deepest drawdown", money(report.maxDrawdown)],
        ["turnover", money(report.turnover)],
        ["time in a trade", share(report.exposure)],
        ["partial fills", String(report.partialFills)],
        ["signals", String(signals)],
        ...spanFacts(equity),
        ...listFact("left open at the end", report.positions),
        ...listFact("balances", report.balances),
        ...countFact("legs not traded or not settled", report.legsRefused),
        ...(report.unvalued.length === 0
          ? []
          : [["without a price, in no figure", report.unvalued.join(", ")] as [string, string]]),
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
    {
      table: {
        title: `${name}: settings`,
        columns: [{ name: "Key" }, { name: "Value" }],
        rows: settingRows(settings, ""),
      },
    },
  ];
}

const amount = (value: number): string =>
  value.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

function spanFacts(equity: readonly EquityPoint[]): [string, string][] {
  const [first, last] = [equity[0], equity.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [["first and last price", `${nsToIso(first.ts).slice(0, 16)} to ${nsToIso(last.ts).slice(0, 16)} UTC`]];
}

function countFact(name: string, counts: Readonly<Record<string, number>>): [string, string][] {
  const texts = Object.entries(counts).map(([reason, count]) => `${reason} ${count}`);
  return texts.length === 0 ? [] : [[name, texts.join(", ")]];
}

function listFact(name: string, values: Readonly<Record<string, number>>): [string, string][] {
  const texts = Object.entries(values).map(([key, value]) => `${Number(value.toPrecision(7))} ${key}`);
  return texts.length === 0 ? [] : [[name, texts.join(", ")]];
}

/** Leaves of a descriptor: `statistics.window`, 2016. */
function settingRows(value: object, path: string): [string, string][] {
  return Object.entries(value).flatMap(([key, one]) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? settingRows(one, `${path}${key}.`)
      : [[path + key, Array.isArray(one) ? one.join(", ") : String(one)] as [string, string]],
  );
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
  // The valuation at midnight ends the month before.
  for (const { ts, equity: value } of equity) ends.set(nsToIso(String(BigInt(ts) - 1n)).slice(0, 7), value);
  let before = 0;
  const rows = [...ends].map(([month, end]) => {
    const profit = end - before;
    before = end;
    return [month, amount(profit)];
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
      { name: "Held hours", number: true },
      { name: `Profit ${currency}`, number: true },
    ],
    rows: shown.map(({ signal, opened, closed, pnl }) => [
      ...[signal, nsToIso(opened), closed === null ? null : nsToIso(closed)],
      ...[closed === null ? null : hoursBetween(opened, closed), pnl === null ? null : amount(pnl)],
    ]),
    details: shown.map(({ legs }) => legs.map(legText)),
    note: trades.length > shown.length ? `${trades.length - shown.length} earlier ones are not shown` : undefined,
  };
}

function hoursBetween(opened: string, closed: string): string {
  return (Number(BigInt(closed) - BigInt(opened)) / 3.6e12).toFixed(2);
}

function legText({ instrument, side, size, entry, exit }: TradeLeg): string {
  const price = (value: number | null): string => (value === null ? "–" : String(Number(value.toPrecision(9))));
  const after = exit === null ? "" : `, ${side === "buy" ? "sold" : "bought back"} @ ${price(exit)}`;
  return `${side} ${Number(size.toPrecision(6))} ${instrument} @ ${price(entry)}${after}`;
}
