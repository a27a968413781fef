// Keys of Deribit's tickers, quotes and option marks, and their places among the lane's values.
import { clearFields, setField } from "../fields";
import { firstOf, nextOf, readWords, valueOf, wordBytes, wordsAre } from "../walk";

/** 0 and 1 are those of deribit-fields.ts: instrument and time. */
export const FIELD_BID: i32 = 2;
export const FIELD_BID_AMOUNT: i32 = 3;
export const FIELD_ASK: i32 = 4;
export const FIELD_ASK_AMOUNT: i32 = 5;
export const FIELD_MARK: i32 = 6;
export const FIELD_INDEX: i32 = 7;
export const FIELD_FUNDING: i32 = 8;
export const FIELD_OPEN_INTEREST: i32 = 9;
export const FIELD_BID_IV: i32 = 10;
export const FIELD_ASK_IV: i32 = 11;
export const FIELD_MARK_IV: i32 = 12;
export const FIELD_UNDERLYING: i32 = 13;
export const FIELD_GREEKS: i32 = 14;
export const FIELD_STATS: i32 = 15;
/** Of markprice.options only. */
export const FIELD_IV: i32 = 16;
/** `greeks`. */
export const FIELD_DELTA: i32 = 17;
export const FIELD_GAMMA: i32 = 18;
export const FIELD_VEGA: i32 = 19;
export const FIELD_THETA: i32 = 20;
/** `stats`. */
export const FIELD_VOLUME: i32 = 21;
export const FIELD_VOLUME_USD: i32 = 22;
export const FIELD_VOLUME_NOTIONAL: i32 = 23;

const KEY_TIMESTAMP: u64 = 0x6d617473656d6974; // timestam
const KEY_TIMESTAMP_END: u64 = 0x70; // p
const KEY_INSTRUMENT: u64 = 0x656d757274736e69; // instrume
const KEY_INSTRUMENT_END: u64 = 0x656d616e5f746e; // nt_name
const KEY_BID: u64 = 0x6469625f74736562; // best_bid
const KEY_ASK: u64 = 0x6b73615f74736562; // best_ask
const KEY_PRICE_END: u64 = 0x65636972705f; // _price
const KEY_AMOUNT_END: u64 = 0x746e756f6d615f; // _amount
const KEY_MARK: u64 = 0x6972705f6b72616d; // mark_pri
const KEY_MARK_END: u64 = 0x6563; // ce
const KEY_INDEX: u64 = 0x72705f7865646e69; // index_pr
const KEY_INDEX_END: u64 = 0x656369; // ice
const KEY_FUNDING: u64 = 0x5f746e6572727563; // current_
const KEY_FUNDING_END: u64 = 0x676e69646e7566; // funding
const KEY_OPEN_INTEREST: u64 = 0x746e695f6e65706f; // open_int
const KEY_OPEN_INTEREST_END: u64 = 0x7473657265; // erest
const KEY_MARK_IV: u64 = 0x76695f6b72616d; // mark_iv
const KEY_BID_IV: u64 = 0x76695f646962; // bid_iv
const KEY_ASK_IV: u64 = 0x76695f6b7361; // ask_iv
const KEY_UNDERLYING: u64 = 0x69796c7265646e75; // underlyi
const KEY_UNDERLYING_END: u64 = 0x65636972705f676e; // ng_price
const KEY_GREEKS: u64 = 0x736b65657267; // greeks
const KEY_STATS: u64 = 0x7374617473; // stats
const KEY_IV: u64 = 0x7669; // iv
const KEY_DELTA: u64 = 0x61746c6564; // delta
const KEY_GAMMA: u64 = 0x616d6d6167; // gamma
const KEY_VEGA: u64 = 0x61676576; // vega
const KEY_THETA: u64 = 0x6174656874; // theta
const KEY_VOLUME: u64 = 0x656d756c6f76; // volume
const KEY_VOLUME_USD: u64 = 0x755f656d756c6f76; // volume_u
const KEY_VOLUME_USD_END: u64 = 0x6473; // sd
const KEY_NOTIONAL: u64 = 0x6e5f656d756c6f76; // volume_n
const KEY_NOTIONAL_END: u64 = 0x6c616e6f69746f; // otional

/** Number of the ticker's own field with the key read last, -1 for none. */
function fieldOf(): i32 {
  if (wordBytes == 15) {
    if (wordsAre(15, KEY_INSTRUMENT, KEY_INSTRUMENT_END)) return 0;
    if (wordsAre(15, KEY_BID, KEY_AMOUNT_END)) return FIELD_BID_AMOUNT;
    if (wordsAre(15, KEY_ASK, KEY_AMOUNT_END)) return FIELD_ASK_AMOUNT;
    return wordsAre(15, KEY_FUNDING, KEY_FUNDING_END) ? FIELD_FUNDING : -1;
  }
  if (wordBytes == 14) {
    if (wordsAre(14, KEY_BID, KEY_PRICE_END)) return FIELD_BID;
    return wordsAre(14, KEY_ASK, KEY_PRICE_END) ? FIELD_ASK : -1;
  }
  if (wordBytes == 6) {
    if (wordsAre(6, KEY_BID_IV)) return FIELD_BID_IV;
    if (wordsAre(6, KEY_ASK_IV)) return FIELD_ASK_IV;
    return wordsAre(6, KEY_GREEKS) ? FIELD_GREEKS : -1;
  }
  if (wordsAre(9, KEY_TIMESTAMP, KEY_TIMESTAMP_END)) return 1;
  if (wordsAre(10, KEY_MARK, KEY_MARK_END)) return FIELD_MARK;
  if (wordsAre(11, KEY_INDEX, KEY_INDEX_END)) return FIELD_INDEX;
  if (wordsAre(13, KEY_OPEN_INTEREST, KEY_OPEN_INTEREST_END)) return FIELD_OPEN_INTEREST;
  if (wordsAre(7, KEY_MARK_IV)) return FIELD_MARK_IV;
  if (wordsAre(16, KEY_UNDERLYING, KEY_UNDERLYING_END)) return FIELD_UNDERLYING;
  if (wordsAre(5, KEY_STATS)) return FIELD_STATS;
  return wordsAre(2, KEY_IV) ? FIELD_IV : -1;
}

function innerField(): i32 {
  if (wordsAre(5, KEY_DELTA)) return FIELD_DELTA;
  if (wordsAre(5, KEY_GAMMA)) return FIELD_GAMMA;
  if (wordsAre(4, KEY_VEGA)) return FIELD_VEGA;
  if (wordsAre(5, KEY_THETA)) return FIELD_THETA;
  if (wordsAre(6, KEY_VOLUME)) return FIELD_VOLUME;
  if (wordsAre(10, KEY_VOLUME_USD, KEY_VOLUME_USD_END)) return FIELD_VOLUME_USD;
  return wordsAre(15, KEY_NOTIONAL, KEY_NOTIONAL_END) ? FIELD_VOLUME_NOTIONAL : -1;
}

/** Notes where the values of a ticker are. */
export function readTicker(lane: usize, object: usize): void {
  clearFields(lane);
  for (let key = firstOf(object); key != 0; ) {
    readWords(key);
    const value = valueOf(key);
    const index = fieldOf();
    if (index >= 0) setField(lane, index, value);
    key = nextOf(value);
  }
}

/** Adds where the values of its `greeks` or `stats` are. */
export function readInner(lane: usize, object: usize): void {
  for (let key = firstOf(object); key != 0; ) {
    readWords(key);
    const value = valueOf(key);
    const index = innerField();
    if (index >= 0) setField(lane, index, value);
    key = nextOf(value);
  }
}
