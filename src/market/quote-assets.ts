/**
 * The published lists of quote assets, by which a symbol without a separator is split when neither the
 * venue's metadata nor the table of common instruments knows it: the longest list entry that the symbol
 * ends with is the quote, what stands before it the base, and the instrument is marked `inferred`.
 */
export interface QuoteAssets {
  /** Longest first; equal lengths by alphabet. */
  general: readonly string[];
  /**
   * Quotes of a handful of pairs whose names are endings of other pairs (`AEUR`: ADA/EUR, not AD/AEUR).
   * They count only where a common asset stands before them.
   */
  rare: readonly string[];
}

const stablecoins = ["USDT", "USDC", "FDUSD", "BUSD", "TUSD", "USDP", "USDS", "USD1", "USDE", "DAI", "PAX", "UST"];
const fiat = [
  ..."AED ARS AUD BRL CHF COP CZK EUR GBP IDR INR JPY KRW KZT MXN NGN PHP PLN RON RUB SAR SGD THB TRY UAH VND ZAR".split(
    " ",
  ),
];

const none: readonly string[] = [];

/** By `venue.product`. Binance lists no pair in USD itself, which would make `ARBUSD` (AR/BUSD) undecidable. */
export const QUOTE_ASSETS: Readonly<Record<string, QuoteAssets>> = {
  "binance.spot": {
    general: longestFirst([
      ...stablecoins,
      ...fiat,
      ...["BTC", "ETH", "BNB", "TRX", "XRP", "DOGE"],
      ...["EURI", "BIDR", "IDRT", "BKRW", "BVND", "GYEN", "VAI"],
    ]),
    rare: longestFirst(["AEUR", "BFUSD", "RLUSD", "XUSD", "SOL", "DOT", "U"]),
  },
  "binance.usdm": { general: longestFirst(["USDT", "USDC", "BUSD", "FDUSD", "USD1", "BTC", "ETH"]), rare: none },
  "binance.coinm": { general: ["USD"], rare: none },
  "bybit.spot": {
    general: longestFirst([...stablecoins, ...fiat, "USD", "BTC", "ETH", "BRZ", "MNT", "RLUSD"]),
    rare: longestFirst(["XUSD", "SOL"]),
  },
  "bybit.linear": { general: ["USDT"], rare: none },
  "bybit.inverse": { general: ["USD"], rare: none },
};

function longestFirst(assets: readonly string[]): readonly string[] {
  return [...assets].sort((a, b) => b.length - a.length || (a < b ? -1 : a > b ? 1 : 0));
}
