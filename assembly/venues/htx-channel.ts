// Names of HTX's channels, `market.btcusdt.mbp.150` or `public.BTC-USDT.funding_rate`: what they carry and of whom.
import {
  MESSAGE_PRODUCT,
  PRODUCT_FUTURES,
  PRODUCT_SPOT,
  PRODUCT_SWAP,
  REJECT_WRONG_PRODUCT,
} from "../../src/layout";
import { resolve } from "../symbols";
import { readPlain, readText, textAt, textBytes, word0, word1, wordBytes, wordsAre } from "../walk";

export const CHANNEL_UNKNOWN: i32 = 0;
/** Known, and nothing is made of it. */
export const CHANNEL_IGNORED: i32 = 1;
export const CHANNEL_TRADES: i32 = 2;
export const CHANNEL_BBO: i32 = 3;
/** `mbp.N`: numbered changes of a spot book. */
export const CHANNEL_CHANGES: i32 = 4;
/** `depth.size_N.high_freq`: snapshot and numbered changes of a derivative's book. */
export const CHANNEL_HIGH_FREQUENCY: i32 = 5;
/** `mbp.refresh.N`, `depth.step0`, `depth.step6`: a whole book each time. */
export const CHANNEL_IMAGE: i32 = 6;
/** `index.1min`, `mark_price.1min`: bars whose close is the present price. */
export const CHANNEL_MARK: i32 = 7;
export const CHANNEL_INDEX: i32 = 8;
export const CHANNEL_BASIS: i32 = 9;
export const CHANNEL_OPEN_INTEREST: i32 = 10;
export const CHANNEL_FUNDING: i32 = 11;
export const CHANNEL_LIQUIDATIONS: i32 = 12;

/** CHANNEL_* of the name read last, and the levels that a book's name says. */
export let channel: i32 = 0;

export let levels: i32 = 0;

// The symbol's text in that name.
let symbolAt: usize = 0;
let symbolBytes: i32 = 0;

// The name's text, and the part of it that the words of walk.ts hold.
let at: usize = 0;
let end: usize = 0;

/** Reads the part up to the next dot into word0..word2; false when there is none, or nothing in it. `at` is past `end` after the last. */
function nextPart(): bool {
  if (at >= end) return false;
  let to = at;
  while (to < end && load<u8>(to) != 0x2e) to++;
  readPlain(at, <i32>(to - at));
  at = to + 1;
  return wordBytes > 0;
}

const PART_MARKET: u64 = 0x74656b72616d; // market
const PART_PUBLIC: u64 = 0x63696c627570; // public

/** Reads the name that begins at `value` (a string) into `channel` and `levels`: 0, or what is wrong with its text. */
export function readChannel(lane: usize, value: usize): i32 {
  const status = readText(lane, value);
  if (status != 0) return status;
  at = textAt;
  end = textAt + textBytes;
  channel = CHANNEL_UNKNOWN;
  levels = 0;
  if (!nextPart()) return 0;
  const isMarket = wordsAre(6, PART_MARKET);
  if (!isMarket && !wordsAre(6, PART_PUBLIC)) return 0;
  symbolAt = at;
  if (at >= end) return 0;
  nextPart(); // a symbol of no bytes is refused as a symbol
  symbolBytes = <i32>(at - 1 - symbolAt);
  if (nextPart()) channel = isMarket ? marketChannel() : publicChannel();
  // What goes on after a name that is complete is another name.
  if (at <= end && channel != CHANNEL_IGNORED) channel = CHANNEL_UNKNOWN;
  return 0;
}

