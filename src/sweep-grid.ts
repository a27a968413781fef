/** The grid of a sweep: settings, the values that they take, and the configuration at each point. */
import { parseConfig, type ResolvedConfig } from "./config.js";
import { CrosstickError, EXIT } from "./errors.js";

/** One setting and the values that it takes. */
export interface Axis {
  /** Name of the strategy. */
  strategy: string;
  /** Key of its descriptor, `entryZ`, or of a section of it, `statistics.window`. */
  key: string;
  values: number[];
}

/** Settings of one backtest: `strategy.key` -> value. */
export type Point = Record<string, number>;

/**
 * `pair.entryZ=1:4:0.5` or `pair.entryZ=1,2,3`.
 * @throws USAGE_SWEEP
 */
export function axisOf(text: string): Axis {
  const match = /^([^.=]+)\.([\w.]+)=(.+)$/.exec(text);
  const values = match === null ? [] : valuesOf(match[3]);
  if (match === null || values.length === 0 || values.some((value) => !Number.isFinite(value)))
    throw new CrosstickError(
      "USAGE_SWEEP",
      `${text} is no range of a setting: write STRATEGY.KEY=from:to:step or STRATEGY.KEY=a,b,c`,
      { exitCode: EXIT.usage },
    );
  return { strategy: match[1], key: match[2], values };
}

function valuesOf(text: string): number[] {
  const [from, to, step, ...rest] = text.split(":").map(Number);
  if (to === undefined) return text.split(",").map((value) => (value.trim() === "" ? Number.NaN : Number(value)));
  if (!(step > 0) || rest.length > 0 || !(to >= from)) return [];
  const count = Math.floor((to - from) / step + 1e-9) + 1;
  return Array.from({ length: count }, (_, i) => Number((from + i * step).toPrecision(12)));
}

/** Every combination, the last axis fastest. */
export function pointsOf(axes: readonly Axis[]): Point[] {
  return axes.reduce<Point[]>(
    (points, { strategy, key, values }) =>
      points.flatMap((point) => values.map((value) => ({ ...point, [`${strategy}.${key}`]: value }))),
    [{}],
  );
}

/** The configuration with the point's settings, validated as if they stood in the file. @throws USAGE_SWEEP, CONFIG_* */
export function configAt(config: ResolvedConfig, point: Point): ResolvedConfig {
  const copy = structuredClone(config);
  for (const [path, value] of Object.entries(point)) {
    const [name, ...keys] = path.split(".");
    let target = copy.strategies.find((one) => one.name === name) as Record<string, unknown> | undefined;
    const last = keys.pop() as string;
    for (const key of keys) target = target?.[key] as Record<string, unknown> | undefined;
    if (target === undefined || typeof (target[last] ?? 0) !== "number")
      throw new CrosstickError("USAGE_SWEEP", `${path} is no number of a strategy of the configuration`, {
        exitCode: EXIT.usage,
      });
    target[last] = value;
  }
  return parseConfig(copy as object);
}
