// Decoding: the kernel against JSON.parse, frame by frame, from the frame's own buffer to records in the
// ring, the copy into the kernel's memory included. Both sides are first shown to give the same numbers.
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import Benchmark from "benchmark";
import { type DecodeLimit, openDecodeLimit } from "./decode-limit.js";
import { type DecodePeer, loadPeers, type PeerName, peerFor } from "./decode-peers.js";
import { DecodeTarget } from "./decode-target.js";
import { type FrameSet, frameSets } from "./frames.js";
import { JSON_RECORD, jsonPath } from "./json-path.js";
import { recordedSets } from "./recorded-frames.js";
import type { BenchResult } from "./result.js";

/** No kind may be slower than this many times JSON.parse. */
const LEAST_RATIO = 9;
const SEED = 20260809;
const PEERS: readonly PeerName[] = ["tardis", "ccxt"];
const PACKAGES: Readonly<Record<PeerName, string>> = { tardis: "tardis-dev", ccxt: "ccxt" };
const RATIOS: Readonly<Record<PeerName, string>> = { tardis: "ratioToTardis", ccxt: "ratioToCcxt" };
const LEAST_TO: Readonly<Record<PeerName, number>> = { tardis: 10, ccxt: 25 };
/** Records of the largest frame in any set. */
const RECORDS_MAXIMUM = 4096;

export interface DecodeBenchOptions {
  /** Interleaved rounds over all kinds; the median counts. 5 by default. */
  rounds?: number;
  /** Folder with recordings; generated frames alone without one. */
  dataDir?: string;
  /** Seconds of each measurement in a round; 0.06 by default. */
  seconds?: number;
}

/** Times both ways for every kind of frame. @throws Error when they do not give the same numbers. */
export async function decodeBench(options: DecodeBenchOptions = {}): Promise<BenchResult> {
  const { rounds = 5, dataDir, seconds = 0.06 } = options;
  const sets = frameSets(SEED);
  if (dataDir !== undefined && existsSync(dataDir)) sets.push(...recordedSets(dataDir));
  const out = new Float64Array(RECORDS_MAXIMUM * JSON_RECORD);
  const packages = await loadPeers();
  const runs: Run[] = sets.map((set) => {
    const target = new DecodeTarget(set.venue, set.product);
    verify(set, target, out);
    const peers = PEERS.flatMap((name) => {
      const decode = name in packages ? peerFor(name, packages[name], set) : null;
      return decode === null ? [] : [{ name, decode, times: [] }];
    });
    return { set, target, json: [], kernel: [], limit: [], peers, misses: target.misses() / set.frames.length };
  });
  const limit = await openDecodeLimit(sets);

  for (let round = 0; round < rounds; round++) {
    for (const { set, target, json, kernel, peers } of runs) {
      const { frames, venue, product } = set;
      json.push(
        time(seconds, frames.length, () => {
          for (const frame of frames) jsonPath(frame, venue, product, out);
        }),
      );
      kernel.push(
        time(seconds, frames.length, () => {
          for (const frame of frames) target.decode(frame);
        }),
      );
      for (const { decode, times } of peers)
        times.push(
          time(seconds, frames.length, () => {
            for (const frame of frames) decode(frame);
          }),
        );
      await new Promise((resolve) => setImmediate(resolve));
    }
    if ("time" in limit) for (const [index, ns] of (await limit.time(seconds)).entries()) runs[index].limit.push(ns);
  }
  if ("close" in limit) limit.close();
  return resultOf(
    runs,
    limit,
    PEERS.filter((name) => !(name in packages)),
  );
}

/** Times of one set of frames, ns a frame, a round each. */
interface Run {
  set: FrameSet;
  target: DecodeTarget;
  peers: { name: PeerName; decode: DecodePeer; times: number[] }[];
  json: number[];
  kernel: number[];
  /** Of simdjson; empty where it is skipped. */
  limit: number[];
  /** Share of the frames that no template knew. */
  misses: number;
}

