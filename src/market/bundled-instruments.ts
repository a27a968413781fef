/**
 * Assets whose pairs are recognised without metadata and without guessing: a symbol that reads as one
 * of these before a quote asset of its market is taken as that pair and is not marked `inferred`.
 */
export const COMMON_ASSETS: ReadonlySet<string> = new Set(
  [
    "BTC ETH BNB XRP SOL DOGE ADA TRX AVAX LINK DOT MATIC POL LTC BCH SHIB TON UNI ATOM XLM ETC FIL NEAR APT ARB OP",
    "SUI SEI INJ TIA RUNE AAVE MKR LDO CRV SNX COMP SUSHI YFI 1INCH GRT ENS DYDX GMX IMX STX RNDR RENDER FET WLD",
    "PEPE WIF BONK FLOKI ORDI SATS JUP JTO PYTH ENA ETHFI PENDLE ONDO STRK ZK ZRO NOT TRUMP HYPE TAO KAS HBAR ALGO",
    "VET ICP FTM S EOS XTZ THETA SAND MANA AXS GALA APE CHZ FLOW EGLD KAVA ZEC DASH XMR NEO IOTA QTUM ZIL ONT BAT",
    "ZRX ENJ KNC OMG LRC STORJ ANKR CELO ROSE MINA AR KSM WAVES CAKE BLUR MASK SSV CFX ID ARKM WOO FXS BAND RSR OCEAN",
    "WBTC WBETH BNSOL BBSOL PAXG XAUT USDC USDT FDUSD TUSD DAI EUR 1000SHIB 1000PEPE 1000BONK 1000FLOKI 1000SATS SHIB1000",
  ]
    .join(" ")
    .split(" "),
);

/**
 * Contract size of Binance COIN-M by base asset, USD a contract
 * (https://www.binance.com/en/futures/trading-rules/quarterly). An asset that is missing here has an
 * unknown size, and its quantities are refused rather than guessed.
 */
export const COINM_CONTRACT_USD: ReadonlyMap<string, number> = new Map([
  ["BTC", 100],
  ...[
    "ETH BNB XRP SOL ADA DOT LTC BCH LINK TRX EOS ETC FIL DOGE UNI AVAX MATIC ATOM NEAR FTM SAND MANA GALA ALGO",
    "AXS APT OP XLM ICP THETA VET XTZ EGLD KSM AAVE RUNE APE CRV CHZ ENS ZIL LUNA GMT ROSE KNC SUI WIF PEPE INJ SUSHI",
  ]
    .join(" ")
    .split(" ")
    .map((asset): [string, number] => [asset, 10]),
]);

/** Contract size of every Bybit inverse contract, USD. */
export const BYBIT_INVERSE_CONTRACT_USD = 1;