const PART_TRADE: u64 = 0x6564617274; // trade
const PART_DETAIL: u64 = 0x6c6961746564; // detail
const PART_BBO: u64 = 0x6f6262; // bbo
const PART_MBP: u64 = 0x70626d; // mbp
const PART_DEPTH: u64 = 0x6874706564; // depth
const PART_BASIS: u64 = 0x7369736162; // basis
const PART_MARK: u64 = 0x6972705f6b72616d; // mark_pri
const PART_MARK_END: u64 = 0x6563; // ce
const PART_INDEX: u64 = 0x7865646e69; // index
const PART_OPEN_INTEREST: u64 = 0x746e695f6e65706f; // open_int
const PART_OPEN_INTEREST_END: u64 = 0x7473657265; // erest
const PART_KLINE: u64 = 0x656e696c6b; // kline
const PART_TICKER: u64 = 0x72656b636974; // ticker
const PART_PREMIUM: u64 = 0x5f6d75696d657270; // premium_
const PART_PREMIUM_END: u64 = 0x7865646e69; // index
const PART_ESTIMATED: u64 = 0x6574616d69747365; // estimate
const PART_ESTIMATED_END: u64 = 0x657461725f64; // d_rate

function marketChannel(): i32 {
  if (wordsAre(5, PART_TRADE)) return nextPart() && wordsAre(6, PART_DETAIL) ? CHANNEL_TRADES : CHANNEL_UNKNOWN;
  if (wordsAre(3, PART_BBO)) return CHANNEL_BBO;
  if (wordsAre(3, PART_MBP)) return mbpChannel();
  if (wordsAre(5, PART_DEPTH)) return depthChannel();
  if (wordsAre(10, PART_MARK, PART_MARK_END)) return nextPart() ? CHANNEL_MARK : CHANNEL_UNKNOWN;
  if (wordsAre(5, PART_INDEX)) return nextPart() ? CHANNEL_INDEX : CHANNEL_UNKNOWN;
  if (wordsAre(5, PART_BASIS)) return nextPart() && nextPart() ? CHANNEL_BASIS : CHANNEL_UNKNOWN;
  if (wordsAre(13, PART_OPEN_INTEREST, PART_OPEN_INTEREST_END)) return CHANNEL_OPEN_INTEREST;
  if (
    wordsAre(5, PART_KLINE) ||
    wordsAre(6, PART_DETAIL) ||
    wordsAre(6, PART_TICKER) ||
    wordsAre(13, PART_PREMIUM, PART_PREMIUM_END) ||
    wordsAre(14, PART_ESTIMATED, PART_ESTIMATED_END)
  )
    return CHANNEL_IGNORED;
  return CHANNEL_UNKNOWN;
}

/** The part read last as a number of one to four digits, its first `from` bytes left out; 0 when it is none. */
function digits(from: i32): i32 {
  if (wordBytes <= from || wordBytes - from > 4) return 0;
  let value = 0;
  for (let i = from; i < wordBytes; i++) {
    const byte = <i32>((i < 8 ? word0 >> (<u64>i << 3) : word1 >> (<u64>(i - 8) << 3)) & 0xff) - 0x30;
    if (<u32>byte > 9) return 0;
    value = value * 10 + byte;
  }
  return value;
}

const PART_REFRESH: u64 = 0x68736572666572; // refresh

/** `mbp.150`, `mbp.refresh.20`: https://www.htx.com/en-us/opend/newApiPages/ "Market By Price". */
function mbpChannel(): i32 {
  if (!nextPart()) return CHANNEL_UNKNOWN;
  const isImage = wordsAre(7, PART_REFRESH);
  if (isImage && !nextPart()) return CHANNEL_UNKNOWN;
  levels = digits(0);
  if (levels == 0) return CHANNEL_UNKNOWN;
  return isImage ? CHANNEL_IMAGE : CHANNEL_CHANGES;
}

const PART_STEP: u64 = 0x70657473; // step
const PART_SIZE: u64 = 0x5f657a6973; // size_
const PART_HIGH_FREQUENCY: u64 = 0x6572665f68676968; // high_fre
const PART_HIGH_FREQUENCY_END: u64 = 0x71; // q