function resultOf(
  runs: readonly Run[],
  limit: DecodeLimit | { skipped: string },
  missing: readonly PeerName[],
): BenchResult {
  const isLimited = "options" in limit;
  const rows = runs.map(({ set, json, kernel, misses, limit, peers }) => ({
    name: set.name,
    frames: set.frames.length,
    bytes: Math.round(set.frames.reduce((sum, frame) => sum + frame.length, 0) / set.frames.length),
    json: round1(median(json)),
    kernel: round1(median(kernel)),
    ratio: round1(median(json.map((value, index) => value / kernel[index]))),
    ...(isLimited
      ? {
          simdjson: round1(median(limit)),
          ratioToSimdjson: round2(median(limit.map((value, index) => value / kernel[index]))),
        }
      : {}),
    ...Object.fromEntries(
      peers.flatMap(({ name, times }) => [
        [name, round1(median(times))],
        [RATIOS[name], round1(median(times.map((value, index) => value / kernel[index])))],
      ]),
    ),
    templateMisses: misses,
  })) as (BenchResult["rows"][number] & { ratio: number; ratioToSimdjson?: number; templateMisses: number })[];
  const ratios = rows.map((row) => row.ratio);
  const least = (name: string, value: number, threshold: number) => ({
    name,
    value,
    threshold,
    passed: value >= threshold,
  });
  const limitChecks = isLimited
    ? [least("median ratio to simdjson On-Demand", round2(median(rows.map((row) => row.ratioToSimdjson ?? 0))), 1)]
    : [];
  const peerChecks = PEERS.flatMap((name) => {
    const values = rows.map((row) => row[RATIOS[name]]).filter((value) => typeof value === "number");
    return values.length === 0
      ? []
      : [least(`smallest ratio to ${PACKAGES[name]}`, Math.min(...values), LEAST_TO[name])];
  });
  return {
    name: "decode",
    unit: "ns/frame",
    rows,
    checks: [
      least("smallest ratio to JSON.parse", Math.min(...ratios), LEAST_RATIO),
      least("median ratio to JSON.parse", round1(median(ratios)), 13),
      least("share of frames taken by a template", 1 - Math.max(...rows.map((row) => row.templateMisses)), 1),
      ...limitChecks,
      ...peerChecks,
    ],
    equal: [
      `kernel${isLimited ? ", simdjson" : ""} and JSON.parse: every number of every record of every frame, bit for bit`,
      "tardis-dev and ccxt, where they are not missing: prices and sizes of every touch and trade; ccxt's books are not compared",
    ],
    peers: {
      "JSON.parse": `Node ${process.version}: latin1Slice, into a preallocated Float64Array`,
      "tardis-dev": "JSON.parse and the mapper, objects made; touches and trades",
      ccxt: "JSON.parse and ccxt.pro's handler of Binance spot; of depth the levels go into its book, too",
      ...(isLimited ? { "simdjson On-Demand": `${limit.options}; no copy of the frame` } : {}),
    },
    skipped: [
      ...(isLimited ? [] : [{ name: "simdjson On-Demand", reason: limit.skipped }]),
      ...missing.map((name) => ({ name: PACKAGES[name], reason: "the package is not installed" })),
    ],
  };
}

/** Nanoseconds a frame. */
function time(seconds: number, frames: number, body: () => void): number {
  const benchmark = new Benchmark(body, { maxTime: seconds, minSamples: 3, minTime: seconds / 4, initCount: 1 });
  benchmark.run();
  return (benchmark.stats.mean / frames) * 1e9;
}

/** @throws Error at the first number in which the two differ. */
function verify(set: FrameSet, target: DecodeTarget, out: Float64Array): void {
  for (const frame of set.frames) {
    const records = target.decode(frame);
    const expected = jsonPath(frame, set.venue, set.product, out);
    if (records !== expected)
      throw new Error(`${set.name}: ${records} records, JSON.parse gives ${expected}: ${frame.toString()}`);
    for (let index = 0; index < records; index++) {
      const got = target.read(index);
      for (let word = 0; word < got.length; word++)
        if (!Object.is(got[word], out[index * JSON_RECORD + word]))
          throw new Error(
            `${set.name}: word ${word} of record ${index} is ${got[word]}, JSON.parse gives ${out[index * JSON_RECORD + word]}: ${frame.toString()}`,
          );
    }
  }
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const round2 = (value: number) => Math.round(value * 100) / 100;
const round1 = (value: number) => Math.round(value * 10) / 10;

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const result = await decodeBench({ dataDir: process.argv[2], rounds: Number(process.argv[3] ?? 5) });
  console.table(Object.fromEntries(result.rows.map(({ name, ...columns }) => [name, columns])));
  for (const { name, value, threshold, passed } of result.checks)
    console.log(`${passed ? "passed" : "FAILED"}  ${name}: ${value} (at least ${threshold})`);
}
