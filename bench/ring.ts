// One writer, one reader, two threads: how many 64-byte records a second get across, and how long one takes.
import { Worker } from "node:worker_threads";
import { askLimit, buildLimit, type Limit } from "./limits/limit.js";
import type { BenchResult } from "./result.js";
import { BATCH, type Way } from "./ring-plan.js";
import { RingReceivers } from "./ring-receivers.js";
import { inTurns, ratios, round3, type Spread, spread } from "./rounds.js";

export interface RingBenchOptions {
  /** Interleaved rounds over all ways; the median counts. 5 by default. */
  rounds?: number;
  /** Share of the usual number of records; 1 by default. */
  scale?: number;
}

/** Records of one measurement: each takes well under a second. */
const RECORDS: Readonly<Record<Exclude<Way, "echo" | "stop">, { name: string; records: number }>> = {
  "ring-wasm": { name: `ring, ${BATCH} records a publish, both ends in WebAssembly`, records: 16_000_000 },
  "ring-batch": { name: `ring, ${BATCH} records a publish`, records: 8_000_000 },
  ring: { name: "ring, a publish a record", records: 3_000_000 },
  "ring-kernel": { name: `ring, ${BATCH} a publish, read by the engine`, records: 8_000_000 },
  "ringbuf-batch": { name: `ringbuf.js, ${BATCH} records a push`, records: 4_000_000 },
  ringbuf: { name: "ringbuf.js, a push a record", records: 1_500_000 },
  transfer: { name: `postMessage, ${BATCH} records transferred`, records: 1_000_000 },
  message: { name: "postMessage, a record each", records: 100_000 },
};
const HOPS = 20_000;
/** The least share of the C++ ring's records a second, and the greatest multiple of its hop as a share. */
const LEAST_OF_LIMIT = 0.3;
const LEAST_HOP_OF_LIMIT = 1 / 3;

type Values = Record<string, number[]>;

/** Measures all ways in turns. @throws Error when a record does not arrive as it was written. */
export async function ringBench({ rounds = 5, scale = 1 }: RingBenchOptions = {}): Promise<BenchResult> {
  const receivers = await RingReceivers.create();
  const peer = new Worker(new URL("./ring-peer.js", import.meta.url), { workerData: receivers.data });
  try {
    const ways = (Object.keys(RECORDS) as (keyof typeof RECORDS)[]).filter(
      (way) => receivers.hasRingbuf || !way.startsWith("ringbuf"),
    );
    const sized = (records: number): number => Math.max(BATCH, Math.round((records * scale) / BATCH) * BATCH);
    const perMicrosecond = (way: keyof typeof RECORDS) => async (): Promise<number> => {
      const records = sized(RECORDS[way].records);
      return (records * 1000) / (await receivers.receive(peer, way, records));
    };
    // The first time round everything is compiled, and every record of every way is compared.
    for (const way of ways) await perMicrosecond(way)();
    const hop99: number[] = [];
    const measurements: Record<string, () => Promise<number>> = {
      hop: async () => {
        const hops = (await receivers.hops(peer, sized(HOPS))).sort();
        hop99.push(hops[Math.floor(hops.length * 0.99)]);
        return hops[hops.length >> 1];
      },
    };
    for (const way of ways) measurements[way] = perMicrosecond(way);
    const limit = buildLimit("ring");
    if ("path" in limit) Object.assign(measurements, limitMeasurements(limit.path, sized));
    const values = await inTurns(rounds, measurements);
    return resultOf(values, ways, hop99, limit, receivers.hasRingbuf);
  } finally {
    await peer.terminate();
  }
}

/** The same records through a ring in C++, in a process of its own each time. */
function limitMeasurements(path: string, sized: (records: number) => number) {
  const records = sized(RECORDS["ring-batch"].records);
  const stream = (batch: number) => async (): Promise<number> => {
    const { wrong, elapsedNs } = await askLimit<{ wrong: number; elapsedNs: number }>(path, ["stream", records, batch]);
    if (wrong > 0) throw new Error(`C++ ring: ${wrong} of ${records} records are not as they were written`);
    return (records * 1000) / elapsedNs;
  };
  return {
    limitBatch: stream(BATCH),
    limit: stream(1),
    limitHop: async () => (await askLimit<{ p50: number }>(path, ["hop", sized(HOPS)])).p50,
  };
}

function resultOf(
  values: Values,
  ways: readonly (keyof typeof RECORDS)[],
  hop99: readonly number[],
  limit: Limit,
  hasRingbuf: boolean,
): BenchResult {
  const isLimited = "path" in limit;
  const row = (name: string, key: string): BenchResult["rows"][number] => ({
    name,
    "M records/s": round3(spread(values[key]).median),
    ...ratioColumns("ratio", ratios(values[key], values.message)),
    ...(hasRingbuf ? { ratioToRingbuf: round3(ratios(values[key], values.ringbuf).median) } : {}),
    ...(isLimited ? { ratioToLimit: round3(ratios(values[key], values.limitBatch).median) } : {}),
  });
  const rows = ways.map((way) => row(RECORDS[way].name, way));
  const checks = [least("ring to postMessage, a record each", ratios(values["ring-wasm"], values.message).median, 20)];
  if (hasRingbuf)
    checks.push(least("ring to ringbuf.js, a push a record", ratios(values["ring-wasm"], values.ringbuf).median, 5));
  const hop = { name: "one hop", p50: round3(spread(values.hop).median), p99: round3(spread(hop99).median) };
  if (!isLimited) rows.push(hop);
  else {
    const hopRatio = ratios(values.limitHop, values.hop).median;
    rows.push(row(`C++ ring, ${BATCH} a publish`, "limitBatch"), row("C++ ring, a publish a record", "limit"));
    rows.push({ ...hop, ratioToLimit: round3(hopRatio) });
    rows.push({ name: "one hop, C++", p50: round3(spread(values.limitHop).median), ratioToLimit: 1 });
    checks.push(least("ring to the C++ ring", ratios(values["ring-wasm"], values.limitBatch).median, LEAST_OF_LIMIT));
    checks.push(least("C++ hop to the ring's hop", hopRatio, LEAST_HOP_OF_LIMIT));
  }
  const skipped = isLimited ? [] : [{ name: "C++ ring", reason: limit.skipped }];
  if (!hasRingbuf) skipped.push({ name: "ringbuf.js", reason: "the package is not installed" });
  return {
    name: "ring",
    unit: "M records/s; ratio to postMessage of a record; hops in ns, both threads spinning",
    rows,
    checks,
    equal: ["every record of every way, all 64 bytes, in every round"],
    peers: isLimited ? { "C++ ring": limit.options } : {},
    skipped,
  };
}

function ratioColumns(name: string, { median, low, high }: Spread): Record<string, number> {
  return { [name]: round3(median), low: round3(low), high: round3(high) };
}

function least(name: string, value: number, threshold: number): BenchResult["checks"][number] {
  return { name, value: round3(value), threshold, passed: value >= threshold };
}
