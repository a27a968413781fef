import type { Outcome, OutcomeAt } from "../engine/outcomes.js";
import { median } from "./median.js";
import type { Table } from "./page.js";

/** What was left of each strategy's entries some time later. */
export function outcomesTable(outcomes: readonly Outcome[]): Table {
  const names = [...new Set(outcomes.map(({ strategy }) => strategy))];
  const rows = names.flatMap((name) => {
    const own = outcomes.filter(({ strategy }) => strategy === name);
    const before = median(own.map(({ netBps }) => netBps));
    const times = own[0].after.map(({ ms }) => ms);
    return times.map((ms, i) => [
      i === 0 ? name : "",
      i === 0 ? own.length : "",
      i === 0 ? bps(before) : "",
      ...at(own, ms),
    ]);
  });
  const numbers = [
    "Entries",
    "Net bps then",
    "ms later",
    "Net bps left, median",
    "Above 0 %",
    "Would have filled %",
    "Not known",
  ];
  return {
    title: "Outcomes: what the same legs would bring later",
    columns: [{ name: "Strategy" }, ...numbers.map((name) => ({ name, number: true }))],
    rows,
    note: "Shares are of what is known: a book that was not live, crossed or not deep enough tells nothing. Filled: every leg whole at the signal's worst price or better.",
  };
}

function at(own: readonly Outcome[], ms: number): (string | number | null)[] {
  const found = own.map(({ after }) => after.find((one) => one.ms === ms)).filter((one) => one !== undefined);
  const left = found.flatMap(({ netBps }: OutcomeAt) => (netBps === null ? [] : [netBps]));
  const filled = found.flatMap((one) => (one.filled === null ? [] : [one.filled]));
  const above = share(left.filter((value) => value > 0).length, left.length);
  return [ms, bps(median(left)), above, share(filled.filter(Boolean).length, filled.length), own.length - left.length];
}

function share(count: number, of: number): string | null {
  return of === 0 ? null : ((count / of) * 100).toFixed(1);
}

function bps(value: number | null): string | null {
  return value === null ? null : value.toFixed(2);
}
