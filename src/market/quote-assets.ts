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

const none: readonly string[] = [];

/** By `venue.product`. Binance lists no pair in USD itself, which would make `ARBUSD` (AR/BUSD) undecidable. */
export const QUOTE_ASSETS: Readonly<Record<string, QuoteAssets>> = {
  "binance.spot": {
    general: assets(
      "USDT USDC FDUSD BUSD TUSD USDP USDS USD1 USDE DAI PAX UST VAI",
      "ARS AUD BRL COP CZK EUR EURI GBP JPY KZT MXN NGN PLN RON RUB TRY UAH ZAR BIDR IDRT BKRW BVND GYEN",
      "BTC ETH BNB TRX XRP DOGE",
    ),
    rare: assets("AEUR BFUSD RLUSD XUSD SOL DOT IDR U"),
  },
  "binance.usdm": { general: assets("USDT USDC BUSD FDUSD USD1 BTC ETH"), rare: none },
  "binance.coinm": { general: assets("USD"), rare: none },
  "bybit.spot": {
    general: assets("USDT USDC USDE USD1 DAI RLUSD", "AED BRL BRZ EUR GBP KZT PLN TRY USD", "BTC ETH MNT"),
    rare: assets("XUSD SOL"),
  },
  "bybit.linear": { general: assets("USDT"), rare: none },
  "bybit.inverse": { general: assets("USD"), rare: none },
  "htx.spot": {
    general: assets("USDT USDC HUSD USDD TUSD USD1 UST EUROC", "BRL EUR GBP RUB TRY UAH", "BTC ETH TRX"),
    rare: assets("HT"),
  },
};

/** Longest first. */
function assets(...lists: string[]): readonly string[] {
  return lists
    .join(" ")
    .split(" ")
    .sort((a, b) => b.length - a.length || (a < b ? -1 : a > b ? 1 : 0));
}
