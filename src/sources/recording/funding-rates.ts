import { CrosstickError, EXIT } from "../../errors.js";
import { openBytes, readAll } from "./bytes.js";

/** Funding payments as they were made. */
export interface FundingRates {
  /** When each was due, epoch ms, ascending. */
  dueMs: Float64Array;
  /** Fraction of the position: positive, longs pay. */
  rate: Float64Array;
}

const LARGEST_BYTES = 2 ** 28;
const TIMES = ["time", "open_time_ms", "funding_time", "fundingTime", "ts", "timestamp"];
/** Where rates are kept in files of bars, the opening price is the rate. */
const RATES = ["funding_rate", "fundingRate", "rate", "open"];

/**
 * Reads a CSV whose header names a time (epoch ms or ISO 8601) and a rate, plain or gzip.
 * @throws INPUT_*, FUNDING_FILE (damaged input)
 */
export async function readFundingRates(path: string): Promise<FundingRates> {
  const text = (await readAll(path, openBytes(path), LARGEST_BYTES)).toString("utf8");
  const [header, ...lines] = text.split(/\r?\n/);
  const columns = header.split(",");
  const time = columns.findIndex((name) => TIMES.includes(name));
  const column = RATES.map((name) => columns.indexOf(name)).find((at) => at >= 0) ?? -1;
  if (time < 0 || column < 0) throw damaged(path, `has no columns of funding rates: ${header.slice(0, 100)}`);
  const rows = lines.flatMap((line, i): [number, number][] => {
    if (line === "") return [];
    const cells = line.split(",");
    const dueMs = /^\d{13}$/.test(cells[time]) ? Number(cells[time]) : Date.parse(cells[time]);
    const rate = Number(cells[column] || "NaN");
    if (cells.length !== columns.length || !Number.isFinite(dueMs) || !(Math.abs(rate) < 1))
      throw damaged(path, `line ${i + 2} is no funding rate: ${line.slice(0, 80)}`);
    return [[dueMs, rate]];
  });
  const sorted = [...new Map(rows)].sort(([a], [b]) => a - b);
  return { dueMs: Float64Array.from(sorted, ([ms]) => ms), rate: Float64Array.from(sorted, ([, rate]) => rate) };
}

function damaged(path: string, what: string): CrosstickError {
  return new CrosstickError("FUNDING_FILE", `${path}: ${what}`, { exitCode: EXIT.damagedInput });
}
