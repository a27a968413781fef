/** Plots as plain SVG: a result's ratios as bars, a curve over what grows. Both scales of a curve are logarithmic. */
import type { BenchResult, Curve } from "./result.js";

const WIDTH = 900;
const LABELS = 330;
const BAR = 18;
const COLOURS = ["#2f6feb", "#d1651b", "#2a9d5c", "#9a4fc4", "#c0392b"];

export function escapeText(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (character) => entities[character]);
}

/** One bar for each number in a column named ratio…; empty when a result has none. */
export function barChart({ name, rows }: BenchResult): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((key) => key.startsWith("ratio"));
  const bars = rows.flatMap((row) =>
    columns.flatMap((column, index) => {
      const value = row[column];
      return typeof value === "number" && value > 0 ? [{ label: row.name, column, value, index }] : [];
    }),
  );
  if (bars.length === 0) return "";
  const logs = bars.map(({ value }) => Math.log10(value));
  const [low, high] = [Math.min(0, ...logs), Math.max(0, ...logs)];
  const scale = (log: number): number => LABELS + ((log - low) / (high - low || 1)) * (WIDTH - LABELS - 90);
  const drawn = bars.map(({ label, column, value, index }, i) => {
    const [from, to] = [scale(0), scale(Math.log10(value))].sort((a, b) => a - b);
    const y = 24 + i * BAR;
    return `<text x="0" y="${y + 12}" font-size="11">${escapeText(`${label} (${column})`.slice(0, 58))}</text><rect x="${from.toFixed(1)}" y="${y + 2}" width="${Math.max(1, to - from).toFixed(1)}" height="${BAR - 5}" fill="${COLOURS[index % COLOURS.length]}"/><text x="${(to + 4).toFixed(1)}" y="${y + 12}" font-size="11">${value}</text>`;
  });
  const height = 30 + bars.length * BAR;
  const one = scale(0).toFixed(1);
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeText(name)}: ratios" fill="currentColor"><text x="${one}" y="14" font-size="11">1</text><line x1="${one}" x2="${one}" y1="18" y2="${height}" stroke="currentColor" stroke-dasharray="3 3"/>${drawn.join("")}</svg>`;
}

const [LEFT, TOP, RIGHT, BOTTOM] = [70, 30, 700, 250];

/** Lines through the points of each series; points that are not above 0 have no place and are left out. */
export function curveChart({ name, x, y, series }: Curve): string {
  const placed = series.map((one) => ({ ...one, points: one.points.filter(([a, b]) => a > 0 && b > 0) }));
  const all = placed.flatMap(({ points }) => points);
  if (all.length === 0) return "";
  const axis = (values: readonly number[], from: number, to: number) => {
    const [low, high] = [Math.log10(Math.min(...values)), Math.log10(Math.max(...values))];
    return (value: number): number => from + ((Math.log10(value) - low) / (high - low || 1)) * (to - from);
  };
  const xs = all.map(([value]) => value);
  const ys = all.map(([, value]) => value);
  const [toX, toY] = [axis(xs, LEFT, RIGHT), axis(ys, BOTTOM, TOP)];
  const lines = placed.map(({ name, points }, i) => {
    const colour = COLOURS[i % COLOURS.length];
    const path = points.map(([a, b]) => `${toX(a).toFixed(1)},${toY(b).toFixed(1)}`);
    const dots = path.map((point) => `<circle cx="${point.split(",")[0]}" cy="${point.split(",")[1]}" r="3"/>`);
    return `<g fill="${colour}"><polyline points="${path.join(" ")}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join("")}<text x="${RIGHT + 10}" y="${TOP + 16 * i}" font-size="12">${escapeText(name)}</text></g>`;
  });
  const ticks = (values: readonly number[], draw: (value: number) => string): string =>
    [...new Set(values)].map(draw).join("");
  const xTicks = ticks(xs, (v) => `<text x="${toX(v).toFixed(1)}" y="${BOTTOM + 16}" text-anchor="middle">${v}</text>`);
  const ends = [Math.min(...ys), Math.max(...ys)];
  const yTicks = ticks(ends, (v) => `<text x="${LEFT - 6}" y="${toY(v).toFixed(1)}" text-anchor="end">${v}</text>`);
  return `<svg viewBox="0 0 ${WIDTH} ${BOTTOM + 40}" role="img" aria-label="${escapeText(name)}" fill="currentColor" font-size="11"><text x="${LEFT}" y="14" font-size="13">${escapeText(`${name}: ${y}`)}</text><path d="M${LEFT} ${TOP}V${BOTTOM}H${RIGHT}" fill="none" stroke="currentColor"/>${xTicks}${yTicks}<text x="${RIGHT}" y="${BOTTOM + 32}" text-anchor="end">${escapeText(x)}</text>${lines.join("")}</svg>`;
}
