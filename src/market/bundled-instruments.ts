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

/** Coins in one contract of an HTX perpetual or dated future in USDT (/linear-swap-api/v1/swap_contract_info of 2022-02-19). */
export const HTX_LINEAR_CONTRACT_COINS: ReadonlyMap<string, number> = new Map(
  (
    [
      [0.0001, "YFI"],
      [0.001, "BTC YFII MKR"],
      [0.01, "ETH ICP BCH BSV COMP XMR FTT QNT ENS LPT"],
      [0.1, "LTC LINK FIL BNB ZEC DASH KSM AAVE NEO MASK ZEN BADGER AXS FLOW AR ALICE DYDX OKB IMX MINA BICO"],
      [0.1, "CELO LOOKS"],
      [1, "DOT EOS UNI SNX ETC ATOM SUSHI 1INCH CRV XTZ WAVES QTUM KAVA OMG AVAX SOL NEAR ENJ STORJ CSPR"],
      [1, "O3 MIR SRM CLV SXP YGG C98 AGLD MDX RNDR ROSE FTM"],
      [10, "XRP ADA THETA XLM GRT ALGO XEM ONT LINA IOTA SAND RVN REN CVC MANA WOO CHZ HBAR CHR ACH NKN"],
      [10, "IOTX LRC TRIBE WAXP COTI GALA SKL CTSI CELR CRO PEOPLE JST ARPA"],
      [100, "DOGE TRX ZIL RSR VET MATIC BTS IOST REEF ONE VRA SLP"],
      [1000, "SHIB"],
      [10000, "XEC"],
      [100000, "SOS"],
      [1_000_000, "BTT NFT"],
    ] as const
  ).flatMap(([coins, assets]) => assets.split(" ").map((asset): [string, number] => [asset, coins])),
);

/** US dollars in one contract of an HTX perpetual or dated future in the coin (/swap-api/v1/swap_contract_info of 2022-02-19). */
export const HTX_INVERSE_CONTRACT_USD: ReadonlyMap<string, number> = new Map([
  ["BTC", 100],
  ...[
    "ETH LINK FIL SHIB ICP UNI ZEC ATOM DASH DOT EOS XLM ADA THETA LTC YFI SUSHI YFII AAVE KSM BCH",
    "BSV XRP ETC TRX QTUM IOTA NEO ONT XMR XTZ ALGO VET DOGE IOST BTM COMP OMG ANT CRV STORJ NEAR",
    "SOL MATIC SAND MANA AVAX GALA",
  ]
    .join(" ")
    .split(" ")
    .map((asset): [string, number] => [asset, 10]),
]);
/**
 * Base coin a contract of OKX's USDT-margined swaps and futures, `ctVal` x `ctMult` of
 * www.okx.com/api/v5/public/instruments: those that were the same in a recording of 2022-05-13 and in
 * lists of 2026, and some that are younger. The venue changes them at times (ZEC from 0.1 to 0.01), and its
 * own list, where it can be asked, goes before this table.
 */
export const OKX_CONTRACT_COIN: ReadonlyMap<string, number> = new Map([
  ...sized(0.01, "BTC BNB TAO ICP"),
  ...sized(0.1, "ETH BCH FIL AAVE AXS INJ ORDI TRUMP HYPE"),
  ...sized(1, "SOL LTC DOT AVAX LINK UNI ATOM CRV DYDX SUI APT OP TON WLD WIF STRK ZRO ARKM RENDER"),
  ...sized(10, "ETC NEAR ALGO GRT GALA MANA CHZ CFX FLOW ARB SEI ENA ONDO POL"),
  ...sized(100, "ADA XRP XLM HBAR"),
  ...sized(1000, "DOGE TRX"),
  ...sized(100_000, "BONK"),
  ...sized(1_000_000, "SHIB"),
  ...sized(10_000_000, "PEPE SATS"),
]);

/** US dollars a contract of OKX's coin-margined swaps and futures; source as above. */
export const OKX_CONTRACT_USD: ReadonlyMap<string, number> = new Map([
  ["BTC", 100],
  ...sized(10, "ETH LTC DOT DOGE SOL TRX ADA ATOM AVAX BCH CRV EOS ETC FIL LINK SUSHI UNI XLM XRP"),
]);

/** Base coin a contract of OKX's options today; in 2022 they were ten times as large. Source as above. */
export const OKX_OPTION_COIN: ReadonlyMap<string, number> = new Map([
  ["BTC", 0.01],
  ["ETH", 0.1],
]);

/**
 * Smallest size and step of an option, base coin: `min_trade_amount` of Deribit's public/get_instruments
 * (2021-07-22), one contract of OKX, the minimum order of Bybit (learn.bybit.com, "Options Parameters Introduction";
 * help.bybit.com, "FAQ: Options Trading"). Others are not known here.
 */
export const OPTION_LOT_COIN: ReadonlyMap<string, number> = new Map([
  ...[...OKX_OPTION_COIN].map(([coin, size]): [string, number] => [`okx:${coin}/USD`, size]),
  ["deribit:BTC/USD", 0.1],
  ["deribit:ETH/USD", 1],
  ["deribit:SOL/USD", 1],
  ...["USDC", "USDT"].flatMap((quote): [string, number][] => [
    [`bybit:BTC/${quote}`, 0.01],
    [`bybit:ETH/${quote}`, 0.1],
  ]),
]);

function sized(size: number, assets: string): [string, number][] {
  return assets.split(" ").map((asset): [string, number] => [asset, size]);
}
