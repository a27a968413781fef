import type { Signal } from "../engine/signal.js";
import type { Table } from "./page.js";
import { nsToIso } from "./times.js";

const SHOWN = 500;

/** Signals with their proof, the last ones first. */
export function signalsTable(signals: readonly Signal[]): Table {
  const shown = signals.slice(-SHOWN).reverse();
  const left = signals.length - shown.length;
  return {
    title: `Signals, with their proof (${signals.length})`,
    columns: [
      ...["Time UTC", "Strategy", "Action", "Direction"].map((name) => ({ name })),
      ...["Gross bps", "Fees bps", "Funding bps", "Net bps"].map((name) => ({ name, number: true })),
      { name: "Legs: side size instrument @ price to worst, levels, book, age ± clock ms" },
    ],
    rows: shown.map(({ ts, strategy, action, direction, grossBps, feesBps, fundingBps, netBps, legs }) => [
      ...[nsToIso(ts), strategy, action, direction],
      ...[grossBps, feesBps, fundingBps, netBps].map((bps) => (bps === null ? null : bps.toFixed(2))),
      legs
        .map(
          ({ side, size, instrument, price, worstPrice, levels, book, ageUs, uncertaintyUs }) =>
            `${side} ${Number(size.toPrecision(6))} ${instrument} @ ${Number(price.toPrecision(9))} to ${worstPrice}, ${levels}, ${book.state} #${book.sequence}, ${(ageUs / 1000).toFixed(1)} ± ${(uncertaintyUs / 1000).toFixed(1)}`,
        )
        .join(" | "),
    ]),
    note: left > 0 ? `${left} earlier ones are not shown: replay --signals writes all` : undefined,
  };
}
