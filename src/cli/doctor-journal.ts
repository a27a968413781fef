import { usToIso } from "../market/times.js";
import { SEGMENT_RAW } from "../record/format.js";
import { type JournalInfo, openJournal } from "../record/journal.js";
import { listSegments } from "../record/segment-name.js";
import type { Finding } from "./doctor-finding.js";

const DAMAGE = "replay uses what stands before and after it, each with its own checkpoint";
const HOLE = "the recorder was too slow or the disk refused: what follows begins with a checkpoint";

/** Reads every byte of a journal, and of the raw log beside it. @throws JOURNAL_EMPTY, JOURNAL_VERSION */
export function checkJournal(dir: string): Finding[] {
  const findings = describe("journal", openJournal(dir, { verify: true }));
  if (listSegments(dir, SEGMENT_RAW).length === 0) return findings;
  return [...findings, ...describe("raw log", openJournal(dir, { verify: true, kind: SEGMENT_RAW }))];
}

function describe(name: string, info: JournalInfo): Finding[] {
  const { segments, records, firstUs, lastUs, missing, tornBytes, damages } = info;
  const span = `${usToIso(firstUs) || "nothing"} to ${usToIso(lastUs) || "nothing"}`;
  const torn =
    tornBytes === 0 ? "ends whole" : `${tornBytes} bytes at the end were not finished by a crash and are left out`;
  return [
    { check: name, ok: true, found: `${segments.length} segments, ${records} records, ${span}`, advice: "" },
    { check: `${name}: end`, ok: true, found: torn, advice: "" },
    { check: `${name}: complete`, ok: !(missing > 0), found: `${missing} records missing`, advice: HOLE },
    ...damages.map(({ message }) => ({ check: `${name}: damage`, ok: false, found: message, advice: DAMAGE })),
  ];
}
