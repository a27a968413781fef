import type { Signal } from "../engine/signal.js";
import type { Table } from "./page.js";
import { nsToIso } from "./times.js";

const SHOWN = 500;

type Leg = Signal["legs"][number];

/** Signals with their proof, the last ones first. */
export function signalsTable(signals: readonly Signal[]): Table {
  const shown = signals.slice(-SHOWN).reverse();
  const left = signals.length - shown.length;
  return {
    title: `Signals, with their proof (${signals.length})`,
    columns: [
      ...["Time UTC", "Strategy", "Action", "Direction"].map((name) => ({ name })),
      ...["Gross bps", "Fees bps", "Funding bps", "Net bps"].map((name) => ({ name, number: true })),
    ],
    rows: shown.map(({ ts, strategy, action, direction, grossBps, feesBps, fundingBps, netBps }) => [
      ...[nsToIso(ts), strategy, action, direction],
      ...[grossBps, feesBps, fundingBps, netBps].map((bps) => (bps === null ? null : bps.toFixed(2))),
    ]),
    details: shown.map(({ legs }) => legs.map(legText)),
    note: left > 0 ? `${left} earlier ones are not shown: replay --signals writes all` : undefined,
  };
}

function legText({ side, size, instrument, price, worstPrice, levels, book, ageUs, uncertaintyUs }: Leg): string {
  const depth = levels === 1 ? "1 level" : `${levels} levels to ${worstPrice}`;
  const age = `${(ageUs / 1000).toFixed(1)} ms old, clock ± ${(uncertaintyUs / 1000).toFixed(1)} ms`;
  return `${side} ${Number(size.toPrecision(6))} ${instrument} @ ${Number(price.toPrecision(9))}, ${depth}, book ${book.state} #${book.sequence}, ${age}`;
}

/** How old what each signal stood on was, when it went out. */
export function agesTable(signals: readonly Signal[]): Table {
  const byLeg = new Map<string, { strategy: string; instrument: string; ages: number[]; uncertainty: number }>();
  for (const { strategy, legs } of signals)
    for (const { instrument, ageUs, uncertaintyUs } of legs) {
      const key = `${strategy} ${instrument}`;
      const one = byLeg.get(key) ?? { strategy, instrument, ages: [], uncertainty: 0 };
      one.ages.push(ageUs / 1000);
      one.uncertainty = Math.max(one.uncertainty, uncertaintyUs / 1000);
      byLeg.set(key, one);
    }
  const numbers = ["Signals", "Median ms", "99 % ms", "Oldest ms", "Clock ± ms, most"];
  return {
    title: "Latency: age of the books behind the signals",
    columns: [{ name: "Strategy" }, { name: "Instrument" }, ...numbers.map((name) => ({ name, number: true }))],
    rows: [...byLeg.values()].map(({ strategy, instrument, ages, uncertainty }) => {
      const sorted = ages.sort((a, b) => a - b);
      const at = (share: number): string => sorted[Math.ceil(share * sorted.length) - 1].toFixed(1);
      return [strategy, instrument, sorted.length, at(0.5), at(0.99), at(1), uncertainty.toFixed(1)];
    }),
    note: "From the venue's time of a book's last change, on the recorder's clock, to the signal: the way through the network is in it, and what the venue did not say for a while",
  };
}
