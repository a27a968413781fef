// Frames of real recordings, by kind, where the recordings are at hand.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import {
  PRODUCT_COINM,
  PRODUCT_LINEAR,
  PRODUCT_SPOT,
  PRODUCT_USDM,
  VENUE_BINANCE,
  VENUE_BYBIT,
} from "../src/layout.js";
import type { FrameSet } from "./frames.js";

/** Frames of one kind that are kept at most. */
const FRAMES_MAXIMUM = 1000;

const lines = (path: string): string[] => gunzipSync(readFileSync(path)).toString("latin1").trim().split("\n");

/** Kind of a frame by what is in it; undefined for what no template covers. */
const binanceKinds: [string, string][] = [
  ["bookTicker", '@bookTicker"'],
  ["trade", '@trade"'],
  ["depthUpdate", "@depth@"],
  ["markPrice", "@markPrice"],
  ["snapshot", '{"lastUpdateId":'],
];
const bybitKinds: [string, string][] = [
  ["orderbook.200", '{"topic":"orderbook.'],
  ["publicTrade", '{"topic":"publicTrade.'],
  ["tickers", '{"topic":"tickers.'],
];

function sort(name: string, venue: number, product: number, frames: string[], kinds: [string, string][]): FrameSet[] {
  return kinds
    .map(([kind, mark]) => ({
      name: `recorded ${name} ${kind}`,
      venue,
      product,
      frames: frames
        .filter((frame) => frame.includes(mark))
        .slice(0, FRAMES_MAXIMUM)
        .map((frame) => Buffer.from(frame, "latin1")),
    }))
    .filter(({ frames }) => frames.length > 0);
}

/** Recordings of hftbacktest and cryptofeed below `dataDir`; those that are not there are left out. */
export function recordedSets(dataDir: string): FrameSet[] {
  const sets: FrameSet[] = [];
  const binance: [string, number, string][] = [
    ["binance spot", PRODUCT_SPOT, "hftbacktest/spot/btcusdt_20240808.gz"],
    ["binance usdm", PRODUCT_USDM, "hftbacktest/usdm/btcusdt_20240808.gz"],
    ["binance coinm", PRODUCT_COINM, "hftbacktest/cm/btcusd_perp_20240808.gz"],
  ];
  for (const [name, product, file] of binance) {
    const path = join(dataDir, file);
    if (!existsSync(path)) continue;
    const frames = lines(path).map((line) => line.slice(line.indexOf(" ") + 1));
    sets.push(...sort(name, VENUE_BINANCE, product, frames, binanceKinds));
  }
  const path = join(dataDir, "cryptofeed/BYBIT.jsonl.gz");
  if (existsSync(path)) {
    const entries = lines(path).map((line) => JSON.parse(line) as { t: string; conn: string; data: string });
    for (const [name, product, connection] of [
      ["bybit linear", PRODUCT_LINEAR, "BYBIT.ws.2"],
      ["bybit spot", PRODUCT_SPOT, "BYBIT.ws.3"],
    ] as const) {
      const frames = entries.filter(({ t, conn }) => t === "recv" && conn === connection).map(({ data }) => data);
      sets.push(...sort(name, VENUE_BYBIT, product, frames, bybitKinds));
    }
  }
  return sets;
}
