import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** A curve or several over one time axis, seconds since 1970. */
export interface Chart {
  title: string;
  /** What is measured, with its unit. */
  unit: string;
  time: number[];
  series: { name: string; values: (number | null)[] }[];
}

export interface Table {
  title: string;
  columns: { name: string; number?: boolean }[];
  /** Text or numbers; what is null is shown as a dash. */
  rows: (string | number | null)[][];
  /** Lines under each row, over the whole width. */
  details?: readonly (readonly string[])[];
  /** Under the table. */
  note?: string;
}

/** Pieces of a report, in their order. */
export type Piece = { chart: Chart } | { table: Table } | { facts: [name: string, value: string][]; title: string };

const require = createRequire(import.meta.url);

/**
 * One HTML file that needs nothing else: uPlot and all data are in it. Whatever text comes from outside stands in it as
 * text: escaped in tables, and in the data with no `<`, so that nothing can end its element.
 */
export function reportPage(title: string, about: string, pieces: readonly Piece[]): string {
  const charts: Chart[] = [];
  const body = pieces.map((piece) => {
    if ("table" in piece) return tableHtml(piece.table);
    if ("facts" in piece) return factsHtml(piece.title, piece.facts);
    charts.push(piece.chart);
    return `<section><h2>${escaped(piece.chart.title)}</h2><div class="chart" id="chart-${charts.length - 1}"></div></section>`;
  });
  const data = JSON.stringify(charts).replaceAll("<", "\\u003c");
  const file = (path: string): string => readFileSync(require.resolve(`uplot/dist/${path}`), "utf8");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${file("uPlot.min.css")}
${STYLE}</style>
</head>
<body>
<header><h1>${escaped(title)}</h1><p class="quiet">${escaped(about)}</p></header>
<main>
${body.join("\n")}
</main>
<script type="application/json" id="data">${data}</script>
<script>${file("uPlot.iife.min.js").replaceAll("</", "<\\/")}</script>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

export function escaped(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (character) => entities[character]);
}

function tableHtml({ title, columns, rows, details, note }: Table): string {
  const cell = (value: string | number | null, tag: string, isNumber: boolean): string =>
    `<${tag}${isNumber ? ' class="n"' : ""}>${value === null ? "–" : escaped(String(value))}</${tag}>`;
  const head = columns.map(({ name, number = false }) => cell(name, "th", number)).join("");
  const detail = (lines: readonly string[] | undefined): string =>
    lines === undefined || lines.length === 0
      ? ""
      : `<tr class="detail"><td colspan="${columns.length}">${lines.map(escaped).join("<br>")}</td></tr>`;
  const lines = rows.map((row, r) => {
    const cells = row.map((value, i) => cell(value, "td", columns[i].number === true)).join("");
    return `<tr${details === undefined ? "" : ' class="detailed"'}>${cells}</tr>${detail(details?.[r])}`;
  });
  const under = note === undefined ? "" : `<p class="quiet">${escaped(note)}</p>`;
  const inside =
    rows.length === 0
      ? '<p class="quiet">None.</p>'
      : `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${lines.join("")}</tbody></table></div>`;
  return `<section><h2>${escaped(title)}</h2>${inside}${under}</section>`;
}

function factsHtml(title: string, facts: readonly [string, string][]): string {
  const items = facts.map(([name, value]) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`);
  return `<section><h2>${escaped(title)}</h2><dl>${items.join("")}</dl></section>`;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1c1c1e; --paper: #f6f6f4; --card: #fff; --line: #e3e3e0; --quiet: #63666b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e6; --paper: #151517; --card: #1e1e21; --line: #34343a; --quiet: #9a9da3; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 14px/1.5 system-ui, sans-serif; }
header { padding: 16px 20px; border-bottom: 1px solid var(--line); }
h1 { font-size: 18px; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 14px; color: var(--quiet); margin: 0 0 8px; overflow-wrap: anywhere; }
main { max-width: 1240px; margin: 0 auto; padding: 16px; display: grid; gap: 16px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 14px 16px; min-width: 0; }
.wide { overflow-x: auto; max-height: 480px; overflow-y: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; color: var(--quiet); font-weight: normal; position: sticky; top: 0; background: var(--card); }
th, td { padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
.n { text-align: right; }
.detailed td { border-bottom: 0; }
.detail td { color: var(--quiet); font-size: 12px; white-space: normal; overflow-wrap: anywhere; padding-bottom: 8px; }
header p { overflow-wrap: anywhere; }
.quiet { color: var(--quiet); margin: 6px 0 0; }
dl { display: flex; flex-wrap: wrap; gap: 8px 28px; margin: 0; }
dt { color: var(--quiet); font-size: 12px; }
dd { margin: 0; font-size: 16px; font-variant-numeric: tabular-nums; }
.chart { width: 100%; min-height: 240px; }
.u-legend { color: var(--ink); }
`;

const SCRIPT = `
const charts = JSON.parse(document.getElementById("data").textContent);
const colours = ["#2f6feb", "#d1651b", "#2a9d5c", "#9a4fc4", "#c0392b", "#0f8b8d"];
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const plots = [];
// As many digits as the distance between two marks needs; times as everybody writes them, in 24 hours.
const marks = (plot, values, axis, space, step) => {
  const digits = Math.min(10, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  return values.map((value) => value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }));
};
const day = "{YYYY}-{MM}-{DD}";
const times = [
  [31536000, "{YYYY}", null, null, null, null, null, null, 1],
  [2419200, "{YYYY}-{MM}", null, null, null, null, null, null, 1],
  [86400, "{MM}-{DD}", "\\n{YYYY}", null, null, null, null, null, 1],
  [60, "{HH}:{mm}", "\\n" + day, null, null, null, null, null, 1],
  [1, "{HH}:{mm}:{ss}", "\\n" + day, null, null, null, null, null, 1],
  [0.001, "{HH}:{mm}:{ss}.{fff}", "\\n" + day, null, null, null, null, null, 1],
];
const shown = (plot, value) => value == null ? "–" : Number(value.toPrecision(7)).toLocaleString("en", { maximumSignificantDigits: 7 });
charts.forEach((chart, i) => {
  const box = document.getElementById("chart-" + i);
  const axis = { stroke: css("--quiet"), grid: { stroke: css("--line"), width: 1 }, ticks: { stroke: css("--line"), width: 1 } };
  const plot = new uPlot({
    width: box.clientWidth, height: 240, tzDate: (ts) => uPlot.tzDate(new Date(ts * 1000), "Etc/UTC"),
    axes: [{ ...axis, values: times, space: 80 }, { ...axis, size: 78, values: marks }],
    series: [{ label: "UTC", value: day + " {HH}:{mm}:{ss}" }, ...chart.series.map((one, k) => ({ label: one.name + (chart.unit ? " (" + chart.unit + ")" : ""), stroke: colours[k % colours.length], width: 1.5, spanGaps: false, value: shown }))],
  }, [chart.time, ...chart.series.map((one) => one.values)], box);
  plots.push([plot, box]);
});
addEventListener("resize", () => plots.forEach(([plot, box]) => plot.setSize({ width: box.clientWidth, height: 240 })));
`;