/** Steps 0 and 6 show prices as they are, 150 and 20 levels of them; all others merge prices and are no book. */
function depthChannel(): i32 {
  if (!nextPart()) return CHANNEL_UNKNOWN;
  if (wordBytes > 4 && (word0 & 0xffffffff) == PART_STEP) {
    const last = <i32>((wordBytes == 5 ? word0 >> 32 : 0) & 0xff);
    if (last == 0x30 || last == 0x36) {
      levels = last == 0x30 ? 150 : 20;
      return CHANNEL_IMAGE;
    }
    return at > end && isMergedStep() ? CHANNEL_IGNORED : CHANNEL_UNKNOWN;
  }
  if (wordBytes <= 5 || (word0 & 0xffffffffff) != PART_SIZE) return CHANNEL_UNKNOWN;
  levels = digits(5);
  if (levels == 0 || !nextPart()) return CHANNEL_UNKNOWN;
  return wordsAre(9, PART_HIGH_FREQUENCY, PART_HIGH_FREQUENCY_END) ? CHANNEL_HIGH_FREQUENCY : CHANNEL_UNKNOWN;
}

/** step1 to step19. */
function isMergedStep(): bool {
  const step = digits(4);
  return step > 0 && step < 20;
}

const PART_FUNDING: u64 = 0x5f676e69646e7566; // funding_
const PART_FUNDING_END: u64 = 0x65746172; // rate
const PART_LIQUIDATIONS: u64 = 0x746164697571696c; // liquidat
const PART_LIQUIDATIONS_MIDDLE: u64 = 0x6564726f5f6e6f69; // ion_orde
const PART_LIQUIDATIONS_END: u64 = 0x7372; // rs
const PART_CONTRACT: u64 = 0x74636172746e6f63; // contract
const PART_HEARTBEAT: u64 = 0x6165627472616568; // heartbea

function publicChannel(): i32 {
  if (wordsAre(12, PART_FUNDING, PART_FUNDING_END)) return CHANNEL_FUNDING;
  if (wordsAre(18, PART_LIQUIDATIONS, PART_LIQUIDATIONS_MIDDLE, PART_LIQUIDATIONS_END)) return CHANNEL_LIQUIDATIONS;
  // contract_info and contract_elements: metadata; heartbeat: whether the venue is open.
  return word0 == PART_CONTRACT || word0 == PART_HEARTBEAT ? CHANNEL_IGNORED : CHANNEL_UNKNOWN;
}

/** Makes the symbol of the name read last the message's: 0, or what is wrong. */
export function channelSymbol(lane: usize): i32 {
  return resolveOf(lane, symbolAt, symbolBytes);
}

/** Looks up a symbol that must be one of the connection's product: 0, or what is wrong. */
export function resolveOf(lane: usize, name: usize, bytes: i32): i32 {
  return productOf(name, bytes) == load<i32>(lane, MESSAGE_PRODUCT) ? resolve(lane, name, bytes) : REJECT_WRONG_PRODUCT;
}

/**
 * PRODUCT_* by the form of a symbol, -1 for none of ours: spot `btcusdt`, perpetual `BTC-USDT`, dated
 * `BTC-USDT-261225`, `BTC261225`, `BTC_CW`. Options (`BTC-USDT-261225-C-100000`) have more parts.
 */
function productOf(name: usize, bytes: i32): i32 {
  let dashes = 0;
  let isUpper = false;
  let isLower = false;
  for (let i = 0; i < bytes; i++) {
    const byte = load<u8>(name + i);
    if (byte == 0x2d) dashes++;
    else if (byte >= 0x41 && byte <= 0x5a) isUpper = true;
    else if (byte >= 0x61 && byte <= 0x7a) isLower = true;
  }
  if (dashes == 0 && !isUpper) return PRODUCT_SPOT;
  if (isLower || dashes > 2) return -1;
  return dashes == 1 ? PRODUCT_SWAP : PRODUCT_FUTURES;
}
