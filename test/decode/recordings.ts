// Real frames, where the recordings lie beside the repository.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import * as L from "crosstick/internal/layout";

export const recordings = fileURLToPath(new URL("../../../shared/data", import.meta.url));
export const hasRecordings = existsSync(recordings);
if (!hasRecordings) console.log(`no recordings at ../shared/data: tests on real frames are skipped`);

export interface Recording {
  name: string;
  venue: number;
  product: number;
  /** All of its current-shape frames are expected to be taken by templates. */
  isCurrent: boolean;
  frames: () => Uint8Array[];
}

const encoder = new TextEncoder();
const lines = (path: string): string[] => {
  const bytes = readFileSync(join(recordings, path));
  return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8").trim().split("\n");
};

const hftbacktest = (path: string, product: number, isCurrent: boolean): Recording => ({
  name: path,
  venue: L.VENUE_BINANCE,
  product,
  isCurrent,
  frames: () => lines(`hftbacktest/${path}`).map((line) => encoder.encode(line.slice(line.indexOf(" ") + 1))),
});

const cryptofeed = (
  file: string,
  connection: RegExp,
  venue: number,
  product: number,
  isCurrent: boolean,
): Recording => ({
  name: `${file} ${connection.source}`,
  venue,
  product,
  isCurrent,
  frames: () =>
    lines(`cryptofeed/${file}.jsonl.gz`)
      .map((line) => JSON.parse(line) as { t: string; conn: string; data: string; b64?: string })
      .filter(({ t, conn }) => (t === "recv" || t === "http") && connection.test(conn))
      // What came as bytes is gzip: HTX.
      .map(({ data, b64 }) => (b64 === undefined ? encoder.encode(data) : gunzipSync(Buffer.from(b64, "base64")))),
});

/** One connection has all products: the form of the instrument's name tells a frame's. */
const okx = (product: number, name: RegExp): Recording => ({
  ...cryptofeed("OKX", /./, L.VENUE_OKX, product, true),
  frames: () =>
    cryptofeed("OKX", /./, L.VENUE_OKX, product, true)
      .frames()
      .filter((frame) => name.test(new TextDecoder().decode(frame.subarray(0, 120)))),
});

const tardis = (file: string, venue: number, product: number): Recording => ({
  name: `tardis ${file}`,
  venue,
  product,
  isCurrent: false,
  frames: () =>
    lines(`tardis_node_messages/${file}.jsonl`).map((line) => encoder.encode(JSON.stringify(JSON.parse(line).message))),
});

/** Whole books come ten times a second, and one is like the other. */
const eachFifth = (recording: Recording): Recording => ({
  ...recording,
  frames: () => recording.frames().filter((frame, index) => frame.length < 1000 || index % 5 === 0),
});

const ccxt = (file: string, venue: number, product: number): Recording => ({
  name: `ccxt ${file}`,
  venue,
  product,
  isCurrent: false,
  frames: () => lines(`ccxt_static_ws/${file}.jsonl`).map((line) => encoder.encode(line)),
});

export const allRecordings: Recording[] = [
  hftbacktest("spot/btcusdt_20240808.gz", L.PRODUCT_SPOT, true),
  hftbacktest("spot/ethusdt_20240808.gz", L.PRODUCT_SPOT, true),
  hftbacktest("usdm/btcusdt_20230404.dat.gz", L.PRODUCT_USDM, false),
  hftbacktest("usdm/btcusdt_20240808.gz", L.PRODUCT_USDM, true),
  hftbacktest("usdm/ethusdt_20240808.gz", L.PRODUCT_USDM, true),
  hftbacktest("cm/btcusd_perp_20240808.gz", L.PRODUCT_COINM, true),
  cryptofeed("BINANCE", /./, L.VENUE_BINANCE, L.PRODUCT_SPOT, false),
  cryptofeed("BINANCE_FUTURES", /./, L.VENUE_BINANCE, L.PRODUCT_USDM, false),
  cryptofeed("BYBIT", /ws\.2/, L.VENUE_BYBIT, L.PRODUCT_LINEAR, true),
  cryptofeed("BYBIT", /ws\.3/, L.VENUE_BYBIT, L.PRODUCT_SPOT, true),
  cryptofeed("BYBIT", /http/, L.VENUE_BYBIT, L.PRODUCT_LINEAR, true),
  okx(L.PRODUCT_SPOT, /"instId":"[A-Z]+-[A-Z]+"/),
  okx(L.PRODUCT_SWAP, /"instId":"[A-Z]+-[A-Z]+-SWAP"/),
  okx(L.PRODUCT_FUTURES, /"instId":"[A-Z]+-[A-Z]+-\d{6}"/),
  cryptofeed("COINBASE", /./, L.VENUE_COINBASE, L.PRODUCT_SPOT, true),
  ccxt("kraken_v2_BTC-USD_20260812", L.VENUE_KRAKEN, L.PRODUCT_SPOT),
  tardis("binance", L.VENUE_BINANCE, L.PRODUCT_SPOT),
  tardis("binance-futures", L.VENUE_BINANCE, L.PRODUCT_USDM),
  tardis("binance-delivery", L.VENUE_BINANCE, L.PRODUCT_COINM),
  tardis("binance-european-options", L.VENUE_BINANCE, L.PRODUCT_OPTION),
  tardis("bybit", L.VENUE_BYBIT, L.PRODUCT_LINEAR),
  tardis("bybit", L.VENUE_BYBIT, L.PRODUCT_INVERSE),
  tardis("bybit-spot", L.VENUE_BYBIT, L.PRODUCT_SPOT),
  tardis("bybit-options", L.VENUE_BYBIT, L.PRODUCT_OPTION),
  eachFifth(cryptofeed("HUOBI_SWAP", /./, L.VENUE_HTX, L.PRODUCT_SWAP, true)),
  tardis("huobi", L.VENUE_HTX, L.PRODUCT_SPOT),
  tardis("huobi-dm", L.VENUE_HTX, L.PRODUCT_FUTURES),
  tardis("huobi-dm-swap", L.VENUE_HTX, L.PRODUCT_SWAP),
  tardis("huobi-dm-linear-swap", L.VENUE_HTX, L.PRODUCT_SWAP),
  cryptofeed("DERIBIT", /./, L.VENUE_DERIBIT, L.PRODUCT_OPTION, true),
  ccxt("deribit_BTC-PERPETUAL_20260812", L.VENUE_DERIBIT, L.PRODUCT_SWAP),
  tardis("deribit", L.VENUE_DERIBIT, L.PRODUCT_SWAP),
  tardis("deribit", L.VENUE_DERIBIT, L.PRODUCT_OPTION),
];

/** Recordings of protocols that a venue had before: nothing in them is understood. */
export const olderRecordings: Recording[] = [
  cryptofeed("KRAKEN", /ws/, L.VENUE_KRAKEN, L.PRODUCT_SPOT, false),
  tardis("kraken", L.VENUE_KRAKEN, L.PRODUCT_SPOT),
  tardis("coinbase", L.VENUE_COINBASE, L.PRODUCT_SPOT),
];
