import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { framesOfCryptofeed, framesOfLines, type ReferenceFrame, textOf } from "./reference-frames.js";

const root = fileURLToPath(new URL("../../../shared/data/", import.meta.url));

/** Real recordings lie beside the repository, not in it. */
export const hasRecordings = existsSync(root);
if (!hasRecordings) console.info(`no recordings at ${root}: tests that need them are skipped`);

/** A recording of third parties; `market` where the file does not say it. */
export interface RecordingFile {
  path: string;
  market?: string;
  /** Symbol of its REST snapshots. */
  symbol: string;
}

const lines = (name: string, market: string, symbol: string): RecordingFile => ({
  path: `${root}hftbacktest/${name}`,
  market,
  symbol,
});

export const spotBtc = lines("spot/btcusdt_20240808.gz", "binance.spot", "BTCUSDT");
export const spotEth = lines("spot/ethusdt_20240808.gz", "binance.spot", "ETHUSDT");
export const usdmBtc = lines("usdm/btcusdt_20240808.gz", "binance.usdm", "BTCUSDT");
export const usdmEth = lines("usdm/ethusdt_20240808.gz", "binance.usdm", "ETHUSDT");
export const usdmBtc2023 = lines("usdm/btcusdt_20230404.dat.gz", "binance.usdm", "BTCUSDT");
export const coinmBtc = lines("cm/btcusd_perp_20240808.gz", "binance.coinm", "BTCUSD_PERP");
export const cryptofeedSpot: RecordingFile = { path: `${root}cryptofeed/BINANCE.jsonl.gz`, symbol: "" };
export const cryptofeedUsdm: RecordingFile = { path: `${root}cryptofeed/BINANCE_FUTURES.jsonl.gz`, symbol: "" };
export const cryptofeedBybit: RecordingFile = { path: `${root}cryptofeed/BYBIT.jsonl.gz`, symbol: "" };
export const cryptofeedOkx: RecordingFile = { path: `${root}cryptofeed/OKX.jsonl.gz`, symbol: "" };
export const cryptofeedCoinbase: RecordingFile = { path: `${root}cryptofeed/COINBASE.jsonl.gz`, symbol: "" };
export const cryptofeedKraken: RecordingFile = { path: `${root}cryptofeed/KRAKEN.jsonl.gz`, symbol: "" };
/** Single frames without receive times, one a line. */
export const krakenFrames = { path: `${root}ccxt_static_ws/kraken_v2_BTC-USD_20260812.jsonl` };
export const cryptofeedDeribit: RecordingFile = { path: `${root}cryptofeed/DERIBIT.jsonl.gz`, symbol: "" };

export const cryptofeedHtx: RecordingFile = { path: `${root}cryptofeed/HUOBI_SWAP.jsonl.gz`, symbol: "" };

export const binanceRecordings = [
  spotBtc,
  spotEth,
  usdmBtc,
  usdmEth,
  usdmBtc2023,
  coinmBtc,
  cryptofeedSpot,
  cryptofeedUsdm,
];

/** Its frames as the reference takes them. */
export function framesOf({ path, market, symbol }: RecordingFile): ReferenceFrame[] {
  return market === undefined ? framesOfCryptofeed(textOf(path)) : framesOfLines(textOf(path), market, symbol);
}

/** The recording as an argument of `crosstick replay`. */
export function argumentOf({ path, market }: { path: string; market?: string }): string {
  return market === undefined ? path : `${market}=${path}`;
}
